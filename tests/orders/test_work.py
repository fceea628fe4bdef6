"""Many ticked orders at once: one form, one door per row, a result for each (R-P2, R-O1, R-O2, R-O7)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders import pickup
from orders.models import Order
from orders.states import DeliveryMethod, OrderState
from orders.work import MOST_TICKED, ticked
from qsm.accounts.models import Role, Seller, User
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import OrderFactory, SellerFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
DISPATCH = "/orders/work/dispatch/"
CONFIRMED = {"confirmed": "1"}


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def shop() -> Seller:
    return SellerFactory()


@pytest.fixture
def client(shop: Seller) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=member_of(shop).user_id))
    return client


def rows(*orders: Order) -> list[str]:
    return [f"{order.pk}:{order.version}" for order in orders]


def parcels(*orders: Order, carrier: str = "ゆうパック", number: str = "1234") -> dict[str, str]:
    cells = [(f"{order.pk}-carrier", carrier) for order in orders]
    return dict([*cells, *((f"{order.pk}-tracking_number", number) for order in orders)])


def outcomes(answer: Any) -> dict[int, str]:
    """By id of the order: the code of its refusal, "" for done."""
    return {outcome.pk: outcome.code for outcome in answer.context["outcomes"]}


def states(*orders: Order) -> list[str]:
    return [Order.unscoped.get(pk=order.pk).state for order in orders]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ticked=12:3&ticked=5", {12: 3, 5: 0}),
        ("ticked=12:3&ticked=12:4", {12: 4}),
        ("ticked=x&ticked=&ticked=-1&ticked=1:y&ticked=1%200", {}),
        (f"ticked={'9' * 30}", {}),
        ("&".join(f"ticked={pk}" for pk in range(1, 300)), dict.fromkeys(range(1, MOST_TICKED + 1), 0)),
    ],
)
def test_what_an_address_with_ticked_rows_says(query: str, found: dict[int, int]) -> None:
    """R-P2: the contract of the tabs."""
    assert ticked(QueryDict(query)) == found


def test_the_grids_boxes_and_the_tabs_are_one_form(shop: Seller, client: Client) -> None:
    """R-P2: works without script; the address of each tab is opened with what is ticked."""
    order = OrderFactory(seller=shop)
    page = client.get("/orders/").content.decode()
    assert f'name="ticked" form="ticked" value="{order.pk}:1"' in page
    for name in ("plan", "dispatch", "hand_over", "provide"):
        assert f'<button form="ticked" formaction="/orders/work/{name}/"' in page


def test_the_page_of_a_tab_says_of_each_row_whether_it_is_possible(shop: Seller, client: Client) -> None:
    """R-P2, R-O3, R-A1"""
    ready, frozen, foreign = OrderFactory(seller=shop), requested_cancel(seller=shop).order, OrderFactory()
    page = client.get(f"{DISPATCH}?ticked={ready.pk}&ticked={frozen.pk}:1&ticked={foreign.pk}")
    assert [(row.order.pk, row.refusal and row.refusal.code) for row in page.context["rows"]] == [
        (ready.pk, None),
        (frozen.pk, "order.cancel_open"),
    ]
    assert "Approve the cancel, reject it" in page.content.decode()


def test_each_row_has_its_own_result(shop: Seller, client: Client) -> None:
    """R-O2, R-O3: what is refused for one does not hold up the others."""
    good, no_number, frozen = OrderFactory(seller=shop), OrderFactory(seller=shop), requested_cancel(seller=shop).order
    overtaken, foreign = OrderFactory(seller=shop, version=3), OrderFactory()
    everyone = (good, no_number, frozen, foreign)
    form = {"key": "k", "row": [*rows(*everyone), f"{overtaken.pk}:2"], "carrier_for_all": "ゆうパック"}
    answer = client.post(DISPATCH, form | CONFIRMED | parcels(good, frozen, overtaken, foreign, carrier=""))
    assert outcomes(answer) == {
        good.pk: "",
        no_number.pk: "order.tracking_missing",
        frozen.pk: "order.cancel_open",
        overtaken.pk: "conflict",
    }
    assert states(good, no_number, foreign) == ["SHIPPING", "PREPARING", "PREPARING"]
    assert Order.unscoped.get(pk=good.pk).carrier == "ゆうパック"
    assert f"ticked={no_number.pk}&ticked={frozen.pk}" in answer.context["again"]


def test_a_double_click_dispatches_once_and_answers_the_same(shop: Seller, client: Client) -> None:
    """R-P6"""
    orders = [OrderFactory(seller=shop) for _order in range(3)]
    form = {"key": "k", "row": rows(*orders), **parcels(*orders), **CONFIRMED}
    first, second = (client.post(DISPATCH, form) for _click in range(2))
    assert outcomes(first) == outcomes(second) == dict.fromkeys([order.pk for order in orders], "")
    assert Event.unscoped.filter(name="order.dispatched").count() == 3


def test_the_same_key_with_other_contents_does_nothing(shop: Seller, client: Client) -> None:
    """R-P6"""
    order = OrderFactory(seller=shop)
    form = {"key": "k", "row": rows(order), **CONFIRMED}
    client.post(DISPATCH, form | parcels(order))
    answer = client.post(DISPATCH, form | parcels(order, number="9"))
    assert outcomes(answer) == {order.pk: "key_reused"}
    assert Order.unscoped.get(pk=order.pk).tracking_number == "1234"


def test_one_ship_date_for_many(shop: Seller, client: Client) -> None:
    """R-O1"""
    new, late = OrderFactory(seller=shop, state=OrderState.NEW), OrderFactory(seller=shop, ship_date=clock.today())
    Order.unscoped.filter(pk=late.pk).update(ship_date=clock.today() - timedelta(days=1))
    day = clock.today() + timedelta(days=2)
    answer = client.post("/orders/work/plan/", {"key": "k", "row": rows(new, late), "ship_date": day.isoformat()})
    assert outcomes(answer) == {new.pk: "", late.pk: "order.delayed"}
    assert Order.unscoped.get(pk=new.pk).ship_date == day


def test_a_form_without_the_date_changes_nothing(shop: Seller, client: Client) -> None:
    """R-O1"""
    order = OrderFactory(seller=shop, state=OrderState.NEW)
    answer = client.post("/orders/work/plan/", {"key": "k", "row": rows(order), "ship_date": ""})
    assert answer.status_code == 422
    assert states(order) == ["NEW"]


def test_pickup_codes_row_by_row(shop: Seller, client: Client) -> None:
    """R-O7"""
    orders = [OrderFactory(seller=shop, delivery_method=DeliveryMethod.PICKUP) for _order in range(2)]
    parcel = OrderFactory(seller=shop)
    codes = {f"{orders[0].pk}-code": pickup.code_of(orders[0]), f"{orders[1].pk}-code": "x", f"{parcel.pk}-code": "1"}
    answer = client.post("/orders/work/hand_over/", {"key": "k", "row": rows(*orders, parcel), **codes, **CONFIRMED})
    assert list(outcomes(answer).values()) == ["", "order.code_wrong", "order.not_by_pickup"]
    assert states(*orders) == ["DELIVERED", "PREPARING"]


def test_services_are_provided_together(shop: Seller, client: Client) -> None:
    """R-O7, R-P6: asked once for all of them."""
    orders = [OrderFactory(seller=shop, delivery_method=DeliveryMethod.ONLINE) for _order in range(2)]
    question = client.post("/orders/work/provide/", {"key": "k", "row": rows(*orders)})
    assert "cannot be undone" in question.content.decode()
    assert states(*orders) == ["PREPARING", "PREPARING"]
    popup = QueryDict(urlencode(question.context["hidden"]))
    client.post("/orders/work/provide/", dict(popup.lists()))
    assert states(*orders) == ["DELIVERED", "DELIVERED"]


def test_nothing_ticked_and_no_such_tab(client: Client) -> None:
    """R-P2"""
    assert "Tick the orders" in client.get(DISPATCH).content.decode()
    assert client.get("/orders/work/nonsense/").status_code == 404
    assert client.post(DISPATCH, {"key": "x" * 41}).status_code == 422


def test_viewers_do_no_work(shop: Seller) -> None:
    """R-A2"""
    viewer = Client()
    viewer.force_login(User.objects.get(pk=member_of(shop, Role.VIEWER).user_id))
    assert viewer.get(DISPATCH).status_code == 403
    assert viewer.post(DISPATCH).status_code == 403


def test_queries_of_the_page_do_not_grow_with_the_rows(shop: Seller, client: Client) -> None:
    """Equal at 1, 5 and 50 rows."""
    numbers = []
    for count in (1, 5, 50):
        query = "&".join(f"ticked={OrderFactory(seller=shop).pk}" for _order in range(count))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{DISPATCH}?{query}")
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers
