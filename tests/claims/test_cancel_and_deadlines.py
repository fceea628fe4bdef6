"""Cancels beside the order's own deadlines and its payment: neither side loses by what happens meanwhile."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason, State
from orders import lifecycle as orders
from orders.states import OrderState
from orders.tasks import settle_deadlines
from orders.texts import day_text
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import PaymentMethod
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.claims.doings import asked, canceled, events_of, fresh, said_by_gateway, shop_browser
from tests.factories import OrderFactory, buyer_of, member_of, requested_cancel

pytestmark = pytest.mark.django_db


def rejected(claim: Claim) -> Claim:
    with change(by := member_of(claim.seller)):
        return cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)


def tomorrow() -> None:
    """The job at the start of the next day in Tokyo."""
    with clock.at(clock.end_of(clock.today())):
        settle_deadlines()


def test_an_unpaid_preorder_is_canceled_at_once() -> None:
    """R-C1, R-O5: a request that waited would be overtaken by the payment, and the frozen statement would refund nothing."""
    claim = asked(OrderFactory(state=OrderState.AWAITING_PAYMENT, is_preorder=True))
    assert (claim.state, fresh(claim.order).state) == (State.COMPLETED, OrderState.CANCELED)


@pytest.mark.parametrize(("ahead", "leaves_in"), [(5, 5), (0, 0), (-1, 0)])
def test_a_preorder_leaves_on_its_ship_date_after_the_rejection(ahead: int, leaves_in: int) -> None:
    """R-C8, R-O5: its goods are not there before; on the day of an ordinary order's end it is not to blame."""
    ship_date = clock.after(clock.today(), ahead)
    claim = rejected(asked(OrderFactory(is_preorder=True, ship_date=ship_date)))
    order, last_day = fresh(claim.order), clock.after(clock.today(), leaves_in)
    assert (order.cancel_barred, order.ship_today_until) == (True, clock.end_of(last_day))
    browser = shop_browser(order.seller)
    page = browser.get(reverse("orders:list"), {"state": "ship_today"}).content.decode()
    assert (order.number in page) is (leaves_in == 0)
    mark = f"Ship by {day_text(last_day)}" if leaves_in else "Ship today"
    assert mark in browser.get(reverse("claims:page", args=[claim.pk])).content.decode()
    for moment, is_missed in ((order.ship_today_until - timedelta(seconds=1), False), (order.ship_today_until, True)):
        with clock.at(moment):
            settle_deadlines()
            assert ("order.ship_today_missed" in events_of(claim)) is is_missed


@pytest.mark.parametrize("state", [OrderState.PROCESSING, OrderState.NEW])
def test_the_first_ship_date_of_a_rejected_preorder_binds(state: str) -> None:
    """R-C8, R-O5: it cannot be shipped before its payment is checked and a date is known; a later date changes nothing."""
    order = fresh(rejected(asked(OrderFactory(state=state, is_preorder=True))).order)
    assert (order.cancel_barred, order.ship_today_until) == (True, None)
    seller = member_of(order.seller)
    if state == OrderState.PROCESSING:
        with change(SYSTEM):
            order = orders.check(order=order, seen=order.version, by=SYSTEM)
    for days in (3, 9):
        with change(seller):
            day = clock.after(clock.today(), days)
            order = orders.plan(order=order, seen=order.version, by=seller, ship_date=day)
    assert fresh(order).ship_today_until == clock.end_of(clock.after(clock.today(), 3))


def test_a_refund_under_way_at_midnight_is_no_breach_of_the_rejections_day() -> None:
    """R-C8, R-C9: the shop canceled on the same day, and a frozen order cannot leave."""
    order = fresh(rejected(requested_cancel(payment_method=PaymentMethod.CARD)).order)
    claim = canceled(order)
    browser = shop_browser(order.seller)
    assert "Dispatch</" not in browser.get(reverse("claims:page", args=[claim.pk])).content.decode()
    assert order.number not in browser.get(reverse("orders:list"), {"state": "ship_today"}).content.decode()
    tomorrow()
    assert "order.ship_today_missed" not in events_of(claim)
    said_by_gateway(claim)
    assert fresh(order).state == OrderState.CANCELED


def test_business_days_of_a_claim_do_not_count_as_the_shops_delay() -> None:
    """R-O8, R-O3, R-T4: after forty days of waiting the shop has the days that were left when the claim came."""
    start = clock.start_of(clock.business_day(clock.today(), 1))
    with clock.at(start):
        claim = requested_cancel(paid_at=start, ship_date=clock.after(clock.today(), 60))
    with clock.at(start + timedelta(days=40)):
        first_left, order = clock.after(clock.today(), 1), fresh(claim.order)
        with change(by := buyer_of(order)):
            cancel.take_back(claim=claim, seen=claim.version, by=by)
    with clock.at(start + timedelta(days=80)):
        settle_deadlines()
    late = Event.unscoped.filter(order_id=order.pk, name__startswith="order.late").order_by("seq")
    assert [event.occurred_at for event in late] == [
        clock.start_of(clock.business_day(first_left, 3)),
        clock.end_of(clock.business_day(first_left, 4)),
        clock.end_of(clock.business_day(first_left, 5)),
    ]
