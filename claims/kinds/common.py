"""What the kinds of claims share: how one is born on a locked order, and how its refund starts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.states import State
from messaging.attachments.lifecycle import attach_to_claim
from messaging.attachments.uploads import Upload
from orders import lifecycle as orders
from orders import money
from orders.models import Order
from orders.money import Statement
from qsm.accounts.access import Actor
from qsm.events.door import lock, record
from qsm.lib import clock
from qsm.lib.machine import Guard, Refused

CLAIM_FREE = Guard(
    "claim.open",
    _("A claim on this order is open already. It has to end first."),
    lambda order: order.held_by is None,
)
BLOCKED = _(
    "This order cannot be canceled here, because of its coupon or its payment method. "
    "Send an inquiry to the operator: refund, claim withdrawal > cancel, refund."
)
NOT_BLOCKED = Guard("claim.blocked", BLOCKED, lambda order: not order.cancel_blocked)
NOT_BLOCKED_CLAIM = Guard("claim.blocked", BLOCKED, lambda claim: not claim.order.cancel_blocked)


def opened(
    order: Order, event: str, *, by: Actor, kind: str, attachments: Sequence[Upload] = (), **columns: Any
) -> Claim:
    """A new claim on the locked order, which it holds (R-A4), told under the name `event`.

    attachments: files that were accepted before (R-P8).
    Raises Refused `order.has_open_claim` when another one is open.
    """
    claim = Claim.unscoped.create(
        seller_id=order.seller_id,
        order=order,
        kind=kind,
        raised_by=by.party,
        requested_at=clock.now(),
        files=len(attachments),
        **columns,
    )
    attach_to_claim(attachments, order=order, claim_id=claim.pk, by=by)
    orders.hold(order, claim_id=claim.pk, kind=kind, state=claim.state)
    record(event, claim, by=by, data={"reason": claim.reason})
    return claim


def locked_claim(claim: Claim) -> tuple[Order, Claim]:
    """The claim and its order as they are now, locked: orders first, then claims."""
    [order] = lock(Order, claim.order_id)
    [claim] = lock(Claim, claim.pk)
    claim.order = order
    return order, claim


def is_refunded(claim: Claim, order: Order, *, by: Actor) -> bool:
    """Start the refund of a claim's frozen statement (R-M4); whether it is settled at once, or nothing is to be refunded."""
    if claim.state != State.REFUNDING:
        return False
    statement = Statement.from_json(claim.statement)
    if not statement.refund_yen:
        return True
    yen, fee_yen = statement.refund_yen, statement.fee_yen
    return money.start(order=order, claim_id=claim.pk, yen=yen, fee_yen=fee_yen, by=by).is_done


def checked(reason: str, reasons: type[TextChoices]) -> str:
    """The reason's code. Raises Refused `claim.reason` for one that is not listed."""
    if reason not in reasons:
        raise Refused("claim.reason", _("Choose one of the listed reasons."), field="reason")
    return reason
