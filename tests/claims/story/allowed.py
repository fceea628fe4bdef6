"""What the rules allow in which place of a tale, whoever of the right people does it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from claims.states import SELLERS_FAULT, PenaltyKind, PenaltyState, RejectReason, State
from orders.states import DeliveryMethod as By
from orders.states import OrderState, RefundState
from tests.claims.story.model import BEFORE_DISPATCH, REQUEST, SENT, Tale


def may(tale: Tale, deed: str, said: dict[str, Any]) -> bool:
    """Whether the rules allow this deed now, with what is said in it."""
    return MAY[deed](tale, SimpleNamespace(**said))


def _may_cancel(tale: Tale, said: Any) -> bool:
    """A reason of the buyer's needs the buyer's word and is none for a delay (R-C9, R-C10)."""
    grounded = said.reason in SELLERS_FAULT or (tale.asked and not tale.delayed)
    return tale.state in REQUEST and not tale.held and not tale.blocked and bool(said.memo) and grounded


def _false_dispatch(tale: Tale, _said: Any) -> bool:
    rejected = bool(tale.claims) and tale.claims[-1].state == State.REJECTED
    return rejected and all(kind != PenaltyKind.FALSE_DISPATCH for _place, kind, _state in tale.penalties)


def _judged(tale: Tale, _said: Any) -> bool:
    return bool(tale.penalties) and tale.penalties[-1][2] == PenaltyState.RAISED


def _sends(*methods: str) -> Callable[[Tale, Any], bool]:
    """How it leaves depends on its delivery method (R-O2, R-O7); not while a cancel is open (R-O3)."""
    return lambda tale, said: tale.state in REQUEST and not tale.held and tale.delivery in methods


MAY: dict[str, Callable[[Tale, Any], bool]] = {
    "pay": lambda tale, said: tale.state == OrderState.AWAITING_PAYMENT,  # R-O9
    "check": lambda tale, said: tale.state == OrderState.PROCESSING,  # R-O9
    "readdress": lambda tale, said: tale.state in BEFORE_DISPATCH,  # R-O4
    # R-O1, R-O3
    "plan": lambda tale, said: tale.state in REQUEST and not tale.held and not tale.delayed and said.days >= 0,
    "dispatch": _sends(By.TRACKED, By.UNTRACKED),
    "hand_over": _sends(By.PICKUP),
    "provide": _sends(By.ONLINE),
    "correct": lambda tale, said: tale.state == OrderState.SHIPPING,  # R-O2
    "deliver": lambda tale, said: tale.state == OrderState.SHIPPING,  # R-O9
    "receive": lambda tale, said: tale.state in SENT and not tale.held,  # R-O9
    "block": lambda tale, said: tale.state in BEFORE_DISPATCH | SENT,  # R-C13
    "unblock": lambda tale, said: tale.state in BEFORE_DISPATCH | SENT,
    "note": lambda tale, said: True,  # R-B1
    "write": lambda tale, said: True,  # R-C10
    # R-C1, R-C2, R-C3, R-C7, R-C13, R-A4
    "request": lambda tale, said: tale.state in BEFORE_DISPATCH and not (tale.held or tale.barred or tale.blocked),
    "cancel": _may_cancel,
    # R-C11, R-C12, R-C13
    "refund": lambda tale, said: tale.state in SENT and not tale.held and not tale.blocked and bool(said.memo),
    "approve": lambda tale, said: tale.waits and not tale.blocked,  # R-C4, R-C13
    # R-C5, R-C6
    "reject": lambda tale, said: tale.waits and (said.reason != RejectReason.OTHER or len(said.text) >= 30),
    "take_back": lambda tale, said: tale.waits,  # R-C14
    "withdraw": lambda tale, said: tale.waits,  # R-B8
    "grant": lambda tale, said: tale.waits,  # R-B8
    "retry": lambda tale, said: tale.back == RefundState.FAILED,  # R-M1
    "credit": lambda tale, said: tale.back == RefundState.FAILED,  # R-M1
    "give_up": lambda tale, said: tale.back == RefundState.VOIDING,  # R-M1
    "confirm": lambda tale, said: tale.back == RefundState.EXTERNAL,  # R-O10
    "find_false": _false_dispatch,  # R-C8
    "uphold": _judged,
    "dismiss": _judged,
}
