"""Ship dates and dispatch (rules, section 3)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from orders import lifecycle
from orders.invitations import invite
from orders.models import Order
from orders.states import DeliveryMethod, OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import SYSTEM, Party
from qsm.accounts.models import Role
from qsm.events.door import Conflict, change
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, member_of

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 8, 3, 0, 30, tzinfo=UTC)  # 9:30 in Tokyo
TODAY = date(2026, 8, 3)


def plan(order: Order, day: date, **more: str) -> Order:
    seller = member_of(order.seller)
    with change(seller):
        return lifecycle.plan(order=order, seen=order.version, by=seller, ship_date=day, **more)


def dispatch(order: Order, carrier: str = "ゆうパック", tracking_number: str = "1234-5678") -> Order:
    seller = member_of(order.seller)
    with change(seller):
        return lifecycle.dispatch(
            order=order, seen=order.version, by=seller, carrier=carrier, tracking_number=tracking_number
        )


def invited(order: Order) -> None:
    seller = member_of(order.seller)
    with change(seller):
        invite(order=order, by=seller, email="hanako@example.jp")


@pytest.mark.parametrize(
    ("day", "taken"), [(TODAY, True), (TODAY + timedelta(days=9), True), (TODAY - timedelta(days=1), False)]
)
def test_a_ship_date_is_today_or_later(day: date, taken: bool) -> None:
    """R-O1"""
    with clock.at(MORNING):
        order = OrderFactory(state=OrderState.NEW)
        if taken:
            assert plan(order, day).state == OrderState.PREPARING
        else:
            with pytest.raises(Refused, match="ship_date_past"):
                plan(order, day)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=731), date(9999, 12, 31)])
def test_a_ship_date_is_two_years_ahead_at_most(day: date) -> None:
    """R-O1 (ours): a year mistyped is no date to count deadlines from."""
    with clock.at(MORNING):
        order = OrderFactory(state=OrderState.NEW)
        with pytest.raises(Refused, match="ship_date_far"):
            plan(order, day)
        assert plan(order, TODAY + timedelta(days=730)).state == OrderState.PREPARING


def test_today_is_the_day_in_tokyo() -> None:
    """R-T1, R-O1: at 0:00 in Tokyo yesterday's date is past, whatever UTC says."""
    with clock.at(datetime(2026, 8, 3, 15, 0, tzinfo=UTC)):
        order = OrderFactory(state=OrderState.NEW)
        with pytest.raises(Refused, match="ship_date_past"):
            plan(order, TODAY)


def test_a_date_can_be_changed_while_it_has_not_passed_and_the_buyer_is_told() -> None:
    """R-O1"""
    with clock.at(MORNING):
        order = plan(OrderFactory(state=OrderState.NEW), TODAY)
        order = plan(order, TODAY + timedelta(days=2), delay_type="made_to_order", memo="受注制作です")
    assert (order.ship_date, order.delay_type) == (TODAY + timedelta(days=2), "made_to_order")
    told = Delivery.objects.filter(event__order_id=order.pk)
    assert set(told.values_list("event__name", "consumer", "to")) == {
        ("order.replanned", "inbox", "buyer"),
        ("order.replanned", "mail", "buyer"),
        ("order.replanned", "push", "buyer"),
    }


def test_a_delayed_order_keeps_its_date() -> None:
    """R-O1"""
    with clock.at(MORNING):
        order = OrderFactory(ship_date=TODAY - timedelta(days=1))
        assert order.is_delayed
        with pytest.raises(Refused, match=r"order\.delayed"):
            plan(order, TODAY)


@pytest.mark.parametrize(("memo", "code"), [("x" * 1001, "memo_too_long"), ("", "unknown_delay_type")])
def test_memo_and_delay_type_are_checked(memo: str, code: str) -> None:
    """R-O1"""
    order = OrderFactory(state=OrderState.NEW)
    with pytest.raises(Refused, match=code):
        plan(order, clock.today(), memo=memo, delay_type="" if memo else "no such type")


@pytest.mark.parametrize("state", [OrderState.NEW, OrderState.PREPARING])
def test_dispatch(state: OrderState) -> None:
    """R-O2"""
    order = dispatch(OrderFactory(state=state))
    order.refresh_from_db()
    assert (order.state, order.carrier, order.tracking_number) == (
        OrderState.SHIPPING,
        "ゆうパック",
        "1234-5678",
    )
    assert order.shipped_at is not None


@pytest.mark.parametrize(
    ("method", "carrier", "number", "code"),
    [
        (DeliveryMethod.TRACKED, "", "1", "carrier_missing"),
        (DeliveryMethod.TRACKED, "ゆうパック", " ", "tracking_missing"),
        (DeliveryMethod.TRACKED, "ゆうパック", "1" * 51, "tracking_too_long"),
        (DeliveryMethod.UNTRACKED, "ゆうパケット", "", None),
    ],
)
def test_what_a_dispatch_needs(method: str, carrier: str, number: str, code: str | None) -> None:
    """R-O2: a tracking number for tracked delivery methods."""
    order = OrderFactory(delivery_method=method)
    if code is None:
        assert dispatch(order, carrier, number).state == OrderState.SHIPPING
    else:
        with pytest.raises(Refused, match=code):
            dispatch(order, carrier, number)


@pytest.mark.parametrize("state", sorted(set(OrderState) - {OrderState.NEW, OrderState.PREPARING}))
@pytest.mark.parametrize("action", ["plan", "dispatch"])
def test_no_other_state_allows_either(state: OrderState, action: str) -> None:
    """R-O1, R-O2"""
    order = OrderFactory(state=state)
    with pytest.raises(Refused, match="order.wrong_state"):
        plan(order, clock.today()) if action == "plan" else dispatch(order)


@pytest.mark.parametrize("party", [Party.VIEWER, Party.BUYER, Party.OPERATOR, Party.SYSTEM])
def test_nobody_but_the_shop_dispatches(party: Party) -> None:
    """R-A2"""
    order = OrderFactory()
    by = member_of(order.seller, Role.VIEWER)
    by = type(by)(party, user_id=by.user_id, seller_id=by.seller_id)
    with pytest.raises(Refused, match="order.wrong_party"), change(by):
        lifecycle.dispatch(order=order, seen=order.version, by=by, carrier="x", tracking_number="1")


def rejected_order() -> Order:
    """An order that had to be shipped on 8/3 and was not."""
    return OrderFactory(cancel_barred=True, ship_today_until=clock.end_of(TODAY), ship_date=date(2026, 8, 9))


def test_a_deadline_that_passed_is_applied_first_and_then_the_action() -> None:
    """R-T4, R-C8: dated with the day that it made due; the dispatch goes on."""
    order = rejected_order()
    with clock.at(datetime(2026, 8, 6, 3, 0, tzinfo=UTC)):
        order = dispatch(order)
    events = Event.unscoped.filter(order_id=order.pk).order_by("seq")
    assert [(event.name, event.party, event.business_date) for event in events] == [
        ("order.ship_today_missed", "system", date(2026, 8, 4)),
        ("order.dispatched", "seller", date(2026, 8, 6)),
    ]


def test_the_outcome_of_a_deadline_stays_when_the_action_is_refused() -> None:
    """R-T4"""
    order = rejected_order()
    with clock.at(datetime(2026, 8, 3, 15, 0, tzinfo=UTC)):
        with pytest.raises(Refused, match="carrier_missing"):
            dispatch(order, carrier="")
        order.refresh_from_db()
        assert (order.state, order.ship_today_until) == (OrderState.PREPARING, None)
    assert Event.unscoped.filter(order_id=order.pk).values_list("name", flat=True)[0] == "order.ship_today_missed"


def test_one_microsecond_before_midnight_nothing_is_missed() -> None:
    """R-T4, R-T1"""
    order = rejected_order()
    with clock.at(clock.end_of(TODAY) - timedelta(microseconds=1)):
        settle_deadlines()
    assert not Event.unscoped.filter(order_id=order.pk).exists()


def test_the_job_applies_the_rest_once() -> None:
    """R-T4, R-C8: late and twice, the same outcome and day."""
    order = rejected_order()
    with clock.at(datetime(2026, 9, 1, 3, 0, tzinfo=UTC)):
        settle_deadlines()
        settle_deadlines()
    event = Event.unscoped.get(order_id=order.pk)
    assert (event.name, event.business_date) == ("order.ship_today_missed", date(2026, 8, 4))


def test_an_older_version_is_a_conflict() -> None:
    """R-A4"""
    order = OrderFactory()
    stale = Order.unscoped.get(pk=order.pk)
    plan(order, clock.today())
    with pytest.raises(Conflict) as conflict:
        dispatch(stale)
    assert [event.name for event in conflict.value.events] == ["order.replanned"]


def test_the_slower_one_is_told_all_that_happened_and_nothing_older() -> None:
    """R-A4: also beside events that make no new version, as an invitation of the buyer."""
    order = OrderFactory(buyer__user=None, buyer__mobile="+81-90-0000-0001")
    plan(order, clock.after(clock.today(), 1))
    stale = Order.unscoped.get(pk=order.pk)
    invited(stale)
    plan(stale, clock.today())
    invited(stale)
    with pytest.raises(Conflict) as conflict:
        dispatch(stale)
    assert [event.name for event in conflict.value.events] == ["order.replanned", "buyer.invited"]
    assert [event.data.get("ship_date") for event in conflict.value.events] == [clock.today().isoformat(), None]


def test_actions_refuse_to_run_outside_the_door() -> None:
    """One door: no action without a change around it."""
    order = OrderFactory()
    with pytest.raises(RuntimeError, match="inside"):
        lifecycle.dispatch(order=order, seen=order.version, by=SYSTEM, carrier="x")
