"""Whose turn it is on a claim, until when, and what happens if nobody acts (R-P5)."""

from django.utils.translation import gettext as _

from claims.models import Claim
from claims.states import State
from orders.models import Refund
from orders.panel import Clock, ship_today_clock
from orders.states import RefundState
from orders.texts import day_text
from qsm.lib import clock


def clock_for_seller(claim: Claim, refund: Refund | None) -> Clock | None:
    """The clock of a claim as the shop sees it; None when nothing waits."""
    match claim.state:
        case State.REQUESTED:
            outcome = _("Nothing happens by itself: the order stays frozen, and from %(day)s the claim counts as late.")
            first, tone = clock.day_of(claim.requested_at), "late" if claim.is_late else "turn"
            turn, day = _("It is your turn"), claim.late_from
            return Clock(turn, None, outcome % {"day": day_text(day)}, tone, first, day)
        case State.REFUNDING:
            return _refund_clock(refund, late=claim.is_late)
        case State.REJECTED:
            return ship_today_clock(claim.order)
    return None


def clock_for_buyer(claim: Claim, refund: Refund | None) -> Clock | None:
    """The clock of a claim as the buyer sees it; None when nothing waits."""
    match claim.state:
        case State.REQUESTED:
            outcome = _("The order is not shipped until the shop has decided. You can take the request back.")
            return Clock(_("It is the shop's turn"), None, outcome, "calm")
        case State.REFUNDING:
            return _refund_clock(refund, late=False)
    return None


def _refund_clock(refund: Refund | None, *, late: bool) -> Clock | None:
    """A refund has no deadline that decides; what is waited for depends on its way (R-M1)."""
    match refund and refund.state:
        case RefundState.VOIDING:
            turn = _("The payment company is voiding the payment")
            outcome = _("The claim completes by itself as soon as it answers. The order is not shipped.")
        case RefundState.EXTERNAL:
            turn = _("The operator confirms the refund where the order was paid")
            outcome = _("The claim completes once that is confirmed. The order is not shipped.")
        case RefundState.FAILED:
            turn = _("It is the operator's turn: the void has failed")
            outcome = _("The operator tries again or credits the buyer's balance. Until then the order stays frozen.")
        case _:
            return None
    return Clock(turn, None, outcome, "late" if late else "calm")
