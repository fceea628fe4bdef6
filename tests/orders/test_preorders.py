"""Operators say which orders are preorders (R-O5)."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from claims.states import State
from orders import preorders
from orders.models import Order
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.models import User
from qsm.events import history
from qsm.lib import clock
from tests.factories import OrderFactory, member_of, operator, requested_cancel
from tests.orders.test_life import act, refusal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)  # Monday, 12:00 in Tokyo
THURSDAY = clock.end_of(date(2026, 8, 6))  # the end of the fourth business day


@pytest.fixture
def desk() -> Client:
    """An operator with all permissions."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.create_superuser("op@example.jp", name="運営"))
    return client


def paid(**columns: object) -> Order:
    with clock.at(NOON):
        return OrderFactory(state=OrderState.NEW, ordered_at=NOON, paid_at=NOON, **columns)


def test_an_operator_marks_a_preorder_in_admin(desk: Client) -> None:
    """R-O5: the shop sees it in the history, and decides on its cancel."""
    order = OrderFactory(state=OrderState.NEW)
    url = reverse("admin:orders_order_do", args=[order.pk, "mark_preorder"])
    assert "decides on each cancel" in desk.get(url).content.decode()
    assert desk.post(url, {"seen": order.version, "key": "k1"}).status_code == 302
    order.refresh_from_db()
    assert order.is_preorder
    with translation.override("en"):
        assert history.timeline(order.pk, member_of(order.seller))[0].title == "Marked as a preorder"
    assert requested_cancel(order).state == State.REQUESTED


def test_no_business_days_count_of_a_preorder() -> None:
    """R-O8: ordinary goods only; marked back, they count from the payment."""
    order = paid()
    assert (order.dispatch_by, order.late_at is None) == (THURSDAY, False)
    with clock.at(NOON):
        order = act(preorders.mark_preorder, order, operator())
        assert (order.dispatch_by, order.late_at) == (None, None)
    with clock.at(THURSDAY):
        settle_deadlines()
        order.refresh_from_db()
        assert order.late_points == 0
    with clock.at(NOON):
        order = act(preorders.mark_ordinary, order, operator())
        assert (order.dispatch_by, order.late_at is None) == (THURSDAY, False)


def test_what_must_leave_today_leaves_on_its_ship_date_as_a_preorder() -> None:
    """R-C8"""
    today, later = date(2026, 8, 3), date(2026, 8, 20)
    with clock.at(NOON):
        order = OrderFactory(ship_date=later, cancel_barred=True, ship_today_until=clock.end_of(today))
        order = act(preorders.mark_preorder, order, operator())
        assert order.ship_today_until == clock.end_of(later)
        order = act(preorders.mark_ordinary, order, operator())
        assert order.ship_today_until == clock.end_of(today)


def test_an_order_with_a_claim_stays_what_it_is() -> None:
    """R-O5: whether a cancel needs the shop is not decided while one is open."""
    assert refusal(preorders.mark_preorder, requested_cancel().order, operator()) == "order.held"


def test_what_is_one_already_is_not_marked_again() -> None:
    """R-O5"""
    assert refusal(preorders.mark_preorder, OrderFactory(is_preorder=True), operator()) == "order.is_preorder"
    assert refusal(preorders.mark_ordinary, OrderFactory(), operator()) == "order.is_ordinary"
