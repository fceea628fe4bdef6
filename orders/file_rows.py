"""Order files in: from the lines of a file to rows that could be read whole (R-O6, reference/qsm-files.md).

Those rows are what JSON can keep of an `OrderRow`: what is filled, days and moments as text.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from orders.file_columns import headers
from orders.file_order import TIMES
from orders.file_words import REQUEST, country, currency, method_words, state_words
from orders.states import OrderState
from qsm.lib.files import CellError, Error, Row, Sheet, Spec, cells

# Enough to move an order on. What a new one needs beside it, a summary lacks: see `OrderRow.lacks`.
SPEC = Spec(headers=headers(), required=frozenset({"state", "number"}))
MOST_PIECES = 1_000_000
CELLS_REMEMBERED = 1000  # of each column


def rows_of(sheet: Sheet) -> Iterator[dict[str, Any] | Error]:
    """Rows that could be read whole, each number once, and what is wrong with the others.

    The same cell is converted once: most columns have few different ones.
    """
    known = {key: lru_cache(CELLS_REMEMBERED)(convert) for key, convert in converters().items() if key in sheet.names}
    lines: dict[str, int] = {}
    for row in sheet:
        if isinstance(row, Error):
            yield row
            continue
        values, wrong = sheet.convert(row, known)
        wrong = wrong or list(_wrong_with(sheet, row.line, values, lines))
        if wrong:
            yield from wrong
            continue
        lines[values["number"]] = row.line
        yield _plain(row, values)


def _wrong_with(sheet: Sheet, line: int, values: dict[str, Any], lines: dict[str, int]) -> Iterator[Error]:
    if values["state"] == OrderState.PREPARING and not values.get("ship_date"):
        yield Error("missing", line, sheet.name_of("ship_date"))
    if first := lines.get(values["number"]):
        yield Error("duplicate_number", line, sheet.name_of("number"), {"line": first})


def _plain(row: Row, values: dict[str, Any]) -> dict[str, Any]:
    if values["state"] == REQUEST:
        values["state"] = OrderState.PREPARING if values.get("ship_date") else OrderState.NEW
    values.pop("currency", None)
    values |= {"line": row.line, "more": {name: cell for name, cell in row.extra.items() if cell}}
    return {key: value.isoformat() if key in TIMES else value for key, value in values.items() if value}


@cache
def converters() -> Mapping[str, Callable[[str], Any]]:
    """From the text of a cell to a value, by key of OrderRow."""
    short = ("option_code", "recipient_kana", "buyer_name_kana", "seller_product_code")
    phones = ("recipient_phone", "recipient_mobile", "buyer_phone", "buyer_mobile")
    amounts = ("price_yen", "discount_yen", "total_yen", "paid_yen")
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
        "delivery_method": cells.optional(cells.one_of(method_words()), "tracked"),
        "product_code": cells.text(40),
        "option": cells.text(500),
        "address": cells.text(500),
        "postal_code": _short(cells.postal_code, 20),
        "country": country,
        "currency": currency,
        "delivery_request": cells.text(1000),
        **{key: cells.text(100) for key in short},
        **{key: _short(cells.phone, 40) for key in phones},
        **{key: cells.optional(_not_negative, 0) for key in amounts},
        **{key: cells.optional(cells.moment) for key in ("paid_at", "shipped_at", "delivered_at")},
    }


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
