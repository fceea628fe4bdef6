"""What late dispatch costs a shop (R-O8)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from qsm.accounts.access import OwnRows
from qsm.accounts.models import Seller
from qsm.lib import clock


class Restriction(models.Model):
    """A sales restriction: shown while it lasts, and lifted by itself at the exclusive instant `ends_at` (R-O8)."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="restrictions")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", verbose_name=_("order"))
    dispatch_rate = models.DecimalField(_("dispatch rate"), max_digits=4, decimal_places=1)
    started_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    objects = OwnRows["Restriction"](seller="seller_id", buyer=None)
    unscoped = models.Manager["Restriction"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("sales restriction")
        verbose_name_plural = _("sales restrictions")
        constraints = (
            models.UniqueConstraint(fields=["seller", "started_at"], name="restriction_once_a_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="restriction_ends_after_it_starts"),
        )

    def __str__(self) -> str:
        return f"{self.seller_id} {self.ends_at}"

    @property
    def last_day(self) -> date:
        """The last day in Tokyo on which it holds."""
        return clock.last_day_before(self.ends_at)
