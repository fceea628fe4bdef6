"""A return claim, as far as it exists: the shop's own refund after dispatch (R-C11).

For goods that left by mistake or too late. It needs no goods back and goes through at once: *refunding* until the money is
back, then completed, and the order refunded. A buyer's return is another matter (rules, section 5).
"""

from django.utils.translation import gettext_lazy as _

from claims import penalties
from claims.kinds.common import CLAIM_FREE, NOT_BLOCKED, is_refunded, opened
from claims.models import Claim
from claims.states import Fault, Kind, SellerReason, State
from claims.words import checked_memo
from orders import claimed, money
from orders import lifecycle as orders
from orders.models import Order
from orders.states import ON_THE_WAY
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.door import move, unchanged
from qsm.lib import clock
from qsm.lib.machine import Guard, Machine, Refused, Transition

RETURN = Machine(
    name="return",
    initial=frozenset({State.REFUNDING}),
    transitions=(
        Transition(
            "complete",
            frozenset({State.REFUNDING}),
            State.COMPLETED,
            frozenset({Party.SYSTEM}),
            "return.completed",
            _("Refund settled"),
        ),
    ),
    wrong_state=_("This return claim has been decided already. Open it again to read what happened."),
    wrong_party=_("You may not do this to a return claim. Ask the shop's owner or staff."),
)
# What the shop's own refund needs.
MAY_REFUND = (
    CLAIM_FREE,
    Guard(
        "return.order_state",
        _("Only orders in transit or delivered can be refunded here. Before dispatch, cancel the order instead."),
        lambda order: order.state in ON_THE_WAY,
    ),
    NOT_BLOCKED,
)


def refund_by_seller(*, order: Order, seen: int, by: Actor, memo: str) -> Claim:
    """The shop refunds a dispatched order whole, for delayed shipping, its own fault (R-C11).

    memo: what the buyer reads, 1 to 1,000 characters (R-C12). A refund without any earlier note to the buyer about this
    order becomes a penalty to be judged. Raises Conflict, and Refused: `claim.wrong_party`, `claim.open`,
    `return.order_state`, `claim.blocked` (R-C13), `claim.text_missing`, `claim.text_too_long`.
    """
    order, seen = orders.locked(order, seen)
    unchanged(order, seen)
    may_refund(order, by)
    claim = opened(
        order,
        "return.by_seller",
        by=by,
        kind=Kind.RETURN,
        state=State.REFUNDING,
        reason=SellerReason.DELAYED_SHIPPING,
        fault=Fault.SELLER,
        memo=checked_memo(memo),
        statement=money.statement(order, seller_at_fault=True).as_json(),
    )
    penalties.raise_without_note(claim)
    if is_refunded(claim, order, by=by):
        complete(claim=claim, order=order)
    return claim


def complete(*, claim: Claim, order: Order) -> None:
    """The money is back: the claim ends, and the order is refunded. Both are locked."""
    move(claim, RETURN, "complete", by=SYSTEM, seen=claim.version, ended_at=clock.now())
    claimed.end(order, "refund")


def may_refund(order: Order, by: Actor) -> None:
    """Raises Refused as `refund_by_seller` does, before anything is entered."""
    if by.party is not Party.SELLER:
        raise Refused("claim.wrong_party", RETURN.wrong_party)
    for guard in MAY_REFUND:
        guard.check(order)
