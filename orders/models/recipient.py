"""To whom and where an order goes, version by version (R-O4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from qsm.accounts.access import OwnRows

# The columns of an order that say to whom and where it goes.
RECIPIENT = ("recipient_name", "recipient_kana", "recipient_phone", "recipient_mobile", "postal_code", "address")


class Recipient(models.Model):
    """A recipient and address that an order had: events point to these rows, so that they can be erased one day.

    The newest version is what the order itself says. An erased one keeps its row, empty but for `erased_at`.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="recipients")
    recipient_name = models.CharField(_("recipient"), max_length=100, blank=True)
    recipient_kana = models.CharField(_("recipient (kana)"), max_length=100, blank=True)
    recipient_phone = models.CharField(_("phone"), max_length=40, blank=True)
    recipient_mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    erased_at = models.DateTimeField(_("erased at"), null=True)

    objects = OwnRows["Recipient"](seller="order__seller_id", buyer="order__buyer__user_id")
    unscoped = models.Manager["Recipient"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """Name, postal code, address and phone in a line."""
        phone = self.recipient_mobile or self.recipient_phone
        return " ".join(filter(None, [self.recipient_name, self.postal_code, self.address, phone]))
