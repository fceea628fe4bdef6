"""Cancel rate and claim rate of a shop, and the page that shows its standing (R-O8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.kinds import cancel, returns
from claims.rates import rates
from claims.states import CancelReason, SellerReason
from orders.models import Order
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller, User
from qsm.events.door import change
from qsm.lib import clock
from tests.factories import OrderFactory, SellerFactory, buyer_of, member_of, requested_cancel

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 24, 3, 0, tzinfo=UTC)  # a Monday, 12:00 in Tokyo


@pytest.fixture
def shop() -> Seller:
    return SellerFactory()


def paid(shop: Seller, **columns: Any) -> Order:
    moments = {"ordered_at": clock.now(), "paid_at": clock.now()}
    return OrderFactory(seller=shop, **{"state": OrderState.NEW, **moments, **columns})


def canceled_by_buyer(order: Order) -> None:
    with change(by := buyer_of(order)):
        cancel.request(order=order, seen=order.version, by=by, reason=CancelReason.FOUND_CHEAPER)


def canceled_by_shop(order: Order) -> None:
    with change(by := member_of(order.seller)):
        cancel.cancel_by_seller(
            order=order, seen=order.version, by=by, reason=SellerReason.OUT_OF_STOCK, memo="品切れになりました。"
        )


def figures(shop: Seller) -> list[tuple[int, int, int]]:
    return [(rate.orders, rate.shop, rate.buyer) for rate in rates(SYSTEM, shop.pk)]


@pytest.mark.parametrize(("later", "counted"), [(timedelta(hours=6), 0), (timedelta(hours=6, seconds=1), 1)])
def test_a_cancel_within_six_hours_of_the_order_does_not_count(shop: Seller, later: timedelta, counted: int) -> None:
    """R-O8"""
    with clock.at(NOON):
        order = paid(shop)
    with clock.at(NOON + later):
        canceled_by_shop(order)
        assert figures(shop) == [(1, counted, 0), (1, 0, 0)]


def test_the_buyers_fault_is_shown_apart(shop: Seller) -> None:
    """R-O8: of four orders one is laid to the shop, one to the buyer; a request that was rejected is none."""
    with clock.at(NOON):
        orders = [paid(shop) for _order in range(3)]
        rejected = paid(shop, state=OrderState.PREPARING)
    with clock.at(NOON + timedelta(hours=7)):
        canceled_by_shop(orders[0])
        canceled_by_buyer(orders[1])
        claim = requested_cancel(rejected)
        with change(by := member_of(shop)):
            cancel.reject(claim=claim, seen=claim.version, by=by, reason="ready_to_ship")
        assert figures(shop) == [(4, 1, 1), (4, 0, 0)]
        assert str(rates(SYSTEM, shop.pk)[0].percent) == "25.0"


def test_a_refund_after_dispatch_is_a_claim(shop: Seller) -> None:
    """R-O8, R-C11"""
    with clock.at(NOON):
        order = paid(shop, state=OrderState.SHIPPING)
        with change(by := member_of(shop)):
            returns.refund_by_seller(order=order, seen=order.version, by=by, memo="発送が遅れております。")
        assert figures(shop) == [(1, 0, 0), (1, 1, 0)]


def test_only_orders_paid_in_the_last_ninety_days_and_only_ones_own(shop: Seller) -> None:
    """R-O8, R-A1: paid on 8/24, the ninetieth day is 11/21."""
    with clock.at(NOON):
        paid(shop)
        paid(SellerFactory())
        OrderFactory(seller=shop, state=OrderState.AWAITING_PAYMENT)
    for day, orders in ((datetime(2026, 11, 21, 14, 59, tzinfo=UTC), 1), (datetime(2026, 11, 21, 15, tzinfo=UTC), 0)):
        with clock.at(day):
            assert figures(shop)[0][0] == orders


def test_the_page_shows_the_figures_and_what_follows(shop: Seller) -> None:
    """R-O8: the restriction is shown, on the delivery page too, and lifts itself."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=member_of(shop).user_id))
    with clock.at(NOON):
        order = paid(shop)
    with clock.at(NOON + timedelta(days=10)):
        settle_deadlines()
        page = client.get("/claims/standing/")
        texts = page.content.decode()
        assert (page.context["points"], page.context["figures"][0].percent) == (-2, 0)
        assert f"/orders/{order.pk}/" in texts
        assert "Sales are restricted until" in texts
        assert "Sales are restricted until" in client.get("/orders/").content.decode()
    with clock.at(NOON + timedelta(days=40)):
        assert "Sales are restricted until" not in client.get("/claims/standing/").content.decode()


def test_the_page_needs_the_same_queries_for_one_late_order_and_for_many(shop: Seller) -> None:
    """Equal at 1, 5 and 50 rows."""
    client = Client()
    client.force_login(User.objects.get(pk=member_of(shop).user_id))
    numbers = []
    for rows in (1, 4, 45):
        for _row in range(rows):
            late = {"dispatch_by": clock.now() - timedelta(days=1), "late_points": -2}
            paid(shop, **late)
        with CaptureQueriesContext(connection) as queries:
            client.get("/claims/standing/")
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers
