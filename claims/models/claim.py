"""Claims: what a buyer or a seller raises about an order."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.states import ENDED, LATE_AFTER_DAYS, REASONS, TEXT_MAX, Fault, Kind, RejectReason, State
from orders.models import Order
from qsm.accounts.access import OwnRows, Party
from qsm.accounts.models import Seller
from qsm.events.models import Names
from qsm.lib import clock


class Claim(models.Model):
    """One claim about one order. At most one is open per order (R-A4). Reasons are codes; texts are as written.

    `statement`: what is refunded how, frozen with the request (R-M4); `message_id`: the buyer's own request by message, to
    which a seller's cancel for the buyer's reasons refers (R-C10).
    `files`: how many came with it, so that nobody looks for those of a claim without.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="claims")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    state = models.CharField(_("state"), max_length=30, choices=State)
    version = models.PositiveIntegerField(default=1)

    raised_by = models.CharField(
        _("raised by"), max_length=10, choices=[(Party.BUYER, _("Buyer")), (Party.SELLER, _("Shop"))]
    )
    reason = models.CharField(_("reason"), max_length=30, choices=list(REASONS.items()))
    fault = models.CharField(_("at fault"), max_length=10, choices=Fault)
    text = models.TextField(_("message"), max_length=TEXT_MAX, blank=True)
    files = models.PositiveSmallIntegerField(_("Files"), default=0)
    memo = models.TextField(_("seller memo"), max_length=TEXT_MAX, blank=True)
    message_id = models.BigIntegerField(null=True)
    statement = models.JSONField(_("statement"), default=dict)
    requested_at = models.DateTimeField(_("requested on"))
    ended_at = models.DateTimeField(_("completed on"), null=True)

    reject_reason = models.CharField(_("reason for the rejection"), max_length=30, choices=RejectReason, blank=True)
    reject_text = models.TextField(_("the seller's explanation"), max_length=TEXT_MAX, blank=True)

    operator_text = models.TextField(_("the operator's reason"), max_length=TEXT_MAX, blank=True)

    objects = OwnRows["Claim"](seller="seller_id", buyer="order__buyer__user_id")
    unscoped = models.Manager["Claim"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = (
            models.UniqueConstraint(fields=["order"], name="one_open_claim_per_order", condition=~Q(state__in=ENDED)),
            models.CheckConstraint(
                condition=Q(state__in=ENDED) ^ Q(ended_at__isnull=True), name="ended_claim_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REJECTED) | ~Q(reject_reason=""),
                name="rejected_claim_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(raised_by=Party.SELLER) | ~Q(memo=""),
                name="sellers_claim_has_its_memo",
            ),
        )
        indexes = (
            models.Index(
                fields=["seller", "kind", "state", "-requested_at", "-id"],
                name="claim_open",
                condition=~Q(state__in=ENDED),
            ),
            models.Index(
                fields=["seller", "kind", "state", "-ended_at"],
                name="claim_ended",
                condition=Q(state__in=ENDED),
            ),
            models.Index(fields=["seller", "-requested_at", "-id"], name="claim_recent"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order_id}"

    @property
    def history(self) -> Names:
        """How events name this claim."""
        return {"seller_id": self.seller_id, "order_id": self.order_id, "claim_id": self.pk}

    @property
    def is_open(self) -> bool:
        """Whether the claim still waits for somebody."""
        return self.state not in ENDED

    @property
    def late_from(self) -> date:
        """The day from which it is late: received 8/13, late from 8/17 (R-D1)."""
        return clock.after(clock.day_of(self.requested_at), LATE_AFTER_DAYS)

    @property
    def is_late(self) -> bool:
        """*Late*: open although 4 days have passed since the day it came (R-D1). Derived, never stored."""
        return self.is_open and clock.today() >= self.late_from
