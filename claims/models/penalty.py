"""Penalties: what a shop did against the rules, for an operator to judge (R-C8, R-C12)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.states import TEXT_MAX, PenaltyKind, PenaltyState
from orders.models import Order
from qsm.accounts.access import OwnRows
from qsm.accounts.models import Seller
from qsm.events.models import Names


class Penalty(models.Model):
    """One event that an operator judges: upheld or dismissed, with a reason that the shop reads. Buyers never see it.

    A claim stands behind each: the rejected cancel, or the shop's own one; one of a kind per claim.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="penalties", verbose_name=_("shop"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="penalties", verbose_name=_("order"))
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="penalties", verbose_name=_("claim"))
    kind = models.CharField(_("kind"), max_length=20, choices=PenaltyKind)
    state = models.CharField(_("state"), max_length=10, choices=PenaltyState, default=PenaltyState.RAISED)
    version = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField(_("raised on"))
    judged_at = models.DateTimeField(_("judged on"), null=True)
    judgement = models.TextField(_("the operator's reason"), max_length=TEXT_MAX, blank=True)

    objects = OwnRows["Penalty"](seller="seller_id", buyer=None)
    unscoped = models.Manager["Penalty"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        constraints = (
            models.UniqueConstraint(fields=["claim", "kind"], name="penalty_once_per_claim"),
            models.CheckConstraint(
                condition=Q(state=PenaltyState.RAISED) ^ Q(judged_at__isnull=False), name="judged_penalty_has_its_time"
            ),
        )
        indexes = (models.Index(fields=["seller", "-raised_at", "-id"], name="penalty_recent"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order_id}"

    @property
    def history(self) -> Names:
        """How events name this penalty."""
        about: Names = {"seller_id": self.seller_id, "order_id": self.order_id, "claim_id": self.claim_id}
        return {**about, "penalty_id": self.pk}
