"""Invitations of buyers to a log-in of their own (R-O10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Buyer, Order
from qsm.accounts.access import OwnRows


class BuyerInvitation(models.Model):
    """A link that went to a buyer by mail; `ended_at`: used, or replaced by a newer one. `order`: from which it was sent."""

    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="invitations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("mail address"))
    made_at = models.DateTimeField(_("sent on"))
    good_until = models.DateTimeField(_("good until"))
    ended_at = models.DateTimeField(_("ended on"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = OwnRows["BuyerInvitation"](seller="buyer__seller_id", buyer=None)
    unscoped = models.Manager["BuyerInvitation"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("invitation of a buyer")
        verbose_name_plural = _("invitations of buyers")
        indexes = (models.Index(fields=["buyer", "-made_at"], name="invitation_of_buyer"),)

    def __str__(self) -> str:
        return f"{self.buyer_id} · {self.made_at}"
