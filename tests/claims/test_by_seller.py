"""The shop's own cancels and refunds, and what comes of doing it silently (R-C9 to R-C12)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.models import Claim, Penalty
from claims.states import Fault, Kind, PenaltyKind, SellerReason, State
from orders.models import Order, Refund
from orders.states import OrderState
from qsm.accounts.models import PaymentMethod, Role
from qsm.lib import clock
from tests.claims.doings import MEMO, approved, asked, canceled, fresh, refunded, refusal, shop_browser, told
from tests.factories import OrderFactory, member_of, requested_cancel
from tests.messaging.talk import noted_orders, written

pytestmark = pytest.mark.django_db
BUYERS = (SellerReason.CHANGE_OF_MIND, SellerReason.CHANGE_OF_OPTION)
CASH = {"payment_method": PaymentMethod.CASH}


def delayed(**columns: object) -> Order:
    return OrderFactory(ship_date=clock.today() - timedelta(days=1), **columns)


@pytest.mark.parametrize("reason", [reason for reason in SellerReason if reason not in BUYERS])
@pytest.mark.parametrize("state", [OrderState.NEW, OrderState.PREPARING])
def test_the_shop_cancels_before_dispatch_at_once_at_its_fault(state: str, reason: str) -> None:
    """R-C9, R-M3, R-C12: the buyer reads the memo."""
    claim = canceled(OrderFactory(state=state, **CASH), reason)
    assert (claim.state, claim.fault, claim.memo) == (State.COMPLETED, Fault.SELLER, MEMO)
    assert fresh(claim.order).state == OrderState.CANCELED
    assert Refund.unscoped.get(claim_id=claim.pk).fee_yen == 108
    assert told(claim, "cancel.by_seller") == {("buyer", "inbox"), ("buyer", "mail"), ("buyer", "push")}


@pytest.mark.parametrize("state", [state for state in OrderState if state not in {"NEW", "PREPARING"}])
def test_the_shop_cancels_no_other_order(state: str) -> None:
    """R-C9"""
    assert refusal(canceled, OrderFactory(state=state)) == "cancel.order_state"


def test_an_order_with_an_open_claim_is_not_canceled_by_the_shop() -> None:
    """R-C9, R-A4"""
    order = fresh(requested_cancel().order)
    assert refusal(canceled, order) == "claim.open"


def test_a_viewer_cancels_nothing() -> None:
    """R-A2"""
    order = OrderFactory()
    assert refusal(canceled, order, by=member_of(order.seller, Role.VIEWER)) == "claim.wrong_party"


@pytest.mark.parametrize("reason", BUYERS)
@pytest.mark.usefixtures("english")
def test_a_reason_of_the_buyers_needs_the_buyers_message_and_refers_to_it(reason: str) -> None:
    """R-C10: the trade panel shows the message and leads to its conversation."""
    order = OrderFactory(**CASH)
    assert refusal(canceled, order, reason) == "cancel.no_message"
    message = written(order).messages.get()
    claim = canceled(order, reason)
    assert (claim.fault, claim.message_id) == (Fault.BUYER, message.pk)
    assert Refund.unscoped.get(claim_id=claim.pk).fee_yen == 0
    panel = shop_browser(claim.seller).get(reverse("claims:page", args=[claim.pk])).content.decode()
    assert f'<p class="prose">{message.text}</p>' in panel
    assert f'<a href="{reverse("messaging:thread", args=[message.thread_id])}">Show the message</a>' in panel


def test_the_shops_own_note_is_no_request_of_the_buyer() -> None:
    """R-C10"""
    order = OrderFactory()
    noted_orders([order])
    assert refusal(canceled, order, SellerReason.CHANGE_OF_MIND) == "cancel.no_message"


def test_a_delayed_order_is_never_the_buyers_fault() -> None:
    """R-C9"""
    order = delayed()
    written(order)
    assert refusal(canceled, order, SellerReason.CHANGE_OF_MIND) == "cancel.delayed"
    assert canceled(order, SellerReason.DELAYED_SHIPPING).fault == Fault.SELLER


@pytest.mark.parametrize(("memo", "code"), [(" ", "claim.text_missing"), ("あ" * 1001, "claim.text_too_long")])
def test_the_memo_is_required(memo: str, code: str) -> None:
    """R-C12"""
    assert refusal(canceled, OrderFactory(), memo=memo) == code
    assert refusal(refunded, OrderFactory(state=OrderState.SHIPPING), memo=memo) == code


@pytest.mark.parametrize(("state", "act"), [(OrderState.NEW, canceled), (OrderState.SHIPPING, refunded)])
def test_without_an_earlier_note_it_is_recorded_as_a_penalty_event(state: str, act: object) -> None:
    """R-C12"""
    silent, kind = OrderFactory(state=state), OrderFactory(state=state)
    noted_orders([kind])
    act(kind)  # type: ignore[operator]
    assert not Penalty.unscoped.exists()
    claim = act(silent)  # type: ignore[operator]
    penalty = Penalty.unscoped.get()
    assert (penalty.claim_id, penalty.kind) == (claim.pk, PenaltyKind.NO_NOTE)
    assert told(claim, "penalty.raised") == {("seller", "inbox"), ("seller", "mail"), ("seller", "push")}


def test_a_note_about_another_order_does_not_count() -> None:
    """R-C12: about that order."""
    order = OrderFactory(state=OrderState.NEW)
    noted_orders([OrderFactory(seller=order.seller, buyer=order.buyer)])
    canceled(order)
    assert Penalty.unscoped.count() == 1


@pytest.mark.parametrize("state", [OrderState.SHIPPING, OrderState.DELIVERED])
def test_after_dispatch_the_shop_refunds_the_whole_order_for_delayed_shipping(state: str) -> None:
    """R-C11: a return without goods, at once, at the shop's fault."""
    claim = refunded(OrderFactory(state=state, **CASH))
    assert (claim.kind, claim.state, claim.reason) == (Kind.RETURN, State.COMPLETED, SellerReason.DELAYED_SHIPPING)
    assert (claim.fault, fresh(claim.order).state) == (Fault.SELLER, OrderState.REFUNDED)
    assert Refund.unscoped.get(claim_id=claim.pk).yen == 2480


@pytest.mark.parametrize("state", [state for state in OrderState if state not in {"SHIPPING", "DELIVERED"}])
def test_nothing_else_is_refunded_after_dispatch(state: str) -> None:
    """R-C11"""
    assert refusal(refunded, OrderFactory(state=state)) == "return.order_state"


def test_what_is_being_refunded_is_not_refunded_again() -> None:
    """R-C11, R-M2"""
    order = OrderFactory(state=OrderState.SHIPPING)
    refunded(order)
    assert refusal(refunded, fresh(order)) == "claim.open"


def test_after_a_rejection_the_shop_may_still_cancel() -> None:
    """R-C8: the buyer may not."""
    from claims.kinds import cancel
    from qsm.events.door import change

    claim = requested_cancel(**CASH)
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason="ready_to_ship")
    order = fresh(claim.order)
    assert refusal(asked, order) == "cancel.barred"
    canceled(order)
    order = fresh(order)
    assert (order.state, order.ship_today_until) == (OrderState.CANCELED, None)


def test_a_canceled_order_has_one_claim_that_ended() -> None:
    """R-A4"""
    order = OrderFactory(state=OrderState.NEW, **CASH)
    canceled(order)
    assert refusal(approved, Claim.unscoped.get()) == "cancel.wrong_state"
