"""What My page shows and offers of the claims on one order (R-P4), which comes with claims, refunds and attachments."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.clocks import clock_for_buyer
from claims.kinds.cancel import MAY_ASK
from claims.kinds.machines import MACHINES
from claims.models import Claim
from claims.states import REASONS, Kind, RejectReason
from messaging.models import Attachment
from orders.models import Order, Refund
from orders.money import Statement
from orders.panel import Clock, Fact, headed
from orders.states import BEFORE_DISPATCH, ON_THE_WAY
from orders.texts import refund_text
from qsm.accounts.access import Actor
from qsm.events.forms import new_key
from qsm.lib.machine import Choice, Guard

BLOCKED = "claim.blocked"


@dataclass
class MyClaim:
    """The newest claim on a buyer's order, if any, and what the buyer can do now."""

    order: Order
    actor: Actor

    @cached_property
    def claim(self) -> Claim | None:
        """The claim that matters now: the newest one."""
        return max(self.order.claims.all(), key=lambda claim: claim.pk, default=None)

    @cached_property
    def refund(self) -> Refund | None:
        claim_id = self.claim and self.claim.pk
        return next((refund for refund in self.order.refunds.all() if refund.claim_id == claim_id), None)

    @property
    def words(self) -> list[dict[str, str]]:
        """What the shop and the operator wrote: rejection, memo, reason (R-C7, R-C12, R-B8)."""
        if not (claim := self.claim):
            return []
        rejection = RejectReason(claim.reject_reason).label if claim.reject_reason else ""
        return headed(
            (_("The shop rejected your cancel request:"), (rejection, claim.reject_text)),
            (_("The shop writes:"), (REASONS[claim.reason], claim.memo) if claim.memo else ()),
            (_("The operator writes:"), (claim.operator_text,)),
        )

    @property
    def attachments(self) -> list[Attachment]:
        """The files that the buyer sent with it (R-P8)."""
        claim_id = self.claim and self.claim.pk
        return [file for file in self.order.attachments.all() if file.claim_id and file.claim_id == claim_id]

    @property
    def statement(self) -> list[Fact]:
        """What the claim refunds, as it was frozen with the request, and how far the refund is (R-M4, R-M1)."""
        if not self.claim:
            return []
        facts = Statement.from_json(self.claim.statement).facts
        return [*facts, Fact(_("Refund's progress"), refund_text(self.refund))]

    @property
    def clock(self) -> Clock | None:
        return clock_for_buyer(self.claim, self.refund) if self.claim else None

    @property
    def seen(self) -> int | None:
        """The version that a form about the claim carries."""
        return self.claim.version if self.claim else None

    @property
    def actions(self) -> list[dict[str, Any]]:
        """Rows of parts/actions.html: cancel (R-C1, R-C2), or why not; take the request back (R-C14)."""
        if self.claim and self.claim.is_open:
            machine = MACHINES[Kind(self.claim.kind)]
            return [self._take_back(choice) for choice in machine.choices(self.claim, self.actor.party)]
        if self.order.state not in (*BEFORE_DISPATCH, *ON_THE_WAY):
            return []
        url, refusal = reverse("my_claims:cancel", args=[self.order.pk]), why_not(self.order)
        action = {"label": _("Cancel the order"), "url": url, "tone": "", "enabled": not refusal}
        if not refusal:
            return [action]
        refused = {**action, "reason": refusal.message}
        return [refused, instead_of_cancel(self.order, refusal)] if refusal.code == BLOCKED else [refused]

    def _take_back(self, choice: Choice) -> dict[str, Any]:
        url = reverse("my_claims:take_back", args=[self.claim.pk]) if self.claim else ""
        label = choice.transition.label
        return {"label": label, "url": url, "enabled": choice.enabled, "tone": "", "post": True, "key": new_key()}


def why_not(order: Order) -> Guard | None:
    """What keeps the buyer from canceling the order, if anything does: the first that a buyer should hear."""
    return next((guard for guard in MAY_ASK if not guard.holds(order)), None)


def instead_of_cancel(order: Order, refusal: Guard) -> dict[str, Any]:
    """The way that is left where a cancel is refused: the operator for a blocked order (R-C13), else the shop (R-C3)."""
    if refusal.code == BLOCKED:
        url = f"{reverse('messaging:help', args=[order.pk])}?category=cancel_refund"
        return {"label": _("Send an inquiry to the operator"), "url": url, "enabled": True, "tone": ""}
    url = reverse("messaging:write", args=[order.pk])
    return {"label": _("Write to the shop"), "url": url, "enabled": True, "tone": ""}
