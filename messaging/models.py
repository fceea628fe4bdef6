"""The inbox (Qpost) of shops and buyers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import Buyer
from qsm.accounts.access import OwnRows, Party
from qsm.accounts.models import Seller
from qsm.events.models import Event


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
        )

    def __str__(self) -> str:
        return f"{self.to}: {self.event}"
