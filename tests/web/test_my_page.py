"""My page: counters that lead to what they count, what can be done now, and what waits until when (R-P4, R-P5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.states import OrderState
from qsm.accounts.models import User
from qsm.my import ORDERS_SHOWN
from tests.factories import OrderFactory, requested_cancel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def buyer_of(order: Order) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=order.buyer.user_id))
    return client


def counted(client: Client) -> dict[str, int]:
    rows = client.get("/my/").context["counters"]
    return {cell["url"].rpartition("=")[2]: cell["count"] for row in rows for cell in row["cells"]}


def test_each_counter_leads_to_what_it_counts() -> None:
    """R-P4: an order with an open cancel counts only under that claim."""
    first = OrderFactory(state=OrderState.AWAITING_PAYMENT)
    for state in (OrderState.PROCESSING, OrderState.NEW, OrderState.PREPARING, OrderState.SHIPPING):
        OrderFactory(seller=first.seller, buyer=first.buyer, state=state)
    requested_cancel(seller=first.seller, buyer=first.buyer)
    OrderFactory(state=OrderState.SHIPPING)
    client = buyer_of(first)
    found = {name: count for name, count in counted(client).items() if count}
    assert found == {"awaiting_payment": 1, "processing": 1, "request": 2, "shipping": 1, "canceling": 1}
    for name, count in counted(client).items():
        assert len(client.get(f"/my/?state={name}").context["orders"]) == count, name


def test_queries_do_not_grow_with_the_orders() -> None:
    """R-P4: equal at 1, 5 and 50."""
    claim = requested_cancel()
    client, counts = buyer_of(claim.order), []
    for more in (0, 4, 45):
        for _each in range(more):
            requested_cancel(seller=claim.seller, buyer=claim.order.buyer)
        with CaptureQueriesContext(connection) as captured:
            client.get("/my/")
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts


def test_older_ones_are_found_below_an_order_that_has_gone_on() -> None:
    """R-P4: the last one shown may leave its counter before somebody asks for those below it."""
    first = OrderFactory(state=OrderState.SHIPPING)
    mine = {"seller": first.seller, "buyer": first.buyer, "state": OrderState.SHIPPING}
    for hours in range(1, ORDERS_SHOWN + 5):
        OrderFactory(**mine, ordered_at=first.ordered_at - timedelta(hours=hours))
    client = buyer_of(first)
    page = client.get("/my/?state=shipping")
    Order.unscoped.filter(pk=page.context["orders"][-1].pk).update(state=OrderState.DELIVERED)
    assert len(client.get(f"/my/?{page.context['older']}").context["orders"]) == 5
