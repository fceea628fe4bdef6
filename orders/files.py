"""The marketplace's order files: what their columns mean, and how one is taken (reference/qsm-files.md, R-O6)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import translation

from orders.imports import OrderRow, Taken, take
from orders.machine import ORDER
from orders.states import DELAYED, SHIPPING_REQUEST_LABEL, DeliveryMethod, OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events.door import change
from qsm.lib.files import CellError, Error, Row, Sheet, Spec, cells, parse_in_child
from qsm.lib.machine import Text

# Names of columns in the Japanese and the Korean detail file → keys of OrderRow. Others are kept in `more`.
HEADERS = {
    "配送状態": "state",
    "배송상태": "state",
    "注文番号": "number",
    "주문번호": "number",
    "カート番号": "cart_number",
    "장바구니번호": "cart_number",
    "配送会社": "carrier",
    "택배사": "carrier",
    "送り状番号": "tracking_number",
    "송장번호": "tracking_number",
    "発送日": "shipped_at",
    "발송일": "shipped_at",
    "注文日": "ordered_at",
    "주문일": "ordered_at",
    "入金日": "paid_at",
    "입금일": "paid_at",
    "発送予定日": "ship_date",
    "발송예정일": "ship_date",
    "配送完了日": "delivered_at",
    "배송완료일": "delivered_at",
    "配送方法": "delivery_method",
    "배송방식": "delivery_method",
    "商品番号": "product_code",
    "상품코드": "product_code",
    "商品名": "product_name",
    "상품명": "product_name",
    "数量": "quantity",
    "수량": "quantity",
    "オプション情報": "option",
    "옵션정보": "option",
    "オプションコード": "option_code",
    "판매자옵션코드": "option_code",
    "受取人名": "recipient_name",
    "수취인명": "recipient_name",
    "受取人名(フリガナ)": "recipient_kana",
    "수취인명(음성표기)": "recipient_kana",
    "受取人電話番号": "recipient_phone",
    "수취인전화번호": "recipient_phone",
    "受取人携帯電話番号": "recipient_mobile",
    "수취인핸드폰번호": "recipient_mobile",
    "住所": "address",
    "주소": "address",
    "郵便番号": "postal_code",
    "우편번호": "postal_code",
    "国家": "country",
    "국가": "country",
    "購入者決済金額": "paid_yen",
    "구매자결제금": "paid_yen",
    "販売価格": "price_yen",
    "판매가": "price_yen",
    "割引額": "discount_yen",
    "할인액": "discount_yen",
    "注文金額の合計": "total_yen",
    "총주문액": "total_yen",
    "購入者名": "buyer_name",
    "구매자명": "buyer_name",
    "購入者名(フリガナ)": "buyer_name_kana",
    "구매자명(발음표기)": "buyer_name_kana",
    "配送要請事項": "delivery_request",
    "배송요청사항": "delivery_request",
    "購入者電話番号": "buyer_phone",
    "구매자전화번호": "buyer_phone",
    "購入者携帯電話番号": "buyer_mobile",
    "구매자핸드폰번호": "buyer_mobile",
    "販売者商品コード": "seller_product_code",
    "판매자상품코드": "seller_product_code",
}
REQUIRED = frozenset(
    {
        "state",
        "number",
        "cart_number",
        "ordered_at",
        "product_name",
        "quantity",
        "recipient_name",
        "buyer_name",
    }
)
SPEC = Spec(headers=HEADERS, required=REQUIRED)

# What a shipping request is, its ship date says (R-O6).
REQUEST = "request"
MOST_PIECES = 1_000_000
COUNTRIES = {
    "": "JP",
    "JAPAN": "JP",
    "日本": "JP",
    "일본": "JP",
    "KOREA": "KR",
    "韓国": "KR",
    "한국": "KR",
    "CHINA": "CN",
    "中国": "CN",
}


@dataclass
class Result:
    """What became of a file: see `Taken`, and what was wrong with it, by line and column."""

    name: str
    taken: Taken = field(default_factory=Taken)
    errors: list[Error] = field(default_factory=list)

    @property
    def nothing_taken(self) -> bool:
        """Errors only: not one row was good."""
        taken = self.taken
        return bool(self.errors) and not (taken.created or taken.updated or taken.unchanged or taken.kept)


def import_upload(upload: File, *, seller: Seller, by: Actor) -> Result:
    """Take an uploaded order file: its good rows, all in one change; what is wrong with the others is in the result."""
    with NamedTemporaryFile(suffix=".upload") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        return import_file(Path(copy.name), seller=seller, by=by, name=upload.name or "")


def import_file(path: Path, *, seller: Seller, by: Actor, name: str = "") -> Result:
    """Take an order file from the disk into a shop (R-O6). The file is parsed before any lock."""
    result = Result(name or path.name)
    rows = list(_good_rows(parse_in_child(path, SPEC), result.errors))
    if rows:
        with change(by):
            result.taken = take(rows, seller=seller, by=by)
    return result


def _good_rows(sheet: Sheet, errors: list[Error]) -> Iterator[OrderRow]:
    """Rows that could be read whole, each number once; what is wrong with the others goes to `errors`."""
    lines: dict[str, int] = {}
    for row in sheet:
        if isinstance(row, Error):
            errors.append(row)
            continue
        values, wrong = sheet.convert(row, converters())
        if not wrong and values["state"] == OrderState.PREPARING and not values["ship_date"]:
            wrong = [Error("missing", row.line, sheet.name_of("ship_date"))]
        if not wrong and values["number"] in lines:
            wrong = [Error("duplicate_number", row.line, sheet.name_of("number"), {"line": lines[values["number"]]})]
        if wrong:
            errors.extend(wrong)
            continue
        lines[values["number"]] = row.line
        yield _order_row(row, values)


def _order_row(row: Row, values: dict[str, Any]) -> OrderRow:
    state = values.pop("state")
    if state == REQUEST:
        state = OrderState.PREPARING if values["ship_date"] else OrderState.NEW
    return OrderRow(line=row.line, state=state, more=row.extra, **values)


@cache
def converters() -> Mapping[str, Callable[[str], Any]]:
    """From the text of a cell to a value, by key of OrderRow."""
    long_text = {key: cells.text(500) for key in ("option", "address")}
    texts = {
        key: cells.text(100) for key in ("option_code", "recipient_kana", "buyer_name_kana", "seller_product_code")
    }
    yens = {key: cells.optional(_not_negative, 0) for key in ("price_yen", "discount_yen", "total_yen", "paid_yen")}
    times = {key: cells.optional(cells.moment) for key in ("paid_at", "shipped_at", "delivered_at")}
    phones = {
        key: _short(cells.phone, 40) for key in ("recipient_phone", "recipient_mobile", "buyer_phone", "buyer_mobile")
    }
    return {
        "state": cells.one_of(state_words()),
        "number": cells.number,
        "cart_number": cells.number,
        "ordered_at": cells.moment,
        "ship_date": cells.optional(cells.day),
        "product_name": cells.required(cells.text(300)),
        "quantity": _at_least_one,
        "recipient_name": cells.required(cells.text(100)),
        "buyer_name": cells.required(cells.text(100)),
        "carrier": cells.text(200),
        "tracking_number": cells.text(50),
        "delivery_method": cells.optional(cells.one_of(method_words()), DeliveryMethod.TRACKED),
        "product_code": cells.text(40),
        "postal_code": _short(cells.postal_code, 20),
        "country": _country,
        "delivery_request": cells.text(1000),
        **texts,
        **long_text,
        **yens,
        **times,
        **phones,
    }


@cache
def state_words() -> dict[str, str]:
    """The words for delivery states in our four languages: those of real files are not public, so all are taken.

    An order that has ended is not taken from a file: how it ended, only a claim could say.
    """
    states = [(OrderState(state).label, state) for state in OrderState if state in ORDER.initial]
    return _in_all_languages([*states, (DELAYED, OrderState.PREPARING.value), (SHIPPING_REQUEST_LABEL, REQUEST)])


@cache
def method_words() -> dict[str, str]:
    """The words for delivery methods, tracked or not, in our four languages."""
    return _in_all_languages([(method.label, method.value) for method in DeliveryMethod])


def _in_all_languages(labels: Sequence[tuple[Text, str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(label): value for label, value in labels}
    return words


def _short(convert: Callable[[str], str], most: int) -> Callable[[str], str]:
    return lambda cell: cells.text(most)(convert(cell))


def _at_least_one(cell: str) -> int:
    if not 1 <= (quantity := cells.quantity(cell)) <= MOST_PIECES:
        raise CellError("not_a_number", cell=cell)
    return quantity


def _not_negative(cell: str) -> int:
    if (amount := cells.yen(cell)) < 0:
        raise CellError("not_whole_yen", cell=cell)
    return amount


def _country(cell: str) -> str:
    name = cells.tidy(cell).upper()
    if name in COUNTRIES:
        return COUNTRIES[name]
    if len(name) == 2 and name.isascii() and name.isalpha():
        return name
    raise CellError("unknown_word", cell=cell, known=", ".join(filter(None, COUNTRIES)))
