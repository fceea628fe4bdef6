"""A cancel claim: an order shall not be shipped (rules, section 4). Its life from top to bottom.

A buyer's request goes through at once where the shop has fixed no ship date, or has not kept it (R-C1); else it waits for the
shop, and the order is frozen (R-C2). The shop approves it (R-C4), or rejects it; then the order goes on, must leave the
same day, and can never be asked for again (R-C5 to R-C8). The buyer may take a waiting request back (R-C14), an operator may
end it (R-B8). The shop may cancel before dispatch itself (R-C9 to R-C12). Whatever goes through is *refunding* until the
money is back; then the order is canceled.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims import penalties
from claims.kinds.common import CLAIM_FREE, NOT_BLOCKED, NOT_BLOCKED_CLAIM, checked, is_refunded, locked_claim, opened
from claims.models import Claim
from claims.states import (
    OTHER_MIN_CHARACTERS,
    SELLERS_FAULT,
    CancelReason,
    Fault,
    Kind,
    RejectReason,
    SellerReason,
    State,
)
from claims.words import checked_memo, fitting, required
from messaging.attachments.uploads import Upload
from messaging.queries import latest_from_buyer
from orders import claimed, money
from orders import lifecycle as orders
from orders.models import Order
from orders.money import Statement
from orders.states import BEFORE_DISPATCH, SHIPPING_REQUEST, OrderState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.door import expect, move, unchanged
from qsm.lib import clock
from qsm.lib.machine import Guard, Machine, Refused, Transition

SELLER, BUYER = frozenset({Party.SELLER}), frozenset({Party.BUYER})
OPERATOR, BY_SYSTEM = frozenset({Party.OPERATOR}), frozenset({Party.SYSTEM})
WAITING, REFUNDING = frozenset({State.REQUESTED}), frozenset({State.REFUNDING})
UNBLOCKED = (NOT_BLOCKED_CLAIM,)

CANCEL = Machine(
    name="cancel",
    initial=WAITING | REFUNDING,
    transitions=(
        Transition("approve", WAITING, State.REFUNDING, SELLER, "cancel.approved", _("Process cancel"), UNBLOCKED),
        Transition("reject", WAITING, State.REJECTED, SELLER, "cancel.rejected", _("Reject cancel")),
        Transition("take_back", WAITING, State.WITHDRAWN, BUYER, "cancel.taken_back", _("Take the request back")),
        Transition("withdraw", WAITING, State.WITHDRAWN, OPERATOR, "cancel.withdrawn", _("Withdraw the claim")),
        Transition("grant", WAITING, State.REFUNDING, OPERATOR, "cancel.granted", _("Complete the claim")),
        Transition("complete", REFUNDING, State.COMPLETED, BY_SYSTEM, "cancel.completed", _("Refund settled")),
    ),
    wrong_state=_("This cancel claim has been decided already. Open it again to read what happened."),
    wrong_party=_("You may not do this to a cancel claim. Ask the shop's owner or staff."),
)

# What a buyer's request needs, in the order in which a buyer should hear it.
MAY_ASK = (
    Guard(
        "cancel.barred",
        _("The shop has rejected a cancel of this order, so it cannot be requested again. Write to the shop instead."),
        lambda order: not order.cancel_barred,
    ),
    CLAIM_FREE,
    Guard(
        "cancel.order_state",
        _(
            "This order has been dispatched, so it cannot be canceled any more. "
            "If you do not want the goods, write to the shop about a return."
        ),
        lambda order: order.state in BEFORE_DISPATCH,
    ),
    NOT_BLOCKED,
)
# What the shop's own cancel needs.
MAY_CANCEL = (
    CLAIM_FREE,
    Guard(
        "cancel.order_state",
        _("Only orders of a shipping request can be canceled. After dispatch, use the refund for delayed shipping."),
        lambda order: order.state in SHIPPING_REQUEST,
    ),
    NOT_BLOCKED,
)


def request(
    *, order: Order, seen: int, by: Actor, reason: str, text: str = "", attachments: Sequence[Upload] = ()
) -> Claim:
    """The buyer cancels: at once (R-C1), or the request waits for the shop and freezes the order (R-C2, R-O5).

    seen: the order's version on the buyer's page; reason: a CancelReason; text: 1,000 characters at most; attachments: as
    accepted. A delayed order is the shop's fault, whatever the reason. Raises Conflict, and Refused: `claim.wrong_party`,
    `cancel.barred` (R-C7), `claim.open`, `cancel.order_state` (R-C3), `claim.blocked`, `claim.reason`, `claim.text_too_long`.
    """
    order, seen = orders.locked(order, seen)
    unchanged(order, seen)
    if by.party is not Party.BUYER:
        raise Refused("claim.wrong_party", CANCEL.wrong_party)
    for guard in MAY_ASK:
        guard.check(order)
    event, state = _requested(order)
    claim = opened(
        order,
        event,
        by=by,
        kind=Kind.CANCEL,
        state=state,
        reason=checked(reason, CancelReason),
        text=fitting(text, "text"),
        attachments=attachments,
        fault=fault_of_request(order),
        statement=statement_of_request(order).as_json(),
    )
    return _refunding(claim, order, by=by)


def approve(*, claim: Claim, seen: int, by: Actor) -> Claim:
    """The shop accepts the request: the refund of the frozen statement starts (R-C4, R-M4).

    Raises Conflict, and Refused: `claim.blocked` (R-C13), or the machine's.
    """
    order, claim = locked_claim(claim)
    move(claim, CANCEL, "approve", by=by, seen=seen)
    return _refunding(claim, order, by=by)


def reject(*, claim: Claim, seen: int, by: Actor, reason: str, text: str = "") -> Claim:
    """The seller cannot cancel any more: the claim ends, the order is back as it was and must leave today (R-C5, R-C8).

    reason: a RejectReason; text: what the buyer will read, 30 characters at least (trimmed) for *other*.
    Raises Conflict, and Refused: `claim.reason`, `cancel.reason_too_short`, `claim.text_too_long`, or the machine's.
    """
    order, claim = locked_claim(claim)
    expect(claim, CANCEL, "reject", by=by, seen=seen)
    text = checked_rejection(reason, text)
    _end(claim, order, "reject", by=by, seen=seen, data={"reason": reason}, reject_reason=reason, reject_text=text)
    orders.bar_cancel(order)
    return claim


def take_back(*, claim: Claim, seen: int, by: Actor) -> Claim:
    """The buyer wants the order after all: the claim ends and the order goes on from where it was (R-C14).

    Raises Conflict, or Refused from the machine.
    """
    order, claim = locked_claim(claim)
    _end(claim, order, "take_back", by=by, seen=seen)
    return claim


def withdraw(*, claim: Claim, seen: int, by: Actor, text: str) -> Claim:
    """An operator ends a waiting request; the order goes on (R-B8). text: the reason, which both sides read.

    Raises Conflict, and Refused: `claim.text_missing`, `claim.text_too_long`, or the machine's.
    """
    order, claim = locked_claim(claim)
    expect(claim, CANCEL, "withdraw", by=by, seen=seen)
    _end(claim, order, "withdraw", by=by, seen=seen, operator_text=_operators(text))
    return claim


def grant(*, claim: Claim, seen: int, by: Actor, text: str) -> Claim:
    """An operator carries a waiting request through in the shop's place (R-B8). text: the reason, which both sides read.

    Raises Conflict, and Refused: `claim.text_missing`, `claim.text_too_long`, or the machine's.
    """
    order, claim = locked_claim(claim)
    expect(claim, CANCEL, "grant", by=by, seen=seen)
    move(claim, CANCEL, "grant", by=by, seen=seen, operator_text=_operators(text))
    return _refunding(claim, order, by=by)


def cancel_by_seller(*, order: Order, seen: int, by: Actor, reason: str, memo: str) -> Claim:
    """The shop cancels an order before dispatch; it goes through at once (R-C9).

    reason: a SellerReason; memo: what the buyer reads, 1 to 1,000 characters (R-C12). A cancel without any earlier note to
    the buyer about this order becomes a penalty to be judged. Raises Conflict, and Refused: `claim.wrong_party`,
    `claim.open`, `cancel.order_state`, `claim.blocked`, `claim.reason`, `cancel.delayed` (the buyer's reasons on a delayed
    order), `cancel.no_message` (R-C10), `claim.text_missing`, `claim.text_too_long`.
    """
    order, seen = orders.locked(order, seen)
    unchanged(order, seen)
    may_cancel(order, by)
    fault = fault_of(checked(reason, SellerReason))
    message = latest_from_buyer(order) if fault == Fault.BUYER else None
    may_cancel_for(order, fault, asked=message is not None)
    claim = opened(
        order,
        "cancel.by_seller",
        by=by,
        kind=Kind.CANCEL,
        state=State.REFUNDING,
        reason=reason,
        fault=fault,
        memo=checked_memo(memo),
        message_id=message and message.pk,
        statement=money.statement(order, seller_at_fault=fault == Fault.SELLER).as_json(),
    )
    penalties.raise_without_note(claim)
    return _refunding(claim, order, by=by)


def complete(*, claim: Claim, order: Order) -> None:
    """The money is back: the claim ends, and with it the order (section 4). Both are locked."""
    move(claim, CANCEL, "complete", by=SYSTEM, seen=claim.version, ended_at=clock.now())
    claimed.end(order, "cancel")


def goes_at_once(order: Order) -> bool:
    """Whether a buyer's cancel needs no approval (R-C1). Paid preorders always do (R-O5); unpaid ones refund nothing."""
    if order.is_preorder:
        return order.state == OrderState.AWAITING_PAYMENT
    return order.state != OrderState.PREPARING or order.is_delayed


def fault_of_request(order: Order) -> Fault:
    """A buyer's cancel of a delayed order is laid to the shop, whatever reason the buyer gives (R-C1)."""
    return Fault.SELLER if order.is_delayed else Fault.BUYER


def statement_of_request(order: Order) -> Statement:
    """What a buyer's cancel would refund now (R-M4); nothing of an order that has not been paid (R-C1)."""
    return money.statement(order, seller_at_fault=order.is_delayed)


def fault_of(reason: str) -> Fault:
    """Whom a seller's reason is laid to (R-C9)."""
    return Fault.SELLER if reason in SELLERS_FAULT else Fault.BUYER


def may_cancel(order: Order, by: Actor) -> None:
    """Raises Refused as `cancel_by_seller` does, before anything is entered: the page lists those orders before (R-C9)."""
    if by.party is not Party.SELLER:
        raise Refused("claim.wrong_party", CANCEL.wrong_party)
    for guard in MAY_CANCEL:
        guard.check(order)


def may_cancel_for(order: Order, fault: str, *, asked: bool) -> None:
    """Raises Refused `cancel.delayed` (R-C9) and `cancel.no_message` (R-C10) for a reason of the buyer's.

    asked: whether the buyer has written to the shop about this order.
    """
    if fault == Fault.BUYER and order.is_delayed:
        raise Refused(
            "cancel.delayed",
            _("This order is delayed, so a cancel is the shop's fault. Choose delayed shipping or out of stock."),
            field="reason",
        )
    if fault == Fault.BUYER and not asked:
        raise Refused(
            "cancel.no_message",
            _(
                "A reason of the buyer's needs the buyer's own request, and the buyer has written no message about this "
                "order. Ask the buyer to cancel on My page, or send an inquiry to the operator: "
                "refund, claim withdrawal > cancel, refund."
            ),
            field="reason",
        )


def checked_rejection(reason: str, text: str) -> str:
    """The text of a rejection, trimmed. Raises Refused as `reject` does: the popup before it asks the same (R-C5)."""
    checked(reason, RejectReason)
    text = fitting(text, "text")
    if reason == RejectReason.OTHER and len(text) < OTHER_MIN_CHARACTERS:
        raise Refused(
            "cancel.reason_too_short",
            _("With the reason “Other”, explain it in 30 characters or more: the buyer will read it."),
            field="text",
        )
    return text


def _requested(order: Order) -> tuple[str, State]:
    """The event and the state in which a buyer's request is born. Events differ by what the shop is told (R-C1, R-C2)."""
    if not goes_at_once(order):
        return "cancel.requested", State.REQUESTED
    return ("cancel.at_once_delayed" if order.is_delayed else "cancel.at_once"), State.REFUNDING


def _refunding(claim: Claim, order: Order, *, by: Actor) -> Claim:
    orders.hold_as(order, claim_id=claim.pk, state=claim.state)
    if is_refunded(claim, order, by=by):
        complete(claim=claim, order=order)
    return claim


def _end(claim: Claim, order: Order, action: str, *, by: Actor, seen: int, **columns: Any) -> None:
    move(claim, CANCEL, action, by=by, seen=seen, ended_at=clock.now(), **columns)
    orders.release(order, claim_id=claim.pk)


def _operators(text: str) -> str:
    return required(text, "text", _("Write the reason: both sides will read it."))
