"""The forms that order files come in: Japanese and Korean, details and summaries (R-O6, reference/qsm-files.md)."""

import csv
from pathlib import Path

import pytest

from orders.file_columns import BRIEF, COLUMNS, Form, columns_of
from orders.files import import_file
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller
from qsm.events.models import Event
from tests.factories import OrderFactory, SellerFactory
from tests.orders.test_files import ROW, counts, write

pytestmark = pytest.mark.django_db
KOREAN = {column.ja: column.ko for column in COLUMNS}
JAPANESE_BRIEF, KOREAN_BRIEF = BRIEF["ja"], BRIEF["ko"]


def written(path: Path, header: tuple[str, ...], *rows: dict[str, str], encoding: str = "utf-8-sig") -> Path:
    """A file as tools write it back: quotes only where they are needed."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def korean(row: dict[str, str]) -> dict[str, str]:
    return {KOREAN[name]: cell for name, cell in row.items()}


def take(path: Path, seller: Seller) -> tuple[int, ...]:
    return counts(import_file(path, seller=seller, by=SYSTEM))


def test_the_forms_have_as_many_columns_as_the_marketplaces() -> None:
    """R-O6: 45 with the gift column, 46 in Korean, summaries of 15 and 16."""
    assert {form.value: len(list(columns_of(form))) for form in Form} == {
        "detail-ja": 45,
        "detail-ko": 46,
        "brief-ja": 15,
        "brief-ko": 16,
    }
    assert KOREAN["割引額"] == "할인액 "


def test_a_korean_detail_file(tmp_path: Path) -> None:
    """R-O6: 46 columns; the discount's name ends with a space, and what we don't know is kept."""
    header = tuple(column.name_in("ko") for column in columns_of(Form.DETAIL_KO))
    row = {**korean(ROW), "배송상태": "배송중", "할인액 ": "100", "수화물 보관함 서비스": "N"}
    seller = SellerFactory()
    assert take(written(tmp_path / "orders.csv", header, row), seller) == (1, 0, 0, 0, 0)
    order = Order.unscoped.get(seller=seller)
    assert (order.state, order.discount_yen, order.total_yen) == (OrderState.SHIPPING, 100, 4960)
    assert order.more == {"수화물 보관함 서비스": "N", "소재": "綿"}


def test_columns_in_any_order_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    """R-O6: column 43 differs between real files."""
    header = (*reversed(tuple(ROW)), "패킹번호")
    seller = SellerFactory()
    assert take(written(tmp_path / "orders.csv", header, {**ROW, "패킹번호": "P-1"}), seller) == (1, 0, 0, 0, 0)
    order = Order.unscoped.get(seller=seller)
    assert (order.product_name, order.more) == (ROW["商品名"], {"패킹번호": "P-1", "素材": "綿"})


@pytest.mark.parametrize("header", [JAPANESE_BRIEF, KOREAN_BRIEF], ids=["ja", "ko"])
def test_a_summary_moves_known_orders_and_makes_none(tmp_path: Path, header: tuple[str, ...]) -> None:
    """R-O6: a summary lacks buyer, dates and money, so it cannot make an order; the row says so."""
    seller = SellerFactory()
    take(write(tmp_path / "detail.csv", ROW), seller)
    row = {**ROW, "配送状態": "配送中", "配送会社": "ゆうパック", "送り状番号": "1234", "発送日": "2026/04/16 10:00:00"}
    rows = [row, {**row, "注文番号": "7"}]
    rows = rows if header == JAPANESE_BRIEF else [korean(each) for each in rows]
    result = import_file(written(tmp_path / "brief.csv", header, *rows), seller=seller, by=SYSTEM)
    assert counts(result) == (0, 1, 0, 0, 1)
    assert [(error.line, error.column, error.code) for error in result.errors] == [(3, header[1], "order_not_known")]
    order = Order.unscoped.get(seller=seller)
    assert (order.state, order.tracking_number, order.address) == (OrderState.SHIPPING, "1234", ROW["住所"])


def test_a_later_file_does_not_wipe_out_the_moment_of_the_dispatch(tmp_path: Path) -> None:
    """R-O6: a summary of delivered orders may lack it."""
    order = OrderFactory(number="1001", state=OrderState.SHIPPING)
    row = {**ROW, "配送状態": "配送完了", "注文番号": "1001", "受取人名": order.recipient_name}
    assert take(written(tmp_path / "brief.csv", JAPANESE_BRIEF, row), order.seller) == (0, 1, 0, 0, 0)
    moved = Order.unscoped.get(pk=order.pk)
    assert (moved.state, moved.shipped_at) == (OrderState.DELIVERED, order.shipped_at)


def test_what_is_known_of_chinese_files_is_no_whole_file(tmp_path: Path) -> None:
    """R-O6: without a delivery state there is nothing that a file could say; it is told so."""
    header = ("订购号码", "购物车号码", "商品代码", "数量", "选项代码", "汇款日")
    result = import_file(written(tmp_path / "zh.csv", header, {"订购号码": "1"}), seller=SellerFactory(), by=SYSTEM)
    assert [error.code for error in result.errors] == ["missing_columns"]
    whole = (*header, *(name for name in ROW if name not in {"注文番号", "カート番号", "商品番号", "数量", "入金日"}))
    row = {**ROW, "订购号码": "1", "购物车号码": "2", "数量": "3"}
    seller = SellerFactory()
    assert take(written(tmp_path / "zh.csv", whole, row), seller) == (1, 0, 0, 0, 0)
    assert Order.unscoped.get(seller=seller).quantity == 3


def test_nothing_is_written_of_an_order_that_was_left_alone(tmp_path: Path) -> None:
    """R-O6, R-A3"""
    order = OrderFactory(number="1001", state=OrderState.SHIPPING)
    row = {**ROW, "配送状態": "新規注文", "注文番号": "1001", "受取人名": order.recipient_name}
    assert take(written(tmp_path / "brief.csv", JAPANESE_BRIEF, row), order.seller) == (0, 0, 0, 1, 0)
    assert not Event.unscoped.filter(order_id=order.pk).exists()
