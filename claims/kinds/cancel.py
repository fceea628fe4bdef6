"""A cancel claim: the buyer wants an order not to be shipped (rules, section 4).

While the shop prepares the order, the buyer's request waits for the shop, and the order is frozen (R-C2). The shop rejects
it with a reason; then the order goes on, must leave the same day, and can never be asked for again (R-C5, R-C7, R-C8).
The buyer may take the request back before that (R-C14).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.states import OTHER_MIN_CHARACTERS, TEXT_MAX, CancelReason, Kind, RejectReason, State
from orders import lifecycle as orders
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import Actor, Party
from qsm.events.door import expect, lock, move, record, unchanged
from qsm.lib import clock
from qsm.lib.machine import Guard, Machine, Refused, Transition

SELLER = frozenset({Party.SELLER})
BUYER = frozenset({Party.BUYER})
WAITING = frozenset({State.REQUESTED})

CANCEL = Machine(
    name="cancel",
    initial=WAITING,
    transitions=(
        Transition("reject", WAITING, State.REJECTED, SELLER, "cancel.rejected", _("Reject cancel")),
        Transition("take_back", WAITING, State.WITHDRAWN, BUYER, "cancel.taken_back", _("Take the request back")),
    ),
    wrong_state=_("This cancel claim has been decided already. Open it again to read what happened."),
    wrong_party=_("You may not do this to a cancel claim. Ask the shop's owner or staff."),
)

# Who may ask for a cancel at all, in the order in which a buyer should hear it.
MAY_ASK = (
    Guard(
        "cancel.barred",
        _("The shop has rejected a cancel of this order, so it cannot be requested again. Write to the shop instead."),
        lambda order: not order.cancel_barred,
    ),
    Guard(
        "cancel.claim_open",
        _("A claim on this order is open already. You can follow it on this page."),
        lambda order: order.held_by is None,
    ),
    Guard(
        "cancel.order_state",
        _("A cancel cannot be requested in this delivery state. Once the goods have arrived you can request a return."),
        lambda order: order.state == OrderState.PREPARING and not order.is_delayed,
    ),
)


def request(*, order: Order, seen: int, by: Actor, reason: str, text: str = "") -> Claim:
    """The buyer asks to cancel an order in preparation; it waits for the seller and freezes the order (R-C2).

    seen: the order's version on the buyer's page; reason: a CancelReason; text: 1,000 characters at most.
    Raises Conflict, and Refused: `cancel.barred` (R-C7), `cancel.claim_open` (R-A4), `cancel.order_state` (R-C3),
    `cancel.reason`.
    """
    order, seen = orders.locked(order, seen)
    unchanged(order, seen)
    for guard in MAY_ASK:
        guard.check(order)
    if reason not in CancelReason:
        raise Refused("cancel.reason", _("Choose one of the listed reasons."), field="reason")
    claim = Claim.unscoped.create(
        seller_id=order.seller_id,
        order=order,
        kind=Kind.CANCEL,
        state=State.REQUESTED,
        reason=reason,
        text=_fitting(text, "text"),
        requested_at=clock.now(),
    )
    orders.hold(order, claim_id=claim.pk, kind=Kind.CANCEL)
    record("cancel.requested", claim, by=by, data={"reason": reason})
    return claim


def reject(*, claim: Claim, seen: int, by: Actor, reason: str, text: str = "") -> Claim:
    """The seller cannot cancel any more: the claim ends, the order is back as it was and must leave today (R-C5, R-C8).

    reason: a RejectReason; text: what the buyer will read, 30 characters at least (trimmed) for *other*.
    Raises Conflict, and Refused: `cancel.reason`, `cancel.reason_too_short`, `cancel.text_too_long`, or the machine's.
    """
    order, claim = _locked(claim)
    expect(claim, CANCEL, "reject", by=by, seen=seen)
    text = checked_rejection(reason, text)
    _end(
        claim,
        order,
        "reject",
        by=by,
        seen=seen,
        data={"reason": reason},
        reject_reason=reason,
        reject_text=text,
    )
    orders.bar_cancel(order)
    return claim


def take_back(*, claim: Claim, seen: int, by: Actor) -> Claim:
    """The buyer wants the order after all: the claim ends and the order goes on from where it was (R-C14).

    Raises Conflict, or Refused from the machine.
    """
    order, claim = _locked(claim)
    _end(claim, order, "take_back", by=by, seen=seen)
    return claim


def checked_rejection(reason: str, text: str) -> str:
    """The text of a rejection, trimmed. Raises Refused as `reject` does: the popup before it asks the same (R-C5)."""
    if reason not in RejectReason:
        raise Refused("cancel.reason", _("Choose the reason for the rejection."), field="reason")
    text = _fitting(text, "text")
    if reason == RejectReason.OTHER and len(text) < OTHER_MIN_CHARACTERS:
        raise Refused(
            "cancel.reason_too_short",
            _("With the reason “Other”, explain it in 30 characters or more: the buyer will read it."),
            field="text",
        )
    return text


def _locked(claim: Claim) -> tuple[Order, Claim]:
    [order] = lock(Order, claim.order_id)
    [claim] = lock(Claim, claim.pk)
    return order, claim


def _end(claim: Claim, order: Order, action: str, *, by: Actor, seen: int, **columns: Any) -> None:
    move(claim, CANCEL, action, by=by, seen=seen, ended_at=clock.now(), **columns)
    orders.release(order, claim_id=claim.pk)


def _fitting(text: str, field: str) -> str:
    if len(text := text.strip()) > TEXT_MAX:
        raise Refused("cancel.text_too_long", _("The text has more than 1,000 characters. Shorten it."), field=field)
    return text
