"""The inbox (Qpost) of shops and buyers; conversations and their messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.announcements.models import Announcement
from messaging.attachments.models import Attachment
from messaging.push.models import PushSent, PushSubscription
from messaging.states import TEXT_MAX, TITLE_MAX, WITH_BUYER, Kind, State
from orders.models import Buyer, Order
from qsm.accounts.access import OwnRows, Party
from qsm.accounts.models import Seller
from qsm.events.history import PARTIES
from qsm.events.models import Event, Names

__all__ = ["Announcement", "Attachment", "InboxItem", "Message", "PushSent", "PushSubscription", "Thread"]


class InboxItem(models.Model):
    """A notice in somebody's inbox: an event and the party that reads of it, once. Its words are drawn when it is read."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="inbox_items")
    to = models.CharField(max_length=10, choices=[(party, party) for party in Party])
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="inbox")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, null=True, related_name="inbox")
    arrived_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OwnRows["InboxItem"](seller="seller_id", buyer="buyer__user_id")
    unscoped = models.Manager["InboxItem"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox items")
        constraints = (
            models.UniqueConstraint(fields=["event", "to"], name="inbox_once_per_event"),
            models.CheckConstraint(
                condition=Q(to=Party.SELLER, seller__isnull=False, buyer__isnull=True)
                | Q(to=Party.BUYER, seller__isnull=True, buyer__isnull=False),
                name="inbox_item_has_one_owner",
            ),
        )
        indexes = (
            models.Index(fields=["seller", "-arrived_at"], name="inbox_of_seller", condition=Q(seller__isnull=False)),
            models.Index(fields=["buyer", "-arrived_at"], name="inbox_of_buyer", condition=Q(buyer__isnull=False)),
            *(
                models.Index(fields=[owner], name=f"inbox_unread_{owner}", condition=Q(read_at__isnull=True))
                for owner in ("seller", "buyer")
            ),
        )

    def __str__(self) -> str:
        return f"{self.to}: {self.event}"


class Thread(models.Model):
    """A conversation. `seller` and `buyer` are those that read it; the operator reads all.

    `asked_at`: when the side that asks wrote last; nothing for a note that the buyer has not answered.
    """

    kind = models.CharField(_("type"), max_length=10, choices=Kind)
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, related_name="threads", verbose_name=_("shop")
    )
    buyer = models.ForeignKey(
        Buyer, on_delete=models.PROTECT, null=True, related_name="threads", verbose_name=_("buyer")
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="threads", verbose_name=_("order")
    )
    category = models.CharField(_("category"), max_length=30)
    title = models.CharField(pgettext_lazy("message", "title"), max_length=TITLE_MAX)
    state = models.CharField(_("state"), max_length=12, choices=State)
    version = models.PositiveIntegerField(default=1)
    began_at = models.DateTimeField(_("sent at"))
    asked_at = models.DateTimeField(_("asked at"), null=True)

    objects = OwnRows["Thread"](seller="seller_id", buyer="buyer__user_id")
    unscoped = models.Manager["Thread"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=WITH_BUYER, seller__isnull=False, buyer__isnull=False, order__isnull=False)
                | Q(kind=Kind.HELP, seller__isnull=True, buyer__isnull=False, order__isnull=False)
                | Q(kind__in=(Kind.INQUIRY, Kind.LETTER), seller__isnull=False, buyer__isnull=True),
                name="thread_has_its_readers",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.NOTE) | Q(asked_at__isnull=False), name="thread_asked_has_its_time"
            ),
        )
        indexes = (
            models.Index(fields=["seller", "-asked_at", "-id"], name="thread_of_seller"),
            models.Index(fields=["buyer", "-began_at", "-id"], name="thread_of_buyer"),
            models.Index(fields=["order", "kind"], name="thread_of_order"),
            models.Index(fields=["seller", "kind"], name="thread_unanswered", condition=Q(state=State.UNANSWERED)),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def history(self) -> Names:
        """How events name this conversation: what is said with the operator is no part of the order's history."""
        seller_id = self.seller_id or self.buyer.seller_id  # type: ignore[union-attr]
        order_id = self.order_id if self.kind in WITH_BUYER else None
        return {"seller_id": seller_id, "order_id": order_id, "claim_id": None, "thread_id": self.pk}


class ShopInquiry(Thread):
    """What a shop asks the operator: a list of its own in admin (R-B8)."""

    class Meta:
        proxy = True
        verbose_name = _("inquiry of a shop")
        verbose_name_plural = _("inquiries of shops")


class BuyerInquiry(Thread):
    """What a buyer asks the operator: a list of its own in admin (R-B8)."""

    class Meta:
        proxy = True
        verbose_name = _("inquiry of a buyer")
        verbose_name_plural = _("inquiries of buyers")


class Letter(Thread):
    """What the operator writes to a shop: a list of its own in admin (R-B6)."""

    class Meta:
        proxy = True
        verbose_name = _("message to a shop")
        verbose_name_plural = _("messages to shops")


class Message(models.Model):
    """What somebody wrote, as it was written: never changed afterwards (a trigger sees to it).

    `event`: the change that it came with, whose deliveries carry it; `sending`: the same for all notes of one form.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="message")
    party = models.CharField(
        pgettext_lazy("message", "from"), max_length=10, choices=[(party, party) for party in Party]
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("text"), max_length=TEXT_MAX)
    sent_at = models.DateTimeField(_("sent at"))
    sending = models.UUIDField(null=True, editable=False)

    objects = OwnRows["Message"](seller="thread__seller_id", buyer="thread__buyer__user_id")
    unscoped = models.Manager["Message"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = pgettext_lazy("message", "message")
        verbose_name_plural = pgettext_lazy("message", "messages")
        indexes = (
            models.Index(fields=["thread", "id"], name="message_of_thread"),
            models.Index(fields=["sending"], name="message_of_sending", condition=Q(sending__isnull=False)),
            models.Index(fields=["user", "-sent_at"], name="message_of_user"),
        )

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def side(self) -> str:
        """Which side wrote it, in the reader's language."""
        return str(PARTIES[self.party])
