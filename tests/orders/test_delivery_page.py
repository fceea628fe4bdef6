"""The delivery page: tabs, counters, filters, options, files, and what is done with one order (R-P2)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders import pickup
from orders.models import Order
from orders.states import DeliveryMethod, OrderState
from qsm.accounts.models import Role, Seller, User
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import CartFactory, OrderFactory, SellerFactory, member_of, requested_cancel
from tests.messaging.talk import noted_orders

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)  # 12:00 in Tokyo


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def shop() -> Seller:
    return SellerFactory()


@pytest.fixture
def client(shop: Seller) -> Client:
    return member_client(shop)


def member_client(shop: Seller, role: Role = Role.STAFF) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=member_of(shop, role).user_id))
    return client


def shown(client: Client, query: str = "") -> set[str]:
    """The order numbers that the page lists."""
    page = client.get(f"/orders/?{query}").context["page"]
    place = page.plan.paths.index("number")
    return {row[place] for row in page.rows}


def numbers(*orders: Order) -> set[str]:
    return {order.number for order in orders}


def counts(client: Client) -> dict[str, int]:
    """The numbers above the grid by the query of their link, zeros left out."""
    rows = client.get("/orders/").context["counters"]
    cells = [cell for row in rows for cells in row["cells"] for cell in cells]
    return {
        cell["url"].partition("?")[2].removesuffix("&view=summary"): cell["count"] for cell in cells if cell["count"]
    }


def posted(order: Order, **fields: str) -> dict[str, str]:
    return {"seen": str(order.version), "key": "k1", **fields}


def test_each_counter_counts_what_its_link_lists(shop: Seller, client: Client) -> None:
    """R-P2, R-O5: preorders apart, delivery methods apart, cancels under their claim only."""
    today = clock.today()
    OrderFactory(seller=shop, state=OrderState.PROCESSING)
    OrderFactory(seller=shop, state=OrderState.NEW, is_preorder=True, delivery_method=DeliveryMethod.UNTRACKED)
    OrderFactory(seller=shop)
    OrderFactory(seller=shop, ship_date=today - timedelta(days=1))
    OrderFactory(seller=shop, ship_date=today - timedelta(days=1), is_preorder=True)
    OrderFactory(seller=shop, state=OrderState.SHIPPING)
    requested_cancel(seller=shop, ship_date=today)
    OrderFactory()
    assert counts(client) == {
        "state=processing&type=ordinary": 1,
        "state=preparing&type=ordinary": 1,
        "state=delayed&type=ordinary": 1,
        "state=cancel&type=ordinary": 1,
        "state=new&type=preorder": 1,
        "state=delayed&type=preorder": 1,
        "state=request&method=tracked": 3,
        "state=request&method=untracked": 1,
    }
    for query, number in counts(client).items():
        assert len(shown(client, query)) == number, query


def test_a_cancel_counts_for_two_weeks(shop: Seller, client: Client) -> None:
    """R-P2: requested or canceling in the last two weeks, the day of the request counted."""
    with clock.at(NOON):
        requested_cancel(seller=shop, ship_date=date(2026, 9, 1))
    for day, count in ((date(2026, 8, 16), 1), (date(2026, 8, 17), 0)):
        with clock.at(clock.start_of(day)):
            assert counts(client).get("state=cancel&type=ordinary", 0) == count


def test_the_tabs_show_what_waits_and_what_was_sent(shop: Seller, client: Client) -> None:
    """R-P2"""
    waiting, sent = OrderFactory(seller=shop), OrderFactory(seller=shop, state=OrderState.SHIPPING)
    received = OrderFactory(seller=shop, state=OrderState.RECEIVED)
    for view in ("summary", "detail", "cart"):
        assert shown(client, f"view={view}") == numbers(waiting)
    assert shown(client, "view=sent") == numbers(sent)
    assert shown(client, "state=") == numbers(waiting, sent, received)
    assert shown(client, f"number={received.number}") == numbers(received)


def test_by_cart_lists_the_orders_of_a_cart_together(shop: Seller, client: Client) -> None:
    """R-P2"""
    carts = [CartFactory(seller=shop) for _cart in range(2)]
    for place in range(6):
        OrderFactory(seller=shop, cart=carts[place % 2])
    page = client.get("/orders/?view=cart").context["page"]
    assert page.columns[0] == "cart"
    place = page.plan.paths.index("cart__number")
    assert [row[place] for row in page.rows] == [carts[1].number] * 3 + [carts[0].number] * 3


def test_many_numbers_at_once(shop: Seller, client: Client) -> None:
    """R-P2: pasted with spaces, commas, lines."""
    orders = [OrderFactory(seller=shop) for _order in range(4)]
    pasted = f"{orders[0].number},{orders[1].number}%0A{orders[2].number}"
    assert shown(client, f"number={pasted}") == numbers(*orders[:3])


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("cart__number", "777000111"),
        ("tracking_number", "1111-2222, 9999-9999"),
        ("seller_product_code", "UM-118"),
        ("product_name", "木製"),
        ("buyer__name", "川島\n秋田"),
        ("recipient_name", "森下"),
    ],
)
def test_the_further_condition(shop: Seller, client: Client, by: str, words: str) -> None:
    """R-P2: condition by order number and others."""
    found = OrderFactory(
        seller=shop,
        cart=CartFactory(seller=shop, number="777000111"),
        tracking_number="1111-2222",
        seller_product_code="UM-118",
        product_name="木製カッティングボード",
        buyer__name="川島 太一",
        recipient_name="森下 ゆい",
    )
    OrderFactory(seller=shop)
    answer = client.get("/orders/", {"by": by, "words": words})
    assert [row[0] for row in answer.context["page"].rows] == [found.pk]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("since=2026-08-03", True),
        ("since=2026-08-03&since_hour=12", True),
        ("since=2026-08-03&since_hour=13", False),
        ("until=2026-08-03", True),
        ("until=2026-08-03&until_hour=12", True),
        ("until=2026-08-03&until_hour=11", False),
        ("since=2026-08-04", False),
        ("until=2026-08-02", False),
        ("period=paid_at&since=2026-08-05&until=2026-08-05", True),
        ("period=ship_date&since=2026-08-07&until=2026-08-07", True),
        ("period=ship_date&until=2026-08-06", False),
        ("period=shipped_at&since=2026-01-01", False),
    ],
)
def test_the_period(shop: Seller, client: Client, query: str, found: bool) -> None:
    """R-P2, R-T1: which date, from, to, hours, all in Tokyo."""
    paid = clock.start_of(date(2026, 8, 5))
    OrderFactory(seller=shop, ordered_at=NOON, paid_at=paid, ship_date=date(2026, 8, 7))
    assert bool(shown(client, query)) is found


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since_hour=25", "type=x", "method=x", "by=state&words=NEW", "period=x"]
)
def test_what_cannot_be_read_shows_nothing(shop: Seller, client: Client, query: str) -> None:
    """R-P2: a slip never widens a list."""
    OrderFactory(seller=shop)
    assert shown(client, query) == set()


def test_options_are_kept_per_member_and_tab(shop: Seller, client: Client) -> None:
    """R-P2: columns, order, page size."""
    OrderFactory(seller=shop)
    form = {"place_number": "2", "place_buyer": "1", "order": "ordered_at", "size": "20"}
    assert client.post("/orders/options/?view=detail", form).status_code == 302
    page = client.get("/orders/?view=detail").context["page"]
    assert (page.columns, page.order.name, page.size) == (("buyer", "number"), "ordered_at", 20)
    assert len(client.get("/orders/?view=summary").context["page"].columns) > 2
    assert len(member_client(shop).get("/orders/?view=detail").context["page"].columns) > 2
    client.post("/orders/options/?view=detail", {"reset": "1"})
    assert len(client.get("/orders/?view=detail").context["page"].columns) > 2


def test_options_without_a_column_are_refused(shop: Seller, client: Client) -> None:
    """R-P2"""
    answer = client.post("/orders/options/", {"order": "ordered_at", "size": "20"})
    assert answer.status_code == 422
    assert "one column at least" in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_grid_as_a_file_of_all_or_of_the_ticked(shop: Seller, client: Client, kind: str) -> None:
    """R-P2: nobody else's rows, whatever is asked for."""
    ticked, other, foreign = OrderFactory(seller=shop), OrderFactory(seller=shop), OrderFactory()
    everything = b"".join(client.get(f"/orders/grid.{kind}").streaming_content)
    some = client.get(f"/orders/grid.{kind}?ticked={ticked.pk}:1&ticked={foreign.pk}")
    chosen = b"".join(some.streaming_content)
    assert some.headers["Content-Disposition"].endswith(f'.{kind}"')
    if kind == "csv":
        found = [
            all(order.number.encode() in text for order in orders)
            for text, orders in (
                (everything, (ticked, other)),
                (chosen, (ticked,)),
            )
        ]
        assert found == [True, True]
        assert not any(order.number.encode() in chosen for order in (other, foreign))


def test_the_carriers_page_opens_beside_ours(shop: Seller, client: Client) -> None:
    """R-P2: carrier tracking link; the carrier learns nothing of where it came from."""
    order = OrderFactory(seller=shop, state=OrderState.SHIPPING, carrier="佐川急便", tracking_number="1234-5678-9012")
    page = client.get(reverse("orders:page", args=[order.pk]) + "?view=sent").content.decode()
    carriers_page = "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=123456789012"
    assert page.count(f'href="{carriers_page}" target="_blank" rel="noopener noreferrer"') == 2


def test_an_unknown_carrier_is_kept_without_a_link(shop: Seller, client: Client) -> None:
    """R-O2: any other name is taken."""
    order = OrderFactory(seller=shop, state=OrderState.SHIPPING, carrier="赤帽", tracking_number="1")
    page = client.get(reverse("orders:page", args=[order.pk])).content.decode()
    assert "赤帽" in page
    assert "https://" not in page


def test_saving_the_same_date_twice_tells_nobody(shop: Seller, client: Client) -> None:
    """R-O1"""
    order = OrderFactory(seller=shop)
    form = posted(order, ship_date=order.ship_date.isoformat())
    assert client.post(reverse("orders:plan", args=[order.pk]), form).status_code == 302
    assert not Event.unscoped.filter(order_id=order.pk).exists()


def test_the_pickup_code_is_the_buyers_only(shop: Seller, client: Client) -> None:
    """R-O7: the shop's page never shows it; a wrong one leaves the form ready for another try."""
    order = OrderFactory(seller=shop, delivery_method=DeliveryMethod.PICKUP)
    url = reverse("orders:hand_over", args=[order.pk])
    page = client.get(reverse("orders:page", args=[order.pk])).content.decode()
    assert pickup.code_of(order) not in page
    assert reverse("orders:dispatch", args=[order.pk]) not in page
    wrong = client.post(url, posted(order, code="x", confirmed="1"))
    assert wrong.status_code == 422
    assert "This is not the code of this order" in wrong.content.decode()
    again = wrong.context["panel"].sent["hand_over"]["seen"].value()
    right = client.post(url, {"seen": again, "key": "k2", "code": pickup.code_of(order), "confirmed": "1"})
    assert right.status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.DELIVERED


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("action", "method", "event"),
    [
        ("dispatch", DeliveryMethod.TRACKED, "order.dispatched"),
        ("hand_over", DeliveryMethod.PICKUP, "order.handed_over"),
        ("provide", DeliveryMethod.ONLINE, "order.provided"),
    ],
)
def test_what_cannot_be_undone_is_done_after_one_question_and_once(
    shop: Seller, client: Client, htmx: bool, action: str, method: str, event: str
) -> None:
    """R-O2, R-O7, R-P6: the popup carries on what was entered, and shows it."""
    order = OrderFactory(seller=shop, delivery_method=method)
    url, headers = reverse(f"orders:{action}", args=[order.pk]), {"HX-Request": "true"} if htmx else {}
    entered = posted(order, carrier="ゆうパック", tracking_number="1234-5678", code=pickup.code_of(order))
    question = client.post(url, entered, headers=headers)
    assert question.status_code == 200
    assert "cannot be undone" in question.content.decode()
    assert action != "dispatch" or '<span class="prose">1234-5678</span>' in question.content.decode()
    order.refresh_from_db()
    assert order.state == OrderState.PREPARING
    confirmed = dict(question.context["hidden"])
    answers = [client.post(url, confirmed, headers=headers).status_code for _click in range(2)]
    assert answers == ([200, 200] if htmx else [302, 302])
    assert Event.unscoped.filter(order_id=order.pk, name=event).count() == 1


def test_the_history_of_an_open_panel_is_read_anew_after_a_note(shop: Seller, client: Client) -> None:
    """R-A3, R-B1: the panel asks for it when it hears of the note; opened by hand it leads to the panel."""
    order = OrderFactory(seller=shop)
    url, panel = reverse("orders:history", args=[order.pk]), reverse("orders:page", args=[order.pk])
    assert f'hx-get="{url}" hx-trigger="noted from:body"' in client.get(panel).content.decode()
    noted_orders([order])
    assert "Note to the buyer" in client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert client.get(url).headers["Location"] == panel


def test_what_is_not_possible_is_not_asked_about(shop: Seller, client: Client) -> None:
    """R-P6, R-O2, R-A4: a missing number stands at its field; who was overtaken hears that, and a refused form asks again."""
    order = OrderFactory(seller=shop)
    url = reverse("orders:dispatch", args=[order.pk])
    for confirmed in ({}, {"confirmed": "1"}):
        refused = client.post(url, posted(order, carrier="ゆうパック", tracking_number="", **confirmed))
        assert refused.status_code == 422
        assert "Enter the tracking number" in refused.content.decode()
        assert 'name="confirmed"' not in refused.content.decode()
    Order.unscoped.filter(pk=order.pk).update(version=order.version + 1)
    assert client.post(url, posted(order, carrier="ゆうパック", tracking_number="1")).status_code == 409


def test_the_recipient_is_edited_on_the_panel_with_its_history(shop: Seller, client: Client) -> None:
    """R-O4"""
    order = OrderFactory(seller=shop, recipient_name="青山 花子", address="東京都 千代田区 1-1")
    form = posted(order, recipient_name="青山 花子", address="大阪府 大阪市 北区 2-2")
    assert client.post(reverse("orders:readdress", args=[order.pk]), form).status_code == 302
    page = client.get(reverse("orders:page", args=[order.pk])).content.decode()
    assert "青山 花子 東京都 千代田区 1-1 → 青山 花子 大阪府 大阪市 北区 2-2" in page


def test_viewers_see_the_panel_and_no_buttons(shop: Seller) -> None:
    """R-A2"""
    order = OrderFactory(seller=shop)
    viewer = member_client(shop, Role.VIEWER)
    panel = viewer.get(reverse("orders:page", args=[order.pk])).context["panel"]
    assert (panel.steps, panel.links) == ([], [])
    for name in ("plan", "dispatch", "correct", "readdress", "hand_over", "provide"):
        assert viewer.post(reverse(f"orders:{name}", args=[order.pk]), posted(order)).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "view=detail", "view=cart", "view=sent", "since=2020-01-01&by=buyer__name&words=青"]
)
def test_queries_do_not_grow_with_the_rows(shop: Seller, client: Client, query: str) -> None:
    """Equal at 1, 5 and 50 rows."""
    numbers_of_queries = []
    for rows in (1, 4, 45):
        for place in range(rows):
            OrderFactory(seller=shop, state=OrderState.SHIPPING if place % 2 else OrderState.PREPARING)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/orders/?{query}").status_code == 200
        numbers_of_queries.append(len(queries))
    assert len(set(numbers_of_queries)) == 1, numbers_of_queries


def test_the_order_panel_needs_eight_queries_at_most(shop: Seller, client: Client) -> None:
    """With a history that has been added to."""
    order = OrderFactory(seller=shop)
    for place in range(3):
        order.refresh_from_db()
        form = posted(order, recipient_name=f"人 {place}", address="x") | {"key": f"k{place}"}
        client.post(reverse("orders:readdress", args=[order.pk]), form)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("orders:page", args=[order.pk]), headers={"HX-Request": "true"})
    assert len(queries) <= 8, [query["sql"] for query in queries]
