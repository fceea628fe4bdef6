"""Order files in (R-O6, R-O10, reference/qsm-files.md)."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from claims.demo import JAPANESE_DETAIL
from orders.files import Result, import_file
from orders.models import Buyer, Order
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import PaymentMethod, Seller
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import OrderFactory, SellerFactory, requested_cancel

pytestmark = pytest.mark.django_db

ROW = {
    "配送状態": "配送要請",
    "注文番号": "638000001",
    "カート番号": "210300001",
    "注文日": "2026/04/15 19:12:16",
    "入金日": "2026/04/15 19:20:00",
    "商品番号": "900000001",
    "商品名": "折りたたみ傘 ネイビー 55cm",
    "数量": "2",
    "オプション情報": "Color: Navy",
    "受取人名": "髙橋 花子",
    "受取人電話番号": "+81--",
    "受取人携帯電話番号": "+81-90-0000-0001",
    "住所": "東京都 千代田区 千代田 1-1",
    "郵便番号": "'100-0001",
    "国家": "JP",
    "購入者決済金額": "4,960",
    "販売価格": "2480",
    "割引額": "0",
    "注文金額の合計": "4960",
    "購入者名": "髙橋 花子",
    "購入者携帯電話番号": "+81-90-0000-0001",
    "素材": "綿",
}


def write(path: Path, *rows: dict[str, str], encoding: str = "cp932") -> Path:
    """A Japanese detail file as the marketplace writes it: every field quoted, CRLF."""
    lines = [JAPANESE_DETAIL, *([row.get(name, "") for name in JAPANESE_DETAIL] for row in rows)]
    text = "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
    path.write_bytes(text.encode(encoding))
    return path


def ten_rows() -> list[dict[str, str]]:
    return [
        {**ROW, "注文番号": f"{638000001 + place}", "カート番号": f"{210300001 + place // 2}"} for place in range(10)
    ]


def take(path: Path, seller: Seller) -> Result:
    return import_file(path, seller=seller, by=SYSTEM)


def counts(result: Result) -> tuple[int, int, int, int, int]:
    taken = result.taken
    return taken.created, taken.updated, taken.unchanged, len(taken.kept), len(result.errors)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-8"])
def test_a_file_of_ten_rows_in_the_real_form(tmp_path: Path, encoding: str) -> None:
    """R-O6"""
    seller = SellerFactory()
    result = take(write(tmp_path / "orders.csv", *ten_rows(), encoding=encoding), seller)
    assert counts(result) == (10, 0, 0, 0, 0)
    order = Order.unscoped.select_related("cart", "buyer").get(seller=seller, number="638000001")
    assert (order.cart.number, order.product_name, order.quantity) == ("210300001", ROW["商品名"], 2)
    assert (order.recipient_name, order.postal_code, order.recipient_phone) == ("髙橋 花子", "100-0001", "")
    assert (order.total_yen, order.paid_yen) == (4960, 4960)
    assert order.ordered_at == datetime(2026, 4, 15, 10, 12, 16, tzinfo=UTC)
    assert order.more["素材"] == "綿"
    assert order.buyer.mobile == "+81-90-0000-0001"
    assert Event.unscoped.filter(seller=seller, name="order.imported").count() == 10


@pytest.mark.parametrize(
    ("words", "ship_date", "state"),
    [
        ("配送要請", "", OrderState.NEW),
        ("配送要請", "2026/08/03", OrderState.PREPARING),
        ("新規注文", "", OrderState.NEW),
        ("배송준비", "20260803", OrderState.PREPARING),
        ("买家已付款", "", OrderState.NEW),
        ("In transit", "", OrderState.SHIPPING),
        ("配送完了", "", OrderState.DELIVERED),
    ],
)
def test_the_files_state_in_any_of_the_four_languages(tmp_path: Path, words: str, ship_date: str, state: str) -> None:
    """R-O6: a shipping request with a ship date comes in as PREPARING, without as NEW."""
    path = write(tmp_path / "orders.csv", {**ROW, "配送状態": words, "発送予定日": ship_date}, encoding="utf-8-sig")
    seller = SellerFactory()
    assert counts(take(path, seller)) == (1, 0, 0, 0, 0)
    order = Order.unscoped.get(seller=seller)
    assert order.state == state
    assert order.ship_date == (date(2026, 8, 3) if ship_date else None)


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    """R-O6"""
    seller, path = SellerFactory(), write(tmp_path / "orders.csv", *ten_rows())
    take(path, seller)
    events = Event.unscoped.count()
    assert counts(take(path, seller)) == (0, 0, 10, 0, 0)
    assert Event.unscoped.count() == events


def test_the_same_number_in_two_shops_is_two_orders(tmp_path: Path) -> None:
    """R-A1: uniqueness is (shop, number), never global."""
    path = write(tmp_path / "orders.csv", ROW)
    for seller in (SellerFactory(), SellerFactory()):
        assert counts(take(path, seller)) == (1, 0, 0, 0, 0)
    assert Buyer.unscoped.filter(name="髙橋 花子").count() == 2


def test_a_buyer_is_matched_by_phone_else_by_name_and_postal_code(tmp_path: Path) -> None:
    """R-O10"""
    no_phone = {**ROW, "購入者携帯電話番号": "+81-"}
    rows = [
        {**ROW, "注文番号": "1"},
        {**ROW, "注文番号": "2", "購入者名": "高橋花子"},
        {**no_phone, "注文番号": "3"},
        {**no_phone, "注文番号": "4"},
        {**no_phone, "注文番号": "5", "郵便番号": "'530-0001"},
    ]
    seller = SellerFactory()
    take(write(tmp_path / "orders.csv", *rows), seller)
    buyer = {order.number: order.buyer_id for order in Order.unscoped.filter(seller=seller)}
    assert buyer["1"] == buyer["2"]
    assert buyer["3"] == buyer["4"]
    assert len(set(buyer.values())) == 3


@pytest.mark.parametrize("phone", ["非公開", "なし", "000-0000-0000", "090-0000-0000", "090-****-0001", "１２３", ""])
@pytest.mark.parametrize("of_both", [{"購入者名": "青山 一"}, {"郵便番号": ""}])
def test_who_cannot_be_told_apart_is_not_taken_for_one(tmp_path: Path, phone: str, of_both: dict[str, str]) -> None:
    """R-O10, R-A1: or strangers would see each other's orders; within a file and over two."""
    shared, seller = {**ROW, **of_both, "購入者携帯電話番号": phone}, SellerFactory()
    rows = [{**shared, "注文番号": f"{number}"} for number in range(3)]
    for row, postal_code in zip(rows, ("'100-0001", "'530-0001", "'060-0001"), strict=True):
        row["郵便番号"] = row["郵便番号"] and postal_code
    take(write(tmp_path / "first.csv", *rows[:2]), seller)
    take(write(tmp_path / "then.csv", rows[2]), seller)
    assert len(set(Order.unscoped.values_list("buyer_id", flat=True))) == 3


@pytest.mark.parametrize("method", PaymentMethod)
def test_how_imported_orders_were_paid_is_a_setting_of_the_shop(tmp_path: Path, method: str) -> None:
    """R-O10: for files don't say; what is known already stays as it is."""
    seller = SellerFactory(payment_of_imports=method)
    path = write(tmp_path / "orders.csv", ROW)
    take(path, seller)
    assert Order.unscoped.get(seller=seller).payment_method == method
    Seller.objects.update(payment_of_imports=PaymentMethod.EXTERNAL)
    assert counts(take(path, seller)) == (0, 0, 1, 0, 0)
    assert Order.unscoped.get(seller=seller).payment_method == method


def test_bad_rows_say_line_column_and_reason_and_the_good_ones_come_in(tmp_path: Path) -> None:
    """R-O6"""
    rows = [
        {**ROW, "数量": "zwei", "注文番号": "1"},
        {**ROW, "注文番号": "2"},
        {**ROW, "注文番号": "2"},
        {**ROW, "注文番号": "3", "注文日": "2026/13/01 00:00:00"},
        {**ROW, "注文番号": "4", "注文金額の合計": "-5"},
        {**ROW, "注文番号": "5", "受取人名": ""},
        {**ROW, "注文番号": "6", "配送状態": "よくわからない"},
        {**ROW, "注文番号": "7", "購入者携帯電話番号": "9" * 41},
        {**ROW, "注文番号": "8", "数量": "9" * 18},
    ]
    result = take(write(tmp_path / "orders.csv", *rows), SellerFactory())
    assert counts(result) == (1, 0, 0, 0, 8)
    assert [(error.line, error.column, error.code) for error in result.errors] == [
        (2, "数量", "not_a_number"),
        (4, "注文番号", "duplicate_number"),
        (5, "注文日", "not_a_moment"),
        (6, "注文金額の合計", "not_whole_yen"),
        (7, "受取人名", "missing"),
        (8, "配送状態", "unknown_word"),
        (9, "購入者携帯電話番号", "too_long"),
        (10, "数量", "not_a_number"),
    ]


def test_a_row_in_preparation_without_a_ship_date_is_an_error_of_that_row(tmp_path: Path) -> None:
    """R-O6: and takes nothing else with it."""
    rows = [{**ROW, "配送状態": "配送準備", "注文番号": "1"}, {**ROW, "注文番号": "2"}]
    result = take(write(tmp_path / "orders.csv", *rows), SellerFactory())
    assert counts(result) == (1, 0, 0, 0, 1)
    assert (result.errors[0].line, result.errors[0].column, result.errors[0].code) == (2, "発送予定日", "missing")


@pytest.mark.parametrize(("cell", "country"), [("JP", "JP"), ("Japan", "JP"), ("", "JP"), ("韓国", "KR"), ("us", "US")])
def test_countries(tmp_path: Path, cell: str, country: str) -> None:
    seller = SellerFactory()
    take(write(tmp_path / "orders.csv", {**ROW, "国家": cell}), seller)
    assert Order.unscoped.get(seller=seller).country == country


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("国家", "Republic of Korea", "unknown_word"),
        ("配送状態", "よくわからない", "unknown_word"),
        ("通貨", "USD", "other_currency"),
    ],
)
def test_words_that_mean_nothing_here_are_errors(tmp_path: Path, column: str, cell: str, code: str) -> None:
    """R-O6, R-M2: an unknown country is not Japan, and dollars are not yen."""
    result = take(write(tmp_path / "orders.csv", {**ROW, column: cell}), SellerFactory())
    assert [(error.column, error.code) for error in result.errors] == [(column, code)]


def test_an_order_that_has_ended_is_not_made_by_a_file(tmp_path: Path) -> None:
    """R-O6: how it ended only a claim can say; one that is known is left alone."""
    ended = {**ROW, "配送状態": "キャンセル完了"}
    result = take(write(tmp_path / "orders.csv", ended), SellerFactory())
    assert [(error.line, error.column, error.code) for error in result.errors] == [(2, "注文番号", "order_ended")]
    result, order = moved(OrderFactory(number="1001"), tmp_path, 配送状態="キャンセル完了")
    assert (order.state, counts(result)) == (OrderState.PREPARING, (0, 1, 0, 0, 0))
    result, order = moved(order, tmp_path, 配送状態="キャンセル完了")
    assert (order.state, result.taken.kept) == (OrderState.PREPARING, [2])


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"a,b\r\n1,2\r\n", b"\xff\xfe\xfd\n"])
def test_a_file_that_is_none_is_refused_with_a_code(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    result = take(path, SellerFactory())
    assert result.nothing_taken
    assert all(error.code and error.message for error in result.errors)


def moved(order: Order, tmp_path: Path, **cells: str) -> tuple[Result, Order]:
    row = {**ROW, "注文番号": order.number, "カート番号": order.cart.number, **cells}
    result = take(write(tmp_path / "orders.csv", row), order.seller)
    order.refresh_from_db()
    return result, order


def test_an_import_moves_only_forward(tmp_path: Path) -> None:
    """R-O6"""
    result, order = moved(
        OrderFactory(number="1001"),
        tmp_path,
        配送状態="配送中",
        配送会社="ゆうパック",
        送り状番号="1234",
        発送日="2026/04/16 10:00:00",
    )
    assert counts(result)[:2] == (0, 1)
    assert (order.state, order.carrier, order.tracking_number) == (OrderState.SHIPPING, "ゆうパック", "1234")
    result, order = moved(order, tmp_path, 配送状態="新規注文")
    assert (result.taken.kept, order.state) == ([2], OrderState.SHIPPING)


def test_an_order_with_a_claim_is_left_alone(tmp_path: Path) -> None:
    """R-O6"""
    claim = requested_cancel(OrderFactory(number="1001"))
    result, order = moved(claim.order, tmp_path, 配送状態="配送中")
    assert (result.taken.kept, order.state, order.held_by) == ([2], OrderState.PREPARING, claim.pk)


def test_recipients_are_edited_only_before_dispatch(tmp_path: Path) -> None:
    """R-O6"""
    _result, order = moved(OrderFactory(number="1001"), tmp_path, 配送状態="配送準備", 発送予定日="2027/01/01")
    assert order.address == ROW["住所"]
    sent = OrderFactory(number="1002", seller=order.seller, state=OrderState.SHIPPING)
    result, left_alone = moved(sent, tmp_path, 配送状態="配送中")
    assert (result.taken.kept, left_alone.address) == ([2], "")


def test_a_dispatch_by_file_ends_the_ship_today_mark(tmp_path: Path) -> None:
    """R-C8, R-O6"""
    marked = OrderFactory(number="1001", ship_today_until=clock.end_of(clock.today()), cancel_barred=True)
    _result, order = moved(marked, tmp_path, 配送状態="配送中")
    assert (order.state, order.ship_today_until) == (OrderState.SHIPPING, None)


@pytest.mark.parametrize(
    ("shipped", "missed"), [("2026/04/15 23:59:59", False), ("2026/04/16 00:00:00", True), ("", True)]
)
def test_a_file_does_not_hide_a_missed_day(tmp_path: Path, shipped: str, missed: bool) -> None:
    """R-C8, R-T4: what the file says was dispatched before the deadline was in time."""
    marked = OrderFactory(number="1001", ship_today_until=clock.end_of(date(2026, 4, 15)), cancel_barred=True)
    _result, order = moved(marked, tmp_path, 配送状態="配送中", 発送日=shipped)
    assert order.state == OrderState.SHIPPING
    events = Event.unscoped.filter(order_id=order.pk).values_list("name", flat=True)
    assert ("order.ship_today_missed" in events) is missed


@pytest.mark.parametrize(
    ("state", "shipped", "points"),
    [
        ("配送中", "2026/04/09 23:59:59", 0),
        ("配送中", "2026/04/10 00:00:00", -2),
        ("配送中", "", -2),
    ],
)
def test_a_file_does_not_hide_a_late_dispatch(tmp_path: Path, state: str, shipped: str, points: int) -> None:
    """R-O8, R-T4: paid on Monday 4/6, to be sent by Thursday; the file comes before the job has seen the end of that day."""
    paid_at = clock.start_of(date(2026, 4, 6))
    with clock.at(paid_at):
        order = OrderFactory(number="1001", state=OrderState.NEW, ordered_at=paid_at, paid_at=paid_at)
    with clock.at(clock.start_of(date(2026, 4, 8))):
        settle_deadlines()
    with clock.at(clock.start_of(date(2026, 4, 10)) + timedelta(seconds=30)):
        _result, order = moved(Order.unscoped.get(pk=order.pk), tmp_path, 配送状態=state, 発送日=shipped)
    assert order.late_points == points


def test_what_a_file_lacks_it_does_not_wipe_out(tmp_path: Path) -> None:
    """R-O6"""
    seller = SellerFactory()
    take(write(tmp_path / "orders.csv", ROW), seller)
    less = {name: cell for name, cell in ROW.items() if name not in {"住所", "郵便番号", "受取人携帯電話番号"}}
    assert counts(take(write(tmp_path / "less.csv", less), seller)) == (0, 0, 1, 0, 0)
    assert Order.unscoped.get(seller=seller).address == ROW["住所"]


def test_a_row_that_says_otherwise_and_is_not_taken_is_kept(tmp_path: Path) -> None:
    """R-O6"""
    order = OrderFactory(number="1001")
    moved(order, tmp_path, 配送状態="配送準備", 発送予定日=f"{order.ship_date:%Y/%m/%d}")
    result, _order = moved(order, tmp_path, 配送状態="配送準備", 発送予定日="2030/01/01")
    assert (result.taken.kept, result.taken.unchanged) == ([2], 0)


def test_an_excel_file(tmp_path: Path) -> None:
    """R-O6"""
    seller, book, path = SellerFactory(), Workbook(), tmp_path / "orders.xlsx"
    for line in (JAPANESE_DETAIL, [ROW.get(name, "") for name in JAPANESE_DETAIL]):
        book.active.append(line)
    book.save(path)
    assert counts(take(path, seller)) == (1, 0, 0, 0, 0)


def test_the_command_speaks_json(tmp_path: Path) -> None:
    """R-O6"""
    seller, out = SellerFactory(), StringIO()
    rows = [*ten_rows(), {**ROW, "数量": "", "注文番号": "9"}]
    path = write(tmp_path / "orders.csv", *rows)
    call_command("import_orders", path, shop=seller.slug, json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["created"], answer["updated"], answer["unchanged"], answer["kept"]) == (10, 0, 0, [])
    assert [sorted(error) for error in answer["errors"]] == [["code", "column", "line", "message"]]
    assert answer["errors"][0]["line"] == 12
    with pytest.raises(CommandError, match="no shop"):
        call_command("import_orders", path, shop="nowhere")
    with pytest.raises(CommandError, match="Nothing was taken"):
        call_command("import_orders", write(tmp_path / "bad.csv", {"注文番号": "x"}), shop=seller.slug, stdout=out)


def test_strict_takes_nothing_of_a_file_with_an_error(tmp_path: Path) -> None:
    """R-O6"""
    seller, out = SellerFactory(), StringIO()
    path = write(tmp_path / "orders.csv", *ten_rows(), {**ROW, "数量": "", "注文番号": "9"})
    with pytest.raises(CommandError, match="Nothing was taken"):
        call_command("import_orders", path, shop=seller.slug, strict=True, json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["created"], [error["code"] for error in answer["errors"]]) == (0, ["missing"])
    assert not Order.unscoped.filter(seller=seller).exists()
    call_command("import_orders", write(path, *ten_rows()), shop=seller.slug, strict=True, stdout=out)
    assert Order.unscoped.filter(seller=seller).count() == 10
