"""Files that somebody sent with a claim or a message."""

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Buyer, Order
from qsm.accounts.access import OwnRows, Party
from qsm.accounts.models import Seller

NAME_MAX = 100


def attachment_storage() -> Storage:
    """Where the contents are kept: private, for no web server serves it."""
    return storages["attachments"]


class Format(models.TextChoices):
    """What a file was found to be, by its contents. Pictures of any kind are kept as JPEG."""

    PICTURE = "image/jpeg", _("Picture")
    PDF = "application/pdf", "PDF"


class Attachment(models.Model):
    """One file with one claim or one message, read by those who read that; never changed (a trigger sees to it).

    `seller` and `buyer` are those that read it, the operator reads all; `claim_id`: of a claim of the room above.
    The rows of a note to several buyers share their contents (`stored`: its name in the storage).
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("shop"))
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("buyer"))
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="attachments", verbose_name=_("order")
    )
    claim_id = models.BigIntegerField(_("claim"), null=True)
    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        null=True,
        related_name="attachments",
        verbose_name=pgettext_lazy("message", "message"),
    )
    party = models.CharField(
        pgettext_lazy("message", "from"), max_length=10, choices=[(party, party) for party in Party]
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("sent at"))
    name = models.CharField(pgettext_lazy("file", "name"), max_length=NAME_MAX)
    format = models.CharField(pgettext_lazy("file", "format"), max_length=20, choices=Format)
    size = models.PositiveIntegerField(pgettext_lazy("file", "size"))
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    stored = models.CharField(max_length=60)

    objects = OwnRows["Attachment"](seller="seller_id", buyer="buyer__user_id")
    unscoped = models.Manager["Attachment"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        constraints = (
            models.CheckConstraint(
                condition=Q(message__isnull=False, claim_id__isnull=True)
                | Q(message__isnull=True, claim_id__isnull=False, seller__isnull=False, order__isnull=False),
                name="attachment_of_claim_or_message",
            ),
            models.CheckConstraint(
                condition=Q(format=Format.PICTURE, width__isnull=False, height__isnull=False)
                | Q(format=Format.PDF, width__isnull=True, height__isnull=True),
                name="attached_picture_has_its_measures",
            ),
        )
        indexes = (
            models.Index(fields=["claim_id", "id"], name="attachment_claim", condition=Q(claim_id__isnull=False)),
            models.Index(fields=["stored"], name="attachment_stored"),
        )

    def __str__(self) -> str:
        return self.name

    def contents(self) -> File:
        """What was sent, or drawn from it. Raises FileNotFoundError where the storage has lost it."""
        return attachment_storage().open(self.stored)

    @property
    def is_picture(self) -> bool:
        return self.format == Format.PICTURE
