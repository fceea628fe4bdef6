"""Late dispatch in Japanese business days, and what it costs (R-O8)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from orders import deadlines, lifecycle
from orders.models import Order, Restriction
from orders.standing import dispatches, restriction
from orders.states import DeliveryMethod, OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import PaymentMethod, Seller
from qsm.events.door import change, lock
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from tests.claims.doings import canceled
from tests.factories import OrderFactory, SellerFactory, member_of

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 8, 24, 3, 0, tzinfo=UTC)  # no holiday in the two weeks that follow


def events(order: Order) -> list[tuple[str, date]]:
    rows = Event.unscoped.filter(order_id=order.pk).order_by("seq")
    return list(rows.values_list("name", "business_date"))


def paid(moment: datetime, seller: Seller | None = None, **columns: object) -> Order:
    with clock.at(moment):
        return OrderFactory(
            seller=seller or SellerFactory(), state=OrderState.NEW, paid_at=moment, ordered_at=moment, **columns
        )


@pytest.mark.parametrize(
    ("paid_on", "third", "fourth", "fifth"),
    [
        (date(2026, 8, 24), date(2026, 8, 26), date(2026, 8, 27), date(2026, 8, 28)),  # Monday to Friday
        (date(2026, 8, 29), date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4)),  # Saturday: counts from Monday
        (date(2026, 9, 18), date(2026, 9, 25), date(2026, 9, 28), date(2026, 9, 29)),  # 9/21 to 9/23 are holidays
        (date(2026, 4, 28), date(2026, 5, 1), date(2026, 5, 7), date(2026, 5, 8)),  # the Golden Week
    ],
)
def test_business_days_count_from_the_day_of_payment(paid_on: date, third: date, fourth: date, fifth: date) -> None:
    """R-O8, R-T2: the first day is counted, if it is a business day; weekends and Japanese holidays are none."""
    assert [clock.business_day(paid_on, number) for number in (3, 4, 5)] == [third, fourth, fifth]
    steps = deadlines.late_steps(clock.start_of(paid_on) + timedelta(hours=23, minutes=59))
    assert steps == (clock.start_of(third), clock.end_of(fourth), clock.end_of(fifth))


def test_notice_then_points_then_restriction() -> None:
    """R-O8: each on its day, told to the shop, once, however late the job runs."""
    order = paid(MONDAY)
    with clock.at(MONDAY + timedelta(days=30)):
        settle_deadlines()
        settle_deadlines()
    assert events(order) == [
        ("order.late_warned", date(2026, 8, 26)),
        ("order.late_counted", date(2026, 8, 28)),
        ("order.late_restricted", date(2026, 8, 29)),
    ]
    told = Delivery.objects.filter(event__order_id=order.pk).values_list("consumer", "to").distinct()
    assert set(told) == {("inbox", "seller"), ("mail", "seller"), ("push", "seller")}
    order.refresh_from_db()
    assert (order.late_points, order.late_at, order.state) == (-2, None, OrderState.NEW)


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (clock.start_of(date(2026, 8, 26)) - timedelta(microseconds=1), 0),
        (clock.start_of(date(2026, 8, 26)), 1),
        (clock.start_of(date(2026, 8, 28)) - timedelta(microseconds=1), 1),
        (clock.start_of(date(2026, 8, 28)), 2),
        (clock.start_of(date(2026, 8, 29)) - timedelta(microseconds=1), 2),
        (clock.start_of(date(2026, 8, 29)), 3),
    ],
)
def test_the_edges_are_midnights_in_tokyo(now: datetime, count: int) -> None:
    """R-O8, R-T1"""
    order = paid(MONDAY)
    with clock.at(now):
        settle_deadlines()
    assert len(events(order)) == count


def test_a_dispatch_in_time_ends_it() -> None:
    """R-O8"""
    order = paid(MONDAY)
    seller = member_of(order.seller)
    with clock.at(clock.end_of(date(2026, 8, 27)) - timedelta(seconds=1)), change(seller):
        parcel = {"carrier": "ゆうパック", "tracking_number": "1"}
        lifecycle.dispatch(order=order, seen=order.version, by=seller, **parcel)
    with clock.at(MONDAY + timedelta(days=30)):
        settle_deadlines()
    assert [name for name, _day in events(order)] == ["order.late_warned", "order.dispatched"]


@pytest.mark.parametrize(
    "columns",
    [{"is_preorder": True}, {"delivery_method": DeliveryMethod.PICKUP}, {"delivery_method": DeliveryMethod.ONLINE}],
)
def test_only_ordinary_goods_are_counted(columns: dict[str, object]) -> None:
    """R-O8, R-O5"""
    order = paid(MONDAY, **columns)
    with clock.at(MONDAY + timedelta(days=30)):
        settle_deadlines()
    assert events(order) == []


def test_while_a_claim_is_open_the_order_is_not_late() -> None:
    """R-O8, R-O3: the shop may not dispatch then, so those business days don't count: 8/24 to 9/1, and 9/2 is the first."""
    order = paid(MONDAY)
    with clock.at(MONDAY), change(SYSTEM):
        lifecycle.hold(order, claim_id=1, kind="cancel")
    with clock.at(MONDAY + timedelta(days=8)):
        settle_deadlines()
        assert events(order) == []
        with change(SYSTEM):
            lifecycle.release(order, claim_id=1)
    with clock.at(MONDAY + timedelta(days=30)):
        settle_deadlines()
    assert events(order) == [
        ("order.late_warned", date(2026, 9, 4)),
        ("order.late_counted", date(2026, 9, 8)),
        ("order.late_restricted", date(2026, 9, 9)),
    ]


def held(order: Order, first: datetime, last: datetime) -> None:
    """A claim is open on the order from one moment to another."""
    with clock.at(first), change(SYSTEM):
        fresh, _seen = lifecycle.locked(order, order.version)
        lifecycle.hold(fresh, claim_id=1, kind="cancel")
    if last > first:
        with clock.at(last), change(SYSTEM):
            lifecycle.release(*lock(Order, order.pk), claim_id=1)


@pytest.mark.parametrize(
    ("claims", "last_day"),
    [
        ([], date(2026, 8, 27)),
        ([(1, 1)], date(2026, 8, 28)),  # opened and ended on Tuesday
        ([(1, 2)], date(2026, 8, 31)),  # Tuesday and Wednesday: Monday, Thursday, Friday and Monday count
        ([(1, 1), (3, 3)], date(2026, 8, 31)),
        ([(3, 10)], date(2026, 9, 4)),  # the fourth day, over a weekend
    ],
)
def test_days_of_claims_are_not_the_shops(claims: list[tuple[int, int]], last_day: date) -> None:
    """R-O8, R-O3: neither for the points nor for the dispatch rate."""
    shop = SellerFactory()
    order, late = paid(MONDAY, shop), paid(MONDAY, shop)
    for each in (order, late):
        for first, last in claims:
            held(each, MONDAY + timedelta(days=first), MONDAY + timedelta(days=last, hours=1))
    order.refresh_from_db()
    seller, parcel = member_of(shop), {"carrier": "ゆうパック", "tracking_number": "1"}
    with clock.at(clock.end_of(last_day) - timedelta(seconds=1)), change(seller):
        lifecycle.dispatch(order=order, seen=order.version, by=seller, **parcel)
    for moment, points in ((clock.end_of(last_day) - timedelta(seconds=1), 0), (clock.end_of(last_day), -2)):
        with clock.at(moment):
            settle_deadlines()
            assert dispatches(SYSTEM, shop.pk).points == points
    with clock.at(MONDAY + timedelta(days=30)):
        figures = dispatches(SYSTEM, shop.pk)
    assert (figures.judged, figures.in_time) == (2, 1)


def test_an_order_that_waits_for_its_claim_is_not_judged() -> None:
    """R-O8, R-O3: neither as late nor as in time; one that was late before the claim came stays late."""
    waiting, late = paid(MONDAY), paid(MONDAY)
    held(waiting, MONDAY, MONDAY)
    with clock.at(MONDAY + timedelta(days=4)):
        settle_deadlines()
    held(late, MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
    with clock.at(MONDAY + timedelta(days=9)):
        figures = [dispatches(SYSTEM, order.seller_id) for order in (waiting, late)]
    assert [(each.judged, each.in_time, each.points) for each in figures] == [(0, 0, 0), (1, 0, -2)]


def test_what_another_marketplace_has_judged_is_not_made_up_for() -> None:
    """R-O8, R-O6: an order that comes in late starts with the steps that lie ahead."""
    with clock.at(MONDAY + timedelta(days=3, hours=12)):  # Thursday night in Tokyo: the third day has passed
        order = OrderFactory(state=OrderState.NEW, paid_at=MONDAY)
    assert (order.late_step, order.late_at) == (2, clock.end_of(date(2026, 8, 28)))


def shop_with(in_time: int, late: int) -> Seller:
    """A shop whose orders left in time, or a week late; all judged by now."""
    shop = SellerFactory()
    for place in range(in_time + late):
        days = 1 if place < in_time else 7
        order = paid(MONDAY, shop)
        shipped = MONDAY + timedelta(days=days)
        Order.unscoped.filter(pk=order.pk).update(state=OrderState.SHIPPING, shipped_at=shipped, late_at=None)
    return shop


@pytest.mark.parametrize(
    ("in_time", "late", "rate", "restricted"), [(19, 0, "95.0", True), (20, 0, "95.2", False), (0, 3, "0.0", True)]
)
def test_the_restriction_needs_a_rate_of_95_or_less(in_time: int, late: int, rate: str, restricted: bool) -> None:
    """R-O8: the order itself counts among those that did not leave in time."""
    shop = shop_with(in_time, late)
    order = paid(MONDAY, shop)
    with clock.at(MONDAY + timedelta(days=9)):
        settle_deadlines()
        assert str(dispatches(SYSTEM, shop.pk).rate) == rate
        assert (restriction(SYSTEM, shop.pk) is not None) is restricted
    assert ("order.late_restricted" in dict(events(order))) is restricted
    assert Order.unscoped.get(pk=order.pk).late_at is None


@pytest.mark.parametrize("job_runs_on", [5, 30])
def test_the_rate_is_that_of_the_day_on_which_it_is_judged(job_runs_on: int) -> None:
    """R-O8, R-W12: what left in time later does not help a shop whose job came late."""
    shop = shop_with(in_time=19, late=0)
    order = paid(MONDAY, shop)
    for _ in range(5):
        later = paid(MONDAY + timedelta(days=8), shop)
        shipped_at = MONDAY + timedelta(days=9)
        Order.unscoped.filter(pk=later.pk).update(state=OrderState.SHIPPING, shipped_at=shipped_at, late_at=None)
    with clock.at(MONDAY + timedelta(days=job_runs_on)):
        settle_deadlines()
    [row] = Restriction.unscoped.filter(seller=shop)
    assert (str(row.dispatch_rate), row.order_id) == ("95.0", order.pk)


@pytest.mark.parametrize(("days", "judged", "points"), [(2, 0, 0), (6, 1, -2)])
def test_a_cancel_does_not_make_a_late_order_any_less_late(days: int, judged: int, points: int) -> None:
    """R-O8: one that is canceled before the end of its days was never late."""
    order = paid(MONDAY, payment_method=PaymentMethod.CASH)
    with clock.at(MONDAY + timedelta(days=days)):
        canceled(order)
    with clock.at(MONDAY + timedelta(days=9)):
        settle_deadlines()
        figures = dispatches(SYSTEM, order.seller_id)
    assert Order.unscoped.get(pk=order.pk).state == OrderState.CANCELED
    assert (figures.judged, figures.in_time, figures.points) == (judged, 0, points)


def test_a_restriction_lasts_thirty_days_and_lifts_itself() -> None:
    """R-O8, R-T2: from 8/29, thirty days are 8/29 to 9/27."""
    order = paid(MONDAY)
    with clock.at(MONDAY + timedelta(days=9)):
        settle_deadlines()
    [row] = Restriction.unscoped.filter(seller=order.seller)
    assert (row.started_at, row.ends_at) == (clock.start_of(date(2026, 8, 29)), clock.end_of(date(2026, 9, 27)))
    for moment, holds in ((row.ends_at - timedelta(microseconds=1), True), (row.ends_at, False)):
        with clock.at(moment):
            assert (restriction(SYSTEM, order.seller_id) is not None) is holds


def test_the_rate_is_of_the_last_ninety_days() -> None:
    """R-O8"""
    shop = shop_with(1, 1)
    for days, rate in ((80, "50.0"), (100, "None")):
        with clock.at(MONDAY + timedelta(days=days)):
            assert str(dispatches(SYSTEM, shop.pk).rate) == rate
