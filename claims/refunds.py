"""From a refund's answer to the claim's end: what settles completes the claim in the same transaction (R-M1).

The refund that fails leaves the claim as it is: refunding, and the order frozen, until an operator retries or credits.
"""

from collections.abc import Callable

import structlog
from django.utils.translation import gettext_lazy as _

from claims.kinds import cancel, returns
from claims.models import Claim
from claims.states import Kind, State
from claims.words import required
from orders import money
from orders.gateway import Answer
from orders.models import Order, Refund
from qsm.accounts.access import SYSTEM, Actor
from qsm.events.door import change, lock

log = structlog.get_logger(__name__)

COMPLETE: dict[str, Callable[..., None]] = {Kind.CANCEL: cancel.complete, Kind.RETURN: returns.complete}


def poll() -> None:
    """Ask the gateway about every refund that is due, and take each answer in a change of its own.

    A refund at which something fails is asked about again when its lease is over, and keeps nobody waiting.
    """
    for refund in money.due_at_gateway():
        try:
            answer = money.ask(refund)
            with change(SYSTEM):
                answered(refund=refund, answer=answer)
        except Exception:
            log.exception("refund_failed", refund=refund.pk)


def answered(*, refund: Refund, answer: Answer) -> None:
    """Take what the gateway said, now, late or again; a settled refund completes its claim."""
    order = _locked_order(refund)
    _complete_if_done(order, money.apply(refund=refund, answer=answer))


def settle(*, refund: Refund, seen: int, by: Actor) -> None:
    """An operator, or the API, has seen that the money was given back at the source (R-O10).

    Raises Conflict, or Refused from the machine of refunds.
    """
    order = _locked_order(refund)
    _complete_if_done(order, money.confirm(refund=refund, seen=seen, by=by))


def credit(*, refund: Refund, seen: int, by: Actor, text: str) -> None:
    """An operator credits the buyer's balance in place of a void that failed (R-M1). text: the reason, which operators read.

    Raises Conflict, and Refused: `claim.text_missing`, `claim.text_too_long`, or from the machine of refunds.
    """
    order = _locked_order(refund)
    _complete_if_done(order, money.credit(refund=refund, seen=seen, by=by, text=_reason(text)))


def retry(*, refund: Refund, seen: int, by: Actor, text: str) -> None:
    """An operator lets the gateway be asked once more (R-M1). Argument and errors as for `credit`."""
    _locked_order(refund)
    money.retry(refund=refund, seen=seen, by=by, text=_reason(text))


def give_up(*, refund: Refund, seen: int, by: Actor, text: str) -> None:
    """An operator has learned that a silent gateway did not void (R-M1). Argument and errors as for `credit`."""
    _locked_order(refund)
    money.give_up(refund=refund, seen=seen, by=by, text=_reason(text))


def _reason(text: str) -> str:
    return required(text, "text", _("Write the reason: other operators will read it."))


def _locked_order(refund: Refund) -> Order:
    [order] = lock(Order, refund.order_id)
    return order


def _complete_if_done(order: Order, refund: Refund) -> None:
    """Answers come twice and late: only a claim that still waits for its refund is completed."""
    if not refund.is_done:
        return
    [claim] = lock(Claim, refund.claim_id)
    if claim.state == State.REFUNDING:
        claim.order = order
        COMPLETE[claim.kind](claim=claim, order=order)
