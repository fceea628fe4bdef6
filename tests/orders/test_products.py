"""The product list: its groups, the file that keeps it, and who may see it (R-P1)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orders.models import Product, SaleState
from orders.products.imports import Result, import_file
from orders.products.queries import COUNTERS, sale_chip
from qsm.accounts.access import SYSTEM
from qsm.accounts.counting import count
from qsm.accounts.models import Role, Seller, User
from qsm.lib import clock
from tests.factories import ProductFactory, SellerFactory, member_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 8, 13)


@pytest.fixture(autouse=True)
def that_day(settings: Any) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with clock.at(clock.start_of(TODAY)), translation.override("en"):
        yield


def day(number: int) -> date:
    return clock.after(TODAY, number)


def taken(tmp_path: Path, text: str, seller: Seller) -> Result:
    path = tmp_path / "products.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    return import_file(path, seller=seller, by=SYSTEM)


@pytest.mark.parametrize(
    ("columns", "groups", "says"),
    [
        ({}, {"on_sale"}, "On sale"),
        ({"stock": 10}, {"on_sale", "low_stock"}, "On sale"),
        ({"stock": 11}, {"on_sale"}, "On sale"),
        ({"stock": 0}, {"sold_out"}, "Sold out"),
        ({"state": SaleState.STOPPED}, {"stopped"}, "Sale ended"),
        ({"state": SaleState.AWAITING_APPROVAL}, {"awaiting"}, "Awaiting approval"),
        ({"on_sale_until": day(0)}, {"on_sale", "ending"}, "On sale"),
        ({"on_sale_until": day(6)}, {"on_sale", "ending"}, "On sale"),
        ({"on_sale_until": day(7)}, {"on_sale"}, "On sale"),
        ({"on_sale_until": day(-1)}, {"over"}, "Period over"),
        ({"on_sale_from": day(0)}, {"on_sale"}, "On sale"),
        ({"on_sale_from": day(1)}, set(), "Not yet on sale"),
        ({"on_sale_until": day(3), "stock": 0}, {"sold_out"}, "Sold out"),
        ({"on_sale_until": day(-1), "state": SaleState.STOPPED}, {"stopped"}, "Sale ended"),
    ],
)
def test_what_a_product_counts_as(columns: dict[str, Any], groups: set[str], says: str) -> None:
    """R-P1, R-T2: seven days count today; stock and last day warn only of what is sold now."""
    product = ProductFactory(**columns)
    [counts] = count(member_of(product.seller), COUNTERS)
    assert {name for name, count in counts.items() if count} == groups
    assert sale_chip(product.state, product.stock, product.on_sale_from, product.on_sale_until).text == says


def test_each_count_leads_to_the_products_that_it_counts() -> None:
    """R-P1"""
    seller = SellerFactory()
    ProductFactory(seller=seller, name="Umbrella", stock=3)
    ProductFactory(seller=seller, name="Bottle", stock=0)
    ProductFactory(name="Another shop's", stock=3)
    client = logged_in(member_of(seller).user_id)
    cards = {card["title"]: card["rows"] for card in client.get("/").context["cards"]}
    for row in cards["Products"]:
        assert len(client.get(row["url"]).context["page"].rows) == row["count"], row
    low = client.get("/products/?state=low_stock").content.decode()
    assert "Umbrella" in low
    assert "Bottle" not in low
    assert "Another" not in low


def test_a_file_makes_and_brings_up_to_date(tmp_path: Path) -> None:
    """R-P1: by file; again it changes nothing, and what it lacks stays."""
    seller = SellerFactory()
    ProductFactory(seller=seller, code="900000009", name="Kept")
    ProductFactory(seller=seller, code="900000001", name="Old name", stock=1, price_yen=500)
    text = (
        "商品番号,商品名,在庫数量,販売状態,販売終了日\r\n900000001,傘,12,,\r\n900000002,水筒,0,판매종료,2026/08/31\r\n"
    )
    first, second = taken(tmp_path, text, seller), taken(tmp_path, text, seller)
    assert (first.created, first.updated, first.unchanged, first.errors) == (1, 1, 0, [])
    assert (second.created, second.updated, second.unchanged) == (0, 0, 2)
    umbrella = Product.unscoped.get(seller=seller, code="900000001")
    assert (umbrella.name, umbrella.stock, umbrella.price_yen, umbrella.state) == ("傘", 12, 500, SaleState.ON_SALE)
    bottle = Product.unscoped.get(seller=seller, code="900000002")
    assert (bottle.state, bottle.on_sale_until) == (SaleState.STOPPED, date(2026, 8, 31))
    assert Product.unscoped.filter(seller=seller, name="Kept").exists()


def test_bad_rows_are_named_and_the_good_ones_taken(tmp_path: Path) -> None:
    """R-P1: line, column, code."""
    text = (
        "商品番号,商品名,在庫数量,販売開始日,販売終了日\r\n"
        "x1,傘,1,,\r\n900000001,,1,,\r\n900000002,傘,-1,,\r\n900000003,傘,1,2026/08/02,2026/08/01\r\n"
        "900000004,傘,1,,\r\n900000004,傘,2,,\r\n"
    )
    result = taken(tmp_path, text, SellerFactory())
    assert [(error.line, error.column, error.code) for error in result.errors] == [
        (2, "商品番号", "not_a_number"),
        (3, "商品名", "missing"),
        (4, "在庫数量", "not_a_number"),
        (5, "販売終了日", "not_a_date"),
        (7, "商品番号", "duplicate_number"),
    ]
    assert result.created == 1
    assert taken(tmp_path, "商品番号\r\n1\r\n", SellerFactory()).nothing_taken


@pytest.mark.parametrize("language", ["ja", "ko", "zh-hans", "en"])
def test_the_downloaded_list_can_be_taken_again(language: str, tmp_path: Path) -> None:
    """R-P1: in every language, and no cell starts a formula."""
    seller = SellerFactory()
    ProductFactory(seller=seller, name="=1+1", seller_code="A-1")
    ProductFactory(seller=seller, stock=0)
    ProductFactory(seller=seller, on_sale_until=day(-3))
    ProductFactory(seller=seller, state=SaleState.AWAITING_APPROVAL, on_sale_from=day(3))
    client = logged_in(member_of(seller).user_id)
    client.cookies["django_language"] = language
    answer = client.get("/products/csv/")
    path = tmp_path / "again.csv"
    path.write_bytes(b"".join(answer.streaming_content))
    assert '"\'=1+1"' in path.read_text(encoding="utf-8-sig")
    result = import_file(path, seller=seller, by=SYSTEM)
    assert (result.unchanged, result.updated, result.errors) == (4, 0, [])


def test_staff_send_files_and_viewers_read() -> None:
    """R-A2, R-P1"""
    seller = SellerFactory()
    staff = logged_in(member_of(seller).user_id)
    file = SimpleUploadedFile("p.csv", "商品番号,商品名,在庫数量\r\n900000001,傘,3\r\n".encode())
    answer = staff.post(reverse("products:import"), {"file": file})
    assert answer.status_code == 200
    assert answer.context["result"]["counts"][0]["count"] == 1
    viewer = logged_in(member_of(seller, Role.VIEWER).user_id)
    assert viewer.get("/products/").status_code == 200
    assert viewer.get(reverse("products:import")).status_code == 403


def logged_in(user_id: int | None) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


def test_the_list_reads_well_and_offers_no_boxes_that_lead_nowhere() -> None:
    """R-P1: prices and stocks with separators; nothing is done with ticked products; the file keeps plain numbers."""
    product = ProductFactory(price_yen=1234567, stock=12345)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=member_of(product.seller).user_id))
    page = client.get(reverse("products:list")).content.decode()
    assert '<td class="num end">1,234,567</td>' in page
    assert '<td class="num end">12,345</td>' in page
    assert "checkbox" not in page
    assert b"1234567" in b"".join(client.get(reverse("products:csv")).streaming_content)  # type: ignore[attr-defined]
