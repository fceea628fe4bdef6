"""Products from a file: a row makes its product or brings it up to date; products that the file lacks stay as they are (R-P1).

The columns are found by name in our four languages, so that a list that was downloaded can be edited and sent back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import translation

from orders.models import Product, SaleState
from orders.products.grids import ProductTable
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events.door import change
from qsm.lib.files import CellError, Error, Sheet, Spec, cells, parse_in_child
from qsm.lib.machine import Text

# Names that the marketplace's own files use, beside the headings of our list.
MARKETPLACE_NAMES = {
    "商品番号": "code",
    "상품코드": "code",
    "販売者商品コード": "seller_code",
    "판매자상품코드": "seller_code",
    "商品名": "name",
    "상품명": "name",
    "販売価格": "price_yen",
    "판매가": "price_yen",
    "在庫数量": "stock",
    "재고수량": "stock",
    "販売状態": "state",
    "판매상태": "state",
    "販売開始日": "on_sale_from",
    "판매시작일": "on_sale_from",
    "販売終了日": "on_sale_until",
    "판매종료일": "on_sale_until",
}
REQUIRED = frozenset({"code", "name", "stock"})
MOST_STOCK, MOST_YEN = 1_000_000_000, 1_000_000_000_000
ROWS_AT_ONCE = 500
# Words that the list shows for a product on sale that cannot be bought now.
DERIVED_WORDS = {"Sold out": "product", "Period over": "product", "Not yet on sale": None}


@dataclass
class Result:
    """What became of a file's rows, and what is wrong with the others, by line and column."""

    name: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[Error] = field(default_factory=list)

    @property
    def nothing_taken(self) -> bool:
        """Errors only: not one row was good."""
        return bool(self.errors) and not (self.created or self.updated or self.unchanged)


def import_upload(upload: File, *, seller: Seller, by: Actor) -> Result:
    """Take an uploaded product file: its good rows, all in one change."""
    with NamedTemporaryFile(suffix=".upload") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        return import_file(Path(copy.name), seller=seller, by=by, name=upload.name or "")


def import_file(path: Path, *, seller: Seller, by: Actor, name: str = "") -> Result:
    """Take a product file from the disk into a shop. The file is parsed before any lock."""
    result = Result(name or path.name)
    rows = list(_good_rows(parse_in_child(path, spec()), result.errors))
    with change(by):
        Seller.objects.select_for_update().get(pk=seller.pk)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            _take(rows[start : start + ROWS_AT_ONCE], seller, result)
    return result


def _take(rows: Sequence[dict[str, Any]], seller: Seller, result: Result) -> None:
    known = {
        product.code: product
        for product in Product.unscoped.filter(seller=seller, code__in=[row["code"] for row in rows])
    }
    new = [Product(seller=seller, **_said(row)) for row in rows if row["code"] not in known]
    changed = [known[row["code"]] for row in rows if row["code"] in known and _bring_up(known[row["code"]], row)]
    Product.unscoped.bulk_create(new)
    Product.unscoped.bulk_update(changed, [name for name in converters() if name != "code"])
    result.created += len(new)
    result.updated += len(changed)
    result.unchanged += len(rows) - len(new) - len(changed)


def _bring_up(product: Product, row: Mapping[str, Any]) -> bool:
    """Set what the row says otherwise; whether that was anything."""
    other = {name: value for name, value in _said(row).items() if getattr(product, name) != value}
    for name, value in other.items():
        setattr(product, name, value)
    return bool(other)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says: a column that the file lacks, or a state that is left empty, says nothing."""
    return {name: value for name, value in row.items() if value != ""}


def _good_rows(sheet: Sheet, errors: list[Error]) -> Iterator[dict[str, Any]]:
    """Rows that could be read whole, each code once; what is wrong with the others goes to `errors`."""
    lines: dict[str, int] = {}
    wanted = {name: convert for name, convert in converters().items() if name in sheet.names}
    for row in sheet:
        if isinstance(row, Error):
            errors.append(row)
            continue
        values, wrong = sheet.convert(row, wanted)
        if (
            not wrong
            and (first := values.get("on_sale_from"))
            and (last := values.get("on_sale_until"))
            and last < first
        ):
            wrong = [Error("not_a_date", row.line, sheet.name_of("on_sale_until"), {"cell": str(last)})]
        if not wrong and values["code"] in lines:
            wrong = [Error("duplicate_number", row.line, sheet.name_of("code"), {"line": lines[values["code"]]})]
        if wrong:
            errors.extend(wrong)
            continue
        lines[values["code"]] = row.line
        yield values


@cache
def converters() -> Mapping[str, Callable[[str], Any]]:
    """From the text of a cell to a value, by column of `Product`."""
    day: Callable[[str], date | None] = cells.optional(cells.day)
    return {
        "code": cells.number,
        "seller_code": cells.text(100),
        "name": cells.required(cells.text(300)),
        "price_yen": _at_most(cells.yen, MOST_YEN),
        "stock": _at_most(cells.quantity, MOST_STOCK),
        "state": cells.optional(cells.one_of(state_words()), ""),
        "on_sale_from": day,
        "on_sale_until": day,
    }


@cache
def spec() -> Spec:
    """The columns by name, in the marketplace's words and in ours."""
    columns = ProductTable.base_columns.items()
    ours = _in_all_languages([(column.header, name) for name, column in columns])
    return Spec(headers={**ours, **MARKETPLACE_NAMES}, required=REQUIRED)


@cache
def state_words() -> dict[str, str]:
    """The words for sale states in our four languages; *sold out* and *period over* are products on sale."""
    words = _in_all_languages([(state.label, state.value) for state in SaleState])
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for word, context in DERIVED_WORDS.items():
                said = translation.pgettext(context, word) if context else translation.gettext(word)
                words[said] = SaleState.ON_SALE.value
    return words


def _in_all_languages(labels: Sequence[tuple[Text, str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(label): value for label, value in labels}
    return words


def _at_most(convert: Callable[[str], int], most: int) -> Callable[[str], int]:
    def checked(cell: str) -> int:
        if not 0 <= (number := convert(cell)) <= most:
            raise CellError("not_a_number", cell=cell)
        return number

    return checked
