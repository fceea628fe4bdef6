"""A refund: what a claim gives back (R-M1). Its machine, then its actions in the order of life, then the poller's parts.

A card payment is voided at the gateway, which a poller asks outside of any transaction until it has answered. Cash is
credited to the buyer's balance at once. What was paid outside of this console is a task, confirmed when done there.

All actions run inside a change. The claim that a refund belongs to lives in a higher room; when the refund is done, that room
ends the claim in the same transaction.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orders.gateway import Answer, Said, Unreachable, Void, gateway, payment_of
from orders.models import Order, Refund
from orders.money.ledger import GATEWAY, MARKETPLACE, SOURCE, of_buyer, of_shop, transfer
from orders.money.statement import more_than_paid
from orders.states import WAY_OF, OrderState, RefundState, RefundWay, TransferReason
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.door import lock, move, must_be_open, record
from qsm.lib import clock
from qsm.lib.machine import Machine, Refused, Transition

log = structlog.get_logger(__name__)
OPERATOR, BY_SYSTEM = frozenset({Party.OPERATOR}), frozenset({Party.SYSTEM})
VOIDING, FAILED = frozenset({RefundState.VOIDING}), frozenset({RefundState.FAILED})
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_POLL = 5.0

REFUND = Machine(
    name="refund",
    initial=frozenset({RefundState.VOIDING, RefundState.EXTERNAL, RefundState.DONE}),
    transitions=(
        Transition("settle", VOIDING | FAILED, RefundState.DONE, BY_SYSTEM, "refund.done", _("Voided")),
        Transition("fail", VOIDING, RefundState.FAILED, BY_SYSTEM, "refund.failed", _("Refused by the gateway")),
        Transition("give_up", VOIDING, RefundState.FAILED, OPERATOR, "refund.given_up", _("Stop asking the gateway")),
        Transition("retry", FAILED, RefundState.VOIDING, OPERATOR, "refund.retried", _("Try the void again")),
        Transition("credit", FAILED, RefundState.DONE, OPERATOR, "refund.credited", _("Credit the buyer's balance")),
        Transition(
            "confirm",
            frozenset({RefundState.EXTERNAL}),
            RefundState.DONE,
            frozenset({Party.OPERATOR, Party.SYSTEM}),
            "refund.confirmed",
            _("Refunded at the source"),
        ),
    ),
    wrong_state=_("This refund is not in the state that this needs. Open it again to see where it stands."),
    wrong_party=_("Only the marketplace's operators can do this to a refund."),
)


def start(*, order: Order, claim_id: int, yen: int, fee_yen: int = 0, by: Actor) -> Refund:
    """Begin the refund of a claim on the locked order, the way of its payment; a cash payment's is done at once (R-M1).

    yen, fee_yen: whole yen, as in the claim's frozen statement; the fee is charged to the shop when the refund settles
    (R-M3). Raises Refused: `money.nothing_to_refund`, `money.more_than_paid` (R-M2).
    """
    _take_from_what_was_paid(order, yen)
    way = WAY_OF[order.payment_method]
    refund = Refund(seller_id=order.seller_id, order=order, claim_id=claim_id, way=way, yen=yen, fee_yen=fee_yen)
    refund.started_at = clock.now()
    match way:
        case RefundWay.VOID:
            refund.state, refund.next_at = RefundState.VOIDING, clock.real()
        case RefundWay.SOURCE:
            refund.state = RefundState.EXTERNAL
        case RefundWay.BALANCE:
            refund.state, refund.done_at = RefundState.DONE, clock.now()
    refund.save(force_insert=True)
    record("refund.credited" if refund.is_done else "refund.started", refund, by=by, data=_said(refund))
    if refund.is_done:
        _book(refund)
    return refund


def retry(*, refund: Refund, seen: int, by: Actor, text: str) -> Refund:
    """An operator lets the gateway be asked once more, for the reason `text`. Raises Conflict, or Refused from the machine."""
    refund = _locked(refund)
    columns: dict[str, Any] = {"asked": 0, "next_at": clock.real(), "error": "", "operator_text": text}
    move(refund, REFUND, "retry", by=by, seen=seen, data=_said(refund), **columns)
    return refund


def credit(*, refund: Refund, seen: int, by: Actor, text: str) -> Refund:
    """An operator credits the buyer's balance instead of a card that could not be voided, for the reason `text` (R-M1).

    Raises Conflict, or Refused from the machine.
    """
    refund = _locked(refund)
    refund.way = RefundWay.BALANCE
    _settle(refund, "credit", by=by, seen=seen, operator_text=text)
    return refund


def give_up(*, refund: Refund, seen: int, by: Actor, text: str) -> Refund:
    """An operator has learned that a gateway which never answers did not void: the refund has failed.

    The gateway is asked no more. A retry asks under the same key, so that a void which was made after all is not made
    twice. text: how that was learned. Raises Conflict, or Refused from the machine.
    """
    refund = _locked(refund)
    move(refund, REFUND, "give_up", by=by, seen=seen, data=_said(refund), operator_text=text)
    return refund


def confirm(*, refund: Refund, seen: int, by: Actor) -> Refund:
    """The money has been given back where the order was paid (R-O10). Raises Conflict, or Refused from the machine."""
    refund = _locked(refund)
    _settle(refund, "confirm", by=by, seen=seen)
    return refund


def due_at_gateway() -> Iterator[Refund]:
    """The refunds that the gateway is to be asked about now, each leased to the caller as it comes; outside of a change.

    A lease moves `next_at` ahead, by GATEWAY_LEASE_SECONDS at least and longer with each question: two pollers don't ask
    about one at the same time, and whoever is killed midway leaves it due again. Nothing is begun after LONGEST_POLL seconds:
    the process that polls has other work too, which a gateway that hangs must not keep from it.
    """
    until = time.monotonic() + LONGEST_POLL
    while time.monotonic() < until and (refund := _lease()):
        yield refund


def ask(refund: Refund) -> Answer:
    """Ask the gateway about a leased refund, outside of any transaction; an answer that does not come is *in progress*."""
    try:
        return gateway().void(Void(refund.key, payment_of(refund.order), refund.yen))
    except Unreachable as failure:
        log.warning("gateway_unreachable", refund=refund.pk, asked=refund.asked, reason=str(failure))
        return Answer(refund.key, Said.IN_PROGRESS, str(failure))


def apply(*, refund: Refund, answer: Answer) -> Refund:
    """Take the gateway's answer, inside a change; the same answer again changes nothing.

    Returns the refund as it is now: `is_done` when it has settled, by this answer or before. That the gateway voided counts
    even after an operator has given it up; an answer under an older key, or after a credit to the balance, is only kept
    for operators to see.
    """
    refund = _locked(refund)
    if answer.key == refund.key and not refund.is_done:
        match answer.said:
            case Said.VOIDED:
                _settle(refund, "settle", by=SYSTEM, seen=refund.version)
            case Said.REFUSED if refund.state == RefundState.VOIDING:
                _fail(refund, answer)
    _keep_words(refund, answer)
    return refund


def _fail(refund: Refund, answer: Answer) -> None:
    """The gateway refuses for good: it would say the same under this key for ever, so a retry takes another."""
    move(refund, REFUND, "fail", by=SYSTEM, seen=refund.version, data=_said(refund), key=uuid4())


def _keep_words(refund: Refund, answer: Answer) -> None:
    """For operators: why it takes so long, why it failed, or that the card got back what was credited to the balance."""
    as_wanted = refund.is_done and refund.way == RefundWay.VOID
    refund.error = "" if as_wanted else f"{answer.said} {answer.reason}".strip()[:200]
    Refund.unscoped.filter(pk=refund.pk).update(error=refund.error)


def _settle(refund: Refund, action: str, *, by: Actor, seen: int, **columns: Any) -> None:
    columns |= {"way": refund.way, "done_at": clock.now(), "error": ""}
    move(refund, REFUND, action, by=by, seen=seen, data=_said(refund), **columns)
    _book(refund)


def _book(refund: Refund) -> None:
    """What a settled refund moves in the ledger, once: from the shop to the buyer, and the shop's fee (R-M3)."""
    accounts = {
        RefundWay.VOID: GATEWAY,
        RefundWay.SOURCE: SOURCE,
        RefundWay.BALANCE: of_buyer(refund.order.buyer_id),
    }
    shop = of_shop(refund.seller_id)
    transfer(TransferReason.REFUND, about=refund, debit=shop, credit=accounts[RefundWay(refund.way)], yen=refund.yen)
    if refund.fee_yen:
        transfer(TransferReason.FEE, about=refund, debit=shop, credit=MARKETPLACE, yen=refund.fee_yen)


def _take_from_what_was_paid(order: Order, yen: int) -> None:
    """By a conditional UPDATE, so that refunds never exceed what was paid, whoever else refunds (R-M2)."""
    must_be_open()
    if yen <= 0:
        raise Refused("money.nothing_to_refund", _("There is nothing to refund: the amount must be ¥1 or more."))
    enough = Order.unscoped.filter(pk=order.pk, paid_yen__gte=F("refunded_yen") + yen)
    if not enough.exclude(state=OrderState.AWAITING_PAYMENT).update(refunded_yen=F("refunded_yen") + yen):
        raise more_than_paid()
    order.refunded_yen += yen


def _locked(refund: Refund) -> Refund:
    """The refund as it is now; its order is locked before it, as everywhere, unless the caller has done so."""
    [order] = lock(Order, refund.order_id)
    [refund] = lock(Refund, refund.pk)
    refund.order = order
    return refund


def _lease() -> Refund | None:
    now = clock.real()
    with transaction.atomic(durable=True):
        due = Refund.unscoped.filter(state=RefundState.VOIDING, next_at__lte=now).order_by("next_at", "pk")
        refund = due.select_for_update(skip_locked=True, of=("self",)).select_related("order").first()
        if refund:
            refund.asked += 1
            refund.next_at = now + _pause(refund.asked)
            refund.save(update_fields=["asked", "next_at"])
    return refund


def _pause(asked: int) -> timedelta:
    lease = timedelta(seconds=settings.GATEWAY_LEASE_SECONDS)
    return max(lease, min(timedelta(seconds=2 ** min(asked, 20)), LONGEST_PAUSE))


def _said(refund: Refund) -> dict[str, object]:
    return {"yen": refund.yen, "way": refund.way}
