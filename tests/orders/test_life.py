"""The life of an order beside ship date and dispatch: payment, recipient, hand-over, delivery, receipt (rules, section 3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orders import lifecycle, pickup
from orders.models import Order, Recipient
from orders.states import DeliveryMethod, OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events import history
from qsm.events.door import Conflict, change
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, buyer_of, member_of, requested_cancel

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)  # Monday, 12:00 in Tokyo
OPERATOR = Actor(Party.OPERATOR)


def act(action: Any, order: Order, by: Actor, **entered: Any) -> Order:
    with change(by):
        return action(order=order, seen=order.version, by=by, **entered)


def refusal(action: Any, order: Order, by: Actor, **entered: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(action, order, by, **entered)
    return refused.value.code


def names(order: Order) -> list[str]:
    return list(Event.unscoped.filter(order_id=order.pk, claim_id=None).order_by("seq").values_list("name", flat=True))


def told(order: Order, name: str) -> set[tuple[str, str]]:
    rows = Delivery.objects.filter(event__order_id=order.pk, event__name=name)
    return set(rows.values_list("consumer", "to"))


BUYER_IS_TOLD = {("inbox", "buyer"), ("mail", "buyer"), ("push", "buyer")}


def test_from_payment_to_receipt() -> None:
    """R-O9: each step is one event."""
    order = OrderFactory(state=OrderState.AWAITING_PAYMENT)
    seller = member_of(order.seller)
    order = act(lifecycle.pay, order, SYSTEM)
    order = act(lifecycle.check, order, OPERATOR)
    order = act(lifecycle.dispatch, order, seller, carrier="ゆうパック", tracking_number="1")
    order = act(lifecycle.deliver, order, SYSTEM)
    order = act(lifecycle.receive, order, buyer_of(order))
    order.refresh_from_db()
    assert order.state == OrderState.RECEIVED
    assert names(order) == ["order.paid", "order.checked", "order.dispatched", "order.delivered", "order.received"]
    assert (order.pay_until, order.late_at, order.receive_until) == (None, None, None)
    assert order.paid_at <= order.shipped_at <= order.delivered_at <= order.received_at


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 8, 9, 14, 59, 59, 999_999, tzinfo=UTC), OrderState.AWAITING_PAYMENT),  # 8/9, the seventh day
        (datetime(2026, 8, 9, 15, 0, tzinfo=UTC), OrderState.CANCELED),
    ],
)
def test_an_unpaid_order_is_canceled_after_seven_days(now: datetime, state: str) -> None:
    """R-O9, R-T2, R-T4: 7 days from 8/3 are 8/3 to 8/9."""
    with clock.at(NOON):
        order = OrderFactory(state=OrderState.AWAITING_PAYMENT, ordered_at=NOON)
    with clock.at(now):
        settle_deadlines()
        settle_deadlines()
    order.refresh_from_db()
    assert order.state == state
    if state == OrderState.CANCELED:
        event = Event.unscoped.get(order_id=order.pk)
        assert (event.name, event.party, event.business_date) == ("order.expired", "system", date(2026, 8, 10))
        assert told(order, "order.expired") == BUYER_IS_TOLD


def test_a_payment_that_comes_too_late_meets_a_canceled_order() -> None:
    """R-T4: the deadline decides by itself, before the job came by."""
    with clock.at(NOON):
        order = OrderFactory(state=OrderState.AWAITING_PAYMENT, ordered_at=NOON)
    with clock.at(NOON + timedelta(days=8)), pytest.raises(Conflict):
        act(lifecycle.pay, order, SYSTEM)
    assert Order.unscoped.get(pk=order.pk).state == OrderState.CANCELED


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 8, 9, 14, 59, 59, 999_999, tzinfo=UTC), OrderState.DELIVERED),
        (datetime(2026, 8, 9, 15, 0, tzinfo=UTC), OrderState.RECEIVED),  # 8/10, the eighth day of 8/3
    ],
)
def test_the_receipt_comes_by_itself_on_the_eighth_day(now: datetime, state: str) -> None:
    """R-O9"""
    with clock.at(NOON):
        order = act(lifecycle.deliver, OrderFactory(state=OrderState.SHIPPING), SYSTEM)
    with clock.at(now):
        settle_deadlines()
    order.refresh_from_db()
    assert order.state == state
    if state == OrderState.RECEIVED:
        assert (names(order)[-1], clock.day_of(order.received_at)) == ("order.lapsed", date(2026, 8, 10))


def test_no_receipt_by_itself_while_a_claim_is_open() -> None:
    """R-O9: and when the claim has ended, the buyer has the rest of the day."""
    with clock.at(NOON):
        order = act(lifecycle.deliver, OrderFactory(state=OrderState.SHIPPING), SYSTEM)
        with change(SYSTEM):
            lifecycle.hold(order, claim_id=1, kind="return")
    with clock.at(NOON + timedelta(days=20)):
        settle_deadlines()
        order.refresh_from_db()
        assert order.state == OrderState.DELIVERED
        assert refusal(lifecycle.receive, order, buyer_of(order)) == "order.claim_open"
        with change(SYSTEM):
            lifecycle.release(order, claim_id=1)
        settle_deadlines()
        order.refresh_from_db()
        assert (order.state, order.receive_until) == (OrderState.DELIVERED, clock.end_of(date(2026, 8, 23)))
    with clock.at(clock.end_of(date(2026, 8, 23))):
        settle_deadlines()
    assert Order.unscoped.get(pk=order.pk).state == OrderState.RECEIVED


def test_delivery_is_recorded_during_an_open_claim() -> None:
    """R-O9"""
    order = OrderFactory(state=OrderState.SHIPPING)
    with change(SYSTEM):
        lifecycle.hold(order, claim_id=1, kind="non_receipt")
    assert act(lifecycle.deliver, order, SYSTEM).state == OrderState.DELIVERED
    assert told(order, "order.delivered") == BUYER_IS_TOLD


@pytest.mark.parametrize("days", [-1, 3])
def test_goods_arrive_after_their_dispatch_and_not_in_the_future(days: int) -> None:
    """R-O9"""
    with clock.at(NOON):
        order = OrderFactory(state=OrderState.SHIPPING)
    with clock.at(NOON + timedelta(days=2)):
        moment = NOON + timedelta(days=days)
        assert refusal(lifecycle.deliver, order, SYSTEM, delivered_at=moment) == "order.delivered_when"


def test_the_receipt_confirmed_on_the_way_counts_as_delivered_too() -> None:
    """R-O9: the buyer's button from SHIPPING."""
    with clock.at(NOON):
        order = OrderFactory(state=OrderState.SHIPPING)
        order = act(lifecycle.receive, order, buyer_of(order))
    assert (order.state, order.delivered_at) == (OrderState.RECEIVED, NOON)


def test_the_recipient_is_edited_until_dispatch_and_each_version_is_kept() -> None:
    """R-O4: the event points to the versions and holds no personal data itself."""
    order = OrderFactory(recipient_name="青山 花子", address="東京都 1-1")
    seller = member_of(order.seller)
    order = act(lifecycle.readdress, order, seller, address=" 大阪府 2-2 ")
    order = act(lifecycle.readdress, order, seller, recipient_name="川島 太一")
    order.refresh_from_db()
    assert (order.recipient_name, order.address) == ("川島 太一", "大阪府 2-2")
    texts = [version.text for version in Recipient.unscoped.filter(order=order).order_by("pk")]
    assert texts == ["青山 花子 東京都 1-1", "青山 花子 大阪府 2-2", "川島 太一 大阪府 2-2"]
    events = Event.unscoped.filter(order_id=order.pk)
    assert not any("大阪府" in str(event.data) or "花子" in str(event.data) for event in events)
    assert told(order, "order.readdressed") == BUYER_IS_TOLD
    assert history.timeline(order.pk, seller)[0].detail == "青山 花子 大阪府 2-2 → 川島 太一 大阪府 2-2"


def test_an_erased_version_leaves_the_history_without_it() -> None:
    """R-O4, design: versions can be erased."""
    order = OrderFactory(recipient_name="青山 花子", address="東京都 1-1")
    seller = member_of(order.seller)
    act(lifecycle.readdress, order, seller, address="大阪府 2-2")
    Recipient.unscoped.filter(order=order).update(erased_at=clock.now(), recipient_name="", address="")
    assert "花子" not in history.timeline(order.pk, seller)[0].detail


def test_an_unchanged_recipient_changes_nothing() -> None:
    """R-O4"""
    order = OrderFactory(recipient_name="青山 花子", address="東京都 1-1")
    act(lifecycle.readdress, order, member_of(order.seller), recipient_name="青山 花子 ")
    assert (names(order), Recipient.unscoped.count()) == ([], 0)


@pytest.mark.parametrize("field", ["recipient_name", "address"])
def test_an_order_needs_a_recipient_and_an_address(field: str) -> None:
    """R-O4"""
    order = OrderFactory(address="東京都 1-1")
    assert refusal(lifecycle.readdress, order, member_of(order.seller), **{field: "  "}) == "order.recipient_missing"


def test_a_date_that_stays_tells_nobody() -> None:
    """R-O1: nothing new is no event; another reason is one, of which the buyer hears nothing."""
    order = OrderFactory()
    seller = member_of(order.seller)
    act(lifecycle.plan, order, seller, ship_date=order.ship_date)
    assert names(order) == []
    act(lifecycle.plan, order, seller, ship_date=order.ship_date, delay_type="made_to_order", memo="受注制作")
    assert (names(order), told(order, "order.explained")) == (["order.explained"], set())


def test_carrier_and_number_are_corrected_while_shipping() -> None:
    """R-O2: the buyer hears of the new number; the same one changes nothing."""
    order = OrderFactory(state=OrderState.SHIPPING, carrier="ゆうパック", tracking_number="1")
    seller = member_of(order.seller)
    order = act(lifecycle.correct, order, seller, carrier="ゆうパック", tracking_number="2")
    act(lifecycle.correct, order, seller, carrier="ゆうパック", tracking_number="2")
    assert (names(order), told(order, "order.corrected")) == (["order.corrected"], BUYER_IS_TOLD)
    assert refusal(lifecycle.correct, order, seller, carrier="ゆうパック") == "order.tracking_missing"


def pickup_order() -> Order:
    return OrderFactory(delivery_method=DeliveryMethod.PICKUP)


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{front}-{back}", "{wide}"])
def test_the_buyers_code_hands_the_order_over(typed: str) -> None:
    """R-O7: typed with a space, a hyphen, in full width."""
    order = pickup_order()
    code = pickup.code_of(order)
    wide = code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    text = typed.format(code=code, front=code[:3], back=code[3:], wide=wide)
    order = act(lifecycle.hand_over, order, member_of(order.seller), code=text)
    assert (order.state, told(order, "order.handed_over")) == (OrderState.DELIVERED, BUYER_IS_TOLD)
    assert order.receive_until == clock.end_of(clock.after(clock.today(), 6))


@pytest.mark.parametrize("typed", ["", "000", "abc", "一二三"])
def test_another_code_is_refused_and_the_try_is_kept(typed: str) -> None:
    """R-O7, R-A3"""
    order = pickup_order()
    assert refusal(lifecycle.hand_over, order, member_of(order.seller), code=typed) == "order.code_wrong"
    order.refresh_from_db()
    assert (order.state, order.pickup_misses, names(order)) == (OrderState.PREPARING, 1, ["order.code_missed"])


def test_five_wrong_codes_block_the_order_until_the_next_day() -> None:
    """R-O7: the right code too."""
    with clock.at(NOON):
        order = pickup_order()
        seller = member_of(order.seller)
        for _try in range(5):
            order.refresh_from_db()
            assert refusal(lifecycle.hand_over, order, seller, code="x") == "order.code_wrong"
        order.refresh_from_db()
        assert refusal(lifecycle.hand_over, order, seller, code=pickup.code_of(order)) == "order.pickup_blocked"
    with clock.at(datetime(2026, 8, 3, 15, 0, tzinfo=UTC)):
        assert act(lifecycle.hand_over, order, seller, code=pickup.code_of(order)).state == OrderState.DELIVERED


def test_codes_differ_and_are_nowhere_in_the_database(settings: Any) -> None:
    """R-O7: they follow from the secret; an earlier secret counts while it is kept."""
    first, second = pickup_order(), pickup_order()
    code = pickup.code_of(first)
    assert len(code) == 6
    assert code != pickup.code_of(second)
    values = {str(value) for value in Order.unscoped.filter(pk=first.pk).values().get().values()}
    assert code not in values
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret " * 4
    assert pickup.matches(first, code)
    settings.SECRET_KEY_FALLBACKS = []
    assert not pickup.matches(first, code)


@pytest.mark.parametrize(
    ("action", "method", "entered"),
    [
        (lifecycle.hand_over, DeliveryMethod.PICKUP, {"code": "1"}),
        (lifecycle.provide, DeliveryMethod.ONLINE, {}),
        (lifecycle.dispatch, DeliveryMethod.TRACKED, {"carrier": "x", "tracking_number": "1"}),
    ],
)
def test_an_open_cancel_freezes_the_order(action: Any, method: str, entered: dict[str, str]) -> None:
    """R-O3: whatever the delivery method; with the ways out."""
    order = requested_cancel(delivery_method=method).order
    assert refusal(action, order, member_of(order.seller), **entered) == "order.cancel_open"


@pytest.mark.parametrize(
    ("action", "method", "code"),
    [
        (lifecycle.dispatch, DeliveryMethod.PICKUP, "order.not_by_parcel"),
        (lifecycle.dispatch, DeliveryMethod.ONLINE, "order.not_by_parcel"),
        (lifecycle.hand_over, DeliveryMethod.TRACKED, "order.not_by_pickup"),
        (lifecycle.provide, DeliveryMethod.PICKUP, "order.not_online"),
    ],
)
def test_each_method_has_its_own_way(action: Any, method: str, code: str) -> None:
    """R-O2, R-O7"""
    entered = (
        {"carrier": "x"} if action is lifecycle.dispatch else {"code": "1"} if action is lifecycle.hand_over else {}
    )
    order = OrderFactory(delivery_method=method)
    assert refusal(action, order, member_of(order.seller), **entered) == code
