"""The main page: what waits, each number a link to exactly what it counts (R-P1, R-P7)."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.states import OrderState
from qsm.accounts.models import Role, Seller, User
from qsm.lib import clock
from tests.factories import OrderFactory, ProductFactory, SellerFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
# Where a link or a button leads, but for files of the site and the log-out.
ADDRESS = re.compile(r'(?:href|formaction|hx-get)="(/(?:orders|claims|products|notes|inquiries|members)[^"#]*)"')


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def client_of(seller: Seller, role: Role = Role.STAFF) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=member_of(seller, role).user_id or 0))
    return client


def numbers(client: Client) -> dict[str, dict[str, Any]]:
    cards = client.get("/").context["cards"]
    return {f"{card['title']}: {row['label']}": row for card in cards for row in card["rows"]}


def test_every_number_of_the_rule_is_there() -> None:
    """R-P1: also those of which the shop has none."""
    found = numbers(client_of(SellerFactory()))
    assert list(found) == [
        "Orders: Awaiting payment",
        "Orders: New order",
        "Delivery: Shipping request",
        "Delivery: Delayed",
        "Delivery: To ship today",
        "Claims: Cancel requested",
        "Claims: Return requested",
        "Claims: Exchange requested",
        "Claims: Non-receipt reported",
        "Claims: Canceling",
        "Claims: Returning",
        "Claims: Exchanging",
        "Products: On sale",
        "Products: Stock of 10 or less",
        "Products: Sold out",
        "Products: Sale ended",
        "Products: Ending within 7 days",
        "Products: Period over",
        "Products: Awaiting approval",
        "Inquiries: Unanswered inquiries",
        "Inquiries: Unread notices",
    ]
    assert {row["count"] for row in found.values()} == {0}


def test_each_number_leads_to_what_it_counts() -> None:
    """R-P1: an order with an open cancel counts only under that claim."""
    seller = SellerFactory()
    OrderFactory(seller=seller, state=OrderState.AWAITING_PAYMENT)
    OrderFactory(seller=seller, state=OrderState.NEW)
    OrderFactory(seller=seller)
    OrderFactory(seller=seller, ship_date=clock.after(clock.today(), -1))
    requested_cancel(seller=seller)
    OrderFactory(state=OrderState.NEW)
    client = client_of(seller)
    counted = {name: row["count"] for name, row in numbers(client).items() if row["count"]}
    assert counted == {
        "Orders: Awaiting payment": 1,
        "Orders: New order": 1,
        "Delivery: Shipping request": 3,
        "Delivery: Delayed": 1,
        "Claims: Cancel requested": 1,
    }
    for name, row in numbers(client).items():
        if not name.startswith("Inquiries"):
            assert len(client.get(row["url"]).context["page"].rows) == row["count"], name


def test_the_menu_has_no_dead_links() -> None:
    """R-P7: nor has the header; and what only owners may open, only owners find."""
    for role, more in ((Role.OWNER, {"/members/"}), (Role.VIEWER, set())):
        client = client_of(SellerFactory(), role)
        frame = client.get("/").context["frame"]
        links = {item["url"] for group in frame.menu for item in group["items"]} | {link["url"] for link in frame.tools}
        assert more <= links
        assert ("/members/" in links) is bool(more)
        for url in links:
            allowed = {200, 403} if role == Role.VIEWER else {200}
            assert client.get(url).status_code in allowed, url


def test_queries_do_not_grow_with_the_shop() -> None:
    """R-P1: equal at 1, 5 and 50 of each."""
    seller = SellerFactory()
    client, counts = client_of(seller), []
    for more in (1, 4, 45):
        for _each in range(more):
            requested_cancel(seller=seller)
            ProductFactory(seller=seller)
            OrderFactory(seller=seller, ordered_at=clock.now() - timedelta(days=1))
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 6


@pytest.mark.parametrize("role", Role)
def test_pages_lead_only_where_the_member_may_go(role: Role) -> None:
    """R-P7, R-A2: from the menu, the lists and the buttons under them; viewers see none that would be refused."""
    claim = requested_cancel(seller=(shop := SellerFactory()))
    client = client_of(shop, role)
    pages = ("/", "/orders/", "/products/", "/claims/", f"/orders/{claim.order_id}/", f"/claims/{claim.pk}/")
    found = {address for page in pages for address in ADDRESS.findall(client.get(page).content.decode())}
    wrong = {address for address in found if client.get(html.unescape(address)).status_code == 403}
    assert not wrong
