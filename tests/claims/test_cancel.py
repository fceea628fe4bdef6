"""The life of a cancel claim while the shop prepares the order (rules, section 4)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from claims.kinds import cancel
from claims.models import Claim
from claims.states import CancelReason, RejectReason, State
from orders import lifecycle as orders
from orders.models import Order
from orders.states import BEFORE_DISPATCH, OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Role
from qsm.events.door import Conflict, change
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, buyer_of, member_of, operator, requested_cancel

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo


def ask(order: Order, reason: str = CancelReason.CHANGE_OF_MIND) -> Claim:
    with change(buyer_of(order)):
        return cancel.request(order=order, seen=order.version, by=buyer_of(order), reason=reason)


def reject(claim: Claim, by: Actor, reason: str = RejectReason.READY_TO_SHIP, text: str = "") -> Claim:
    with change(by):
        return cancel.reject(claim=claim, seen=claim.version, by=by, reason=reason, text=text)


def refusal(action: object, *args: object, **named: object) -> str:
    with pytest.raises(Refused) as refused:
        action(*args, **named)  # type: ignore[operator]
    return refused.value.code


def test_request_in_preparation_waits_for_the_seller_and_freezes_the_order() -> None:
    """R-C2, R-O3"""
    order = OrderFactory()
    claim = ask(order)
    seller = member_of(order.seller)
    order.refresh_from_db()
    assert claim.state == State.REQUESTED
    assert (order.state, order.held_by, order.held_as) == (OrderState.PREPARING, claim.pk, "cancel")
    with change(seller):
        code = refusal(
            orders.dispatch,
            order=order,
            seen=order.version,
            by=seller,
            carrier="ゆうパック",
            tracking_number="1234",
        )
    assert code == "order.cancel_open"
    with change(seller):
        code = refusal(orders.plan, order=order, seen=order.version, by=seller, ship_date=clock.today())
    assert code == "order.cancel_open"


def test_the_seller_is_notified_of_the_request() -> None:
    """R-C2, R-B9"""
    claim = requested_cancel()
    deliveries = Delivery.objects.filter(event__claim_id=claim.pk, event__name="cancel.requested")
    assert set(deliveries.values_list("consumer", "to")) == {
        ("inbox", "seller"),
        ("mail", "seller"),
        ("push", "seller"),
        ("push", "seller"),
    }


@pytest.mark.parametrize(
    "state", [state for state in OrderState if state not in BEFORE_DISPATCH], ids=lambda state: state.value
)
def test_from_dispatch_on_there_is_no_cancel(state: OrderState) -> None:
    """R-C3: the buyer is told what can be done instead."""
    order = OrderFactory(state=state)
    with pytest.raises(Refused, match=r"cancel.order_state") as refused:
        ask(order)
    with translation.override("ja"):
        assert "返品" in str(refused.value.message)
    assert not Claim.unscoped.exists()


def test_one_open_claim_per_order() -> None:
    """R-A4"""
    claim = requested_cancel()
    order = Order.unscoped.get(pk=claim.order_id)
    assert refusal(ask, order) == "claim.open"


def test_rejection_ends_the_claim_and_brings_the_order_back_as_it_was() -> None:
    """R-C5, R-C8, R-C7"""
    claim = requested_cancel()
    before = Order.unscoped.get(pk=claim.order_id)
    seller = member_of(before.seller)
    with clock.at(NOON):
        claim = reject(claim, seller, RejectReason.ALREADY_SHIPPED)
    order = Order.unscoped.get(pk=claim.order_id)
    assert (claim.state, claim.reject_reason) == (State.REJECTED, RejectReason.ALREADY_SHIPPED)
    assert (order.state, order.ship_date) == (before.state, before.ship_date)
    assert (order.held_by, order.held_as, order.cancel_barred) == (None, "", True)
    assert order.ship_today_until == datetime(2026, 8, 3, 15, 0, tzinfo=UTC)  # midnight in Tokyo


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-08-03T14:59:59+00:00", "2026-08-03T15:00:00+00:00"),  # 23:59:59 in Tokyo: one second is left
        ("2026-08-03T15:00:00+00:00", "2026-08-04T15:00:00+00:00"),  # 0:00:00: the whole day
        ("2026-12-31T14:59:59+00:00", "2026-12-31T15:00:00+00:00"),
        ("2028-02-28T15:00:00+00:00", "2028-02-29T15:00:00+00:00"),
    ],
)
def test_ship_today_ends_at_midnight_in_tokyo(now: str, until: str) -> None:
    """R-C8, R-T1"""
    with clock.at(datetime.fromisoformat(now)):
        claim = requested_cancel()
        reject(claim, member_of(claim.seller))
    assert Order.unscoped.get(pk=claim.order_id).ship_today_until == datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("あ" * 29, False),
        ("あ" * 30, True),
        ("  " + "あ" * 29 + "   ", False),
        ("", False),
        ("あ" * 1001, False),
    ],
)
def test_the_reason_other_needs_thirty_characters(text: str, taken: bool) -> None:
    """R-C5: counted after trimming."""
    claim = requested_cancel()
    seller = member_of(claim.seller)
    if taken:
        assert reject(claim, seller, RejectReason.OTHER, text).reject_text == text
    else:
        expected = "claim.text_too_long" if len(text) > 1000 else "cancel.reason_too_short"
        assert refusal(reject, claim, seller, RejectReason.OTHER, text) == expected
        claim.refresh_from_db()
        assert claim.state == State.REQUESTED


def test_after_a_rejection_the_buyer_can_never_ask_again_even_when_delayed() -> None:
    """R-C7"""
    claim = requested_cancel()
    reject(claim, member_of(claim.seller))
    order = Order.unscoped.get(pk=claim.order_id)
    assert refusal(ask, order) == "cancel.barred"
    with clock.at(clock.now() + timedelta(days=10)):
        assert order.is_delayed
        assert refusal(ask, order) == "cancel.barred"


def test_the_buyer_is_told_of_the_rejection_in_inbox_by_mail_and_by_push() -> None:
    """R-C7, R-B9"""
    claim = requested_cancel()
    reject(claim, member_of(claim.seller))
    deliveries = Delivery.objects.filter(event__claim_id=claim.pk, event__name="cancel.rejected")
    assert set(deliveries.values_list("consumer", "to")) == {("inbox", "buyer"), ("mail", "buyer"), ("push", "buyer")}


def test_the_rejected_order_can_be_dispatched_and_the_mark_goes() -> None:
    """R-C8, R-O2"""
    claim = requested_cancel()
    seller = member_of(claim.seller)
    reject(claim, seller)
    order = Order.unscoped.get(pk=claim.order_id)
    with change(seller):
        order = orders.dispatch(
            order=order, seen=order.version, by=seller, carrier="ゆうパック", tracking_number="1234-5678"
        )
    order.refresh_from_db()
    assert (order.state, order.ship_today_until) == (OrderState.SHIPPING, None)


def test_the_buyer_takes_the_request_back_and_may_ask_again() -> None:
    """R-C14"""
    claim = requested_cancel()
    buyer = buyer_of(claim.order)
    with change(buyer):
        claim = cancel.take_back(claim=claim, seen=claim.version, by=buyer)
    order = Order.unscoped.get(pk=claim.order_id)
    assert (claim.state, order.held_by, order.cancel_barred) == (State.WITHDRAWN, None, False)
    assert ask(order).state == State.REQUESTED


def test_who_saw_an_older_version_is_told_what_happened() -> None:
    """R-A4"""
    claim = requested_cancel()
    stale = Claim.unscoped.get(pk=claim.pk)
    reject(claim, member_of(claim.seller))
    with pytest.raises(Conflict) as conflict:
        reject(stale, member_of(claim.seller))
    assert [event.name for event in conflict.value.events] == ["cancel.rejected"]


def test_a_viewer_cannot_reject() -> None:
    """R-A2"""
    claim = requested_cancel()
    assert refusal(reject, claim, member_of(claim.seller, Role.VIEWER)) == "cancel.wrong_party"


def test_only_the_buyer_requests() -> None:
    """R-A2, R-C1: everybody else cancels in ways of their own, or not at all."""
    order = OrderFactory(state=OrderState.NEW)
    for by in (member_of(order.seller), member_of(order.seller, Role.VIEWER), operator()):
        with change(by):
            code = refusal(cancel.request, order=order, seen=1, by=by, reason=CancelReason.OTHER)
        assert (code, Claim.unscoped.count()) == ("claim.wrong_party", 0)


def test_every_change_is_one_event_in_history() -> None:
    """R-A3"""
    claim = requested_cancel()
    seller = member_of(claim.seller)
    reject(claim, seller)
    events = Event.unscoped.filter(order_id=claim.order_id).order_by("seq")
    assert [(event.seq, event.name, event.from_state, event.to_state) for event in events] == [
        (1, "cancel.requested", "", State.REQUESTED),
        (2, "cancel.rejected", State.REQUESTED, State.REJECTED),
    ]
    assert (events[1].user_id, events[1].data) == (seller.user_id, {"reason": "ready_to_ship"})


def test_a_claim_is_late_on_the_fourth_day_after_it_came() -> None:
    """R-D1: received 8/13, late from 8/17."""
    with clock.at(datetime(2026, 8, 13, 14, 0, tzinfo=UTC)):
        claim = requested_cancel()
    with clock.at(datetime(2026, 8, 16, 14, 59, 59, tzinfo=UTC)):
        assert not claim.is_late
    with clock.at(datetime(2026, 8, 16, 15, 0, tzinfo=UTC)):
        assert claim.is_late
