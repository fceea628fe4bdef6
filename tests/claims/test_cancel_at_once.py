"""Cancels that go through at once, approvals, and the refund behind them (rules, sections 4 and 10)."""

from datetime import timedelta

import pytest

from claims.models import Claim
from claims.states import CancelReason, Fault, State
from orders import claimed
from orders.gateway import Said
from orders.models import Order, PaymentFee, Refund, Transfer
from orders.states import CancelBlock, OrderState
from qsm.accounts.models import PaymentMethod
from qsm.events.door import Conflict, change
from qsm.lib import clock
from tests.claims.doings import approved, asked, by_operator, canceled, events_of, fresh, refusal, said_by_gateway, told
from tests.factories import OrderFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
PAID = {"payment_method": PaymentMethod.CASH}


def delayed(**columns: object) -> Order:
    return OrderFactory(ship_date=clock.today() - timedelta(days=1), **columns)


@pytest.mark.parametrize("state", [OrderState.PROCESSING, OrderState.NEW])
def test_a_paid_order_without_a_ship_date_is_canceled_and_refunded_at_once(state: str) -> None:
    """R-C1: balance in the same transaction."""
    claim = asked(OrderFactory(state=state, **PAID))
    order = fresh(claim.order)
    assert (claim.state, order.state, order.held_by) == (State.COMPLETED, OrderState.CANCELED, None)
    assert (order.refunded_yen, Refund.unscoped.get(claim_id=claim.pk).yen) == (2480, 2480)
    assert Transfer.unscoped.filter(refund__claim_id=claim.pk).count() == 1


def test_an_unpaid_order_is_canceled_with_nothing_to_refund() -> None:
    """R-C1"""
    claim = asked(OrderFactory(state=OrderState.AWAITING_PAYMENT, **PAID))
    assert (claim.state, fresh(claim.order).state) == (State.COMPLETED, OrderState.CANCELED)
    assert not Refund.unscoped.exists()
    assert claim.statement["refund_yen"] == 0


@pytest.mark.parametrize("state", [OrderState.PROCESSING, OrderState.NEW, OrderState.AWAITING_PAYMENT])
def test_the_shop_gets_no_separate_notice_of_a_new_order(state: str) -> None:
    """R-C1"""
    claim = asked(OrderFactory(state=state))
    assert told(claim, "cancel.at_once") == {("buyer", "inbox"), ("buyer", "mail"), ("buyer", "push")}


def test_a_delayed_order_is_canceled_at_once_at_the_shops_fault_whatever_the_reason() -> None:
    """R-C1, R-M3: and the fee of a cash payment is the shop's."""
    claim = asked(delayed(**PAID), CancelReason.CHANGE_OF_MIND)
    assert (claim.state, claim.fault) == (State.COMPLETED, Fault.SELLER)
    assert claim.statement["fee_yen"] == 108
    assert ("seller", "inbox") in told(claim, "cancel.at_once_delayed")


def test_the_state_at_the_moment_of_the_request_decides() -> None:
    """R-C1: what becomes late while it waits stays the buyer's."""
    claim = requested_cancel(**PAID)
    with clock.at(clock.now() + timedelta(days=9)):
        claim = approved(claim)
    assert claim.fault == Fault.BUYER
    assert Refund.unscoped.get(claim_id=claim.pk).fee_yen == 0


@pytest.mark.parametrize("state", [OrderState.NEW, OrderState.PROCESSING])
def test_a_preorder_always_waits_for_the_shop(state: str) -> None:
    """R-O5"""
    claim = asked(OrderFactory(state=state, is_preorder=True))
    assert claim.state == State.REQUESTED
    assert told(claim, "cancel.requested") == {("seller", "inbox"), ("seller", "mail"), ("seller", "push")}


def test_a_cancel_that_went_through_cannot_be_rejected() -> None:
    """R-C6"""
    from claims.kinds import cancel

    claim = asked(OrderFactory(state=OrderState.NEW, payment_method=PaymentMethod.CARD))
    by = member_of(claim.seller)
    with change(by):
        code = refusal(cancel.reject, claim=claim, seen=claim.version, by=by, reason="ready_to_ship")
    assert (code, fresh(claim).state) == ("cancel.wrong_state", State.REFUNDING)


def test_an_approval_refunds_the_buyer_and_cancels_the_order() -> None:
    """R-C4, R-A3"""
    claim = approved(requested_cancel(**PAID))
    order = fresh(claim.order)
    assert (claim.state, order.state, order.held_by) == (State.COMPLETED, OrderState.CANCELED, None)
    assert events_of(claim) == [
        "cancel.requested",
        "cancel.approved",
        "refund.credited",
        "cancel.completed",
        "order.canceled",
    ]
    assert told(claim, "cancel.approved") == {("buyer", "inbox"), ("buyer", "mail"), ("buyer", "push")}


def test_a_card_payment_is_refunding_until_the_gateway_has_voided() -> None:
    """R-C4, R-M1: the order stays frozen meanwhile; then all ends in one transaction."""
    claim = approved(requested_cancel(payment_method=PaymentMethod.CARD))
    order = fresh(claim.order)
    assert (claim.state, order.state, order.held_by) == (State.REFUNDING, OrderState.PREPARING, claim.pk)
    said_by_gateway(claim, Said.IN_PROGRESS)
    assert fresh(claim).state == State.REFUNDING
    said_by_gateway(claim)
    assert (fresh(claim).state, fresh(order).state) == (State.COMPLETED, OrderState.CANCELED)


def test_an_answer_that_comes_twice_completes_once() -> None:
    """R-M1, R-M2"""
    claim = approved(requested_cancel(payment_method=PaymentMethod.CARD))
    said_by_gateway(claim)
    events = events_of(claim)
    said_by_gateway(claim)
    assert events_of(claim) == events
    assert Transfer.unscoped.count() == 1


def test_a_refused_void_leaves_the_claim_refunding_until_an_operator_credits() -> None:
    """R-M1"""
    from claims import refunds

    claim = approved(requested_cancel(payment_method=PaymentMethod.CARD))
    said_by_gateway(claim, Said.REFUSED)
    order = fresh(claim.order)
    assert (fresh(claim).state, order.held_by) == (State.REFUNDING, claim.pk)
    refund = Refund.unscoped.get(claim_id=claim.pk)
    by_operator(refunds.credit, refund=refund, seen=refund.version, text="期限切れ")
    assert (fresh(claim).state, fresh(order).state) == (State.COMPLETED, OrderState.CANCELED)


def test_what_was_paid_elsewhere_waits_for_the_operators_word() -> None:
    """R-O10"""
    from claims import refunds

    claim = approved(requested_cancel())
    assert claim.state == State.REFUNDING
    refund = Refund.unscoped.get(claim_id=claim.pk)
    by_operator(refunds.settle, refund=refund, seen=refund.version)
    assert fresh(claim).state == State.COMPLETED


def test_the_statement_is_frozen_with_the_request() -> None:
    """R-M4: a later table does not touch it."""
    claim = asked(delayed(payment_method=PaymentMethod.CASH, is_preorder=True))
    PaymentFee.objects.create(valid_from=clock.today(), from_yen=0, fee_yen=500)
    claim = approved(claim)
    assert Refund.unscoped.get(claim_id=claim.pk).fee_yen == 108


def test_a_blocked_order_is_canceled_by_neither_side() -> None:
    """R-C13: the attempt is refused with the reason; unblocked, it works again."""
    order, waiting = OrderFactory(), requested_cancel()
    for blocked in (order, fresh(waiting.order)):
        by_operator(claimed.block, order=blocked, seen=blocked.version, reason=CancelBlock.COUPON)
    order = fresh(order)
    assert refusal(asked, order) == refusal(canceled, order) == refusal(approved, waiting) == "claim.blocked"
    assert Claim.unscoped.count() == 1
    by_operator(claimed.unblock, order=order, seen=order.version)
    assert asked(fresh(order)).state == State.REQUESTED


def test_an_operator_withdraws_or_carries_through_with_a_reason_that_both_sides_read() -> None:
    """R-B8"""
    from claims.kinds import cancel

    kept, ended = requested_cancel(**PAID), requested_cancel(**PAID)
    by_operator(cancel.withdraw, claim=kept, seen=kept.version, text="双方の合意による撤回です。")
    by_operator(cancel.grant, claim=ended, seen=ended.version, text="双方の合意による取り消しです。")
    assert (fresh(kept).state, fresh(kept.order).state) == (State.WITHDRAWN, OrderState.PREPARING)
    assert (fresh(ended).state, fresh(ended.order).state) == (State.COMPLETED, OrderState.CANCELED)
    for claim, event in ((kept, "cancel.withdrawn"), (ended, "cancel.granted")):
        assert {to for to, _channel in told(claim, event)} == {"seller", "buyer"}
        assert fresh(claim).operator_text


def test_of_two_members_one_wins_and_the_other_learns_what_happened() -> None:
    """R-A4"""
    claim = requested_cancel()
    stale = fresh(claim)
    approved(claim)
    with pytest.raises(Conflict) as conflict:
        approved(stale)
    assert [event.name for event in conflict.value.events] == ["cancel.approved"]
