"""The columns of the marketplace's files, in the order in which it writes them (reference/qsm-files.md).

Read by name and never by position; written in exactly this order, with exactly these names.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """The files that the marketplace writes, by kind and language."""

    DETAIL_JA = "detail-ja"
    DETAIL_KO = "detail-ko"
    BRIEF_JA = "brief-ja"
    BRIEF_KO = "brief-ko"

    @property
    def language(self) -> str:
        return self.value[-2:]

    @property
    def is_brief(self) -> bool:
        return self.value.startswith("brief")


class Column(NamedTuple):
    """A column: the key of OrderRow, or "" where we only keep it; its names.

    A language in which the file lacks the column has no name for it.
    """

    key: str
    ja: str
    ko: str

    def name_in(self, language: str) -> str:
        return self.ja if language == "ja" else self.ko


# In the order of the detail file; a summary has some of them, in nearly the same order (BRIEF_JA, BRIEF_KO).
COLUMNS = (
    Column("state", "配送状態", "배송상태"),
    Column("number", "注文番号", "주문번호"),
    Column("cart_number", "カート番号", "장바구니번호"),
    Column("carrier", "配送会社", "택배사"),
    Column("tracking_number", "送り状番号", "송장번호"),
    Column("shipped_at", "発送日", "발송일"),
    Column("ordered_at", "注文日", "주문일"),
    Column("paid_at", "入金日", "입금일"),
    Column("", "お届け希望日", "배달희망일"),
    Column("ship_date", "発送予定日", "발송예정일"),
    Column("delivered_at", "配送完了日", "배송완료일"),
    Column("delivery_method", "配送方法", "배송방식"),
    Column("product_code", "商品番号", "상품코드"),
    Column("product_name", "商品名", "상품명"),
    Column("quantity", "数量", "수량"),
    Column("option", "オプション情報", "옵션정보"),
    Column("option_code", "オプションコード", "판매자옵션코드"),
    Column("", "おまけ", "사은품"),
    Column("recipient_name", "受取人名", "수취인명"),
    Column("recipient_kana", "受取人名(フリガナ)", "수취인명(음성표기)"),
    Column("recipient_phone", "受取人電話番号", "수취인전화번호"),
    Column("recipient_mobile", "受取人携帯電話番号", "수취인핸드폰번호"),
    Column("address", "住所", "주소"),
    Column("postal_code", "郵便番号", "우편번호"),
    Column("country", "国家", "국가"),
    Column("", "送料の決済", "배송비결제"),
    Column("", "決済サイト", "주문국가"),
    Column("currency", "通貨", "통화"),
    Column("paid_yen", "購入者決済金額", "구매자결제금"),
    Column("price_yen", "販売価格", "판매가"),
    # The space at the end is in real files.
    Column("discount_yen", "割引額", "할인액 "),
    Column("total_yen", "注文金額の合計", "총주문액"),
    Column("", "供給原価の合計", "총공급원가"),
    Column("buyer_name", "購入者名", "구매자명"),
    Column("buyer_name_kana", "購入者名(フリガナ)", "구매자명(발음표기)"),
    Column("delivery_request", "配送要請事項", "배송요청사항"),
    Column("buyer_phone", "購入者電話番号", "구매자전화번호"),
    Column("buyer_mobile", "購入者携帯電話番号", "구매자핸드폰번호"),
    Column("seller_product_code", "販売者商品コード", "판매자상품코드"),
    Column("", "JANコード", "JAN코드"),
    Column("", "規格番号", "규격번호"),
    Column("", "プレゼント贈り主", "(선물)보내는사람"),
    Column("", "", "수화물 보관함 서비스"),
    Column("", "外部広告", "외부광고"),
    Column("", "素材", "소재"),
    Column("", "ギフト注文", "선물하기주문"),
)
# fmt: off
BRIEF = {
    "ja": (
        "配送状態", "注文番号", "カート番号", "配送会社", "送り状番号", "発送日", "発送予定日", "商品名", "数量",
        "オプション情報", "オプションコード", "受取人名", "販売者商品コード", "外部広告", "決済サイト",
    ),
    "ko": (
        "배송상태", "주문번호", "장바구니번호", "택배사", "송장번호", "발송일", "발송예정일", "상품명", "수량",
        "옵션정보", "판매자옵션코드", "수취인명", "판매자상품코드", "외부광고", "주문국가", "선물하기주문",
    ),
}
# fmt: on
# All that is known of the Chinese files.
CHINESE = {
    "订购号码": "number",
    "购物车号码": "cart_number",
    "商品代码": "product_code",
    "数量": "quantity",
    "选项代码": "option_code",
    "汇款日": "paid_at",
}


def headers() -> dict[str, str]:
    """Name of a column, in any language → key of OrderRow."""
    known = {name: column.key for column in COLUMNS if column.key for name in (column.ja, column.ko)}
    return {**known, **CHINESE}


def columns_of(form: Form) -> Iterator[Column]:
    """The columns of a form, in its order. Japanese detail files are written with 45 columns, as newer ones are."""
    language = form.language
    if not form.is_brief:
        return (column for column in COLUMNS if column.name_in(language))
    by_name = {column.name_in(language): column for column in COLUMNS}
    return (by_name[name] for name in BRIEF[language])
