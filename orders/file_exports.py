"""Orders out, in the marketplace's own forms: its names, its order, its quotes and its bytes (reference/qsm-files.md).

What we write, its other tools can read, and taken in again it changes nothing. Beyond the marketplace's form, no cell
starts a formula: a text that could gets an apostrophe in front.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from itertools import islice
from typing import Any

from orders.file_columns import Column, Form, columns_of
from orders.file_order import MOMENTS
from orders.file_words import method_word, state_word
from qsm.lib import clock

CELLS = int | str
ROWS_AT_ONCE = 1000
ELSEWHERE = {
    "cart_number": "cart__number",
    "buyer_name": "buyer__name",
    "buyer_name_kana": "buyer__name_kana",
    "buyer_phone": "buyer__phone",
    "buyer_mobile": "buyer__mobile",
    "currency": "pk",
    "": "more",
}


class Format(StrEnum):
    """A form and its bytes. Characters that cp932 lacks are written as their twin, else as 〓 (decision 0003)."""

    DETAIL_JA_CP932 = "detail-ja.cp932"
    DETAIL_JA_UTF8 = "detail-ja.utf-8-sig"
    DETAIL_JA_XLSX = "detail-ja.xlsx"
    DETAIL_KO_UTF8 = "detail-ko.utf-8-sig"
    DETAIL_KO_XLSX = "detail-ko.xlsx"
    BRIEF_JA_CP932 = "brief-ja.cp932"
    BRIEF_JA_UTF8 = "brief-ja.utf-8-sig"
    BRIEF_JA_XLSX = "brief-ja.xlsx"
    BRIEF_KO_UTF8 = "brief-ko.utf-8-sig"
    BRIEF_KO_XLSX = "brief-ko.xlsx"

    @property
    def form(self) -> Form:
        return Form(self.value.split(".")[0])

    @property
    def encoding(self) -> str:
        """cp932, utf-8-sig, or xlsx."""
        return self.value.split(".")[1]

    @property
    def file_name(self) -> str:
        """As the marketplace names its files, with the time in Tokyo."""
        kind, ending = "brief" if self.form.is_brief else "detail", "xlsx" if self.encoding == "xlsx" else "csv"
        return f"DeliveryManagement_{kind}_{clock.now().astimezone(clock.JST):%Y%m%d_%H%M}.{ending}"


def header(form: Form) -> list[str]:
    """The names of a form's columns, exactly."""
    return [column.name_in(form.language) for column in columns_of(form)]


@cache
def paths(form: Form) -> tuple[str, ...]:
    """Which values of an order `lines` wants, in this order; each once, though several columns may be made of it."""
    return tuple(dict.fromkeys(_path(column) for column in columns_of(form)))


def lines(form: Form, values: Iterable[tuple[Any, ...]]) -> Iterator[tuple[CELLS, ...]]:
    """Orders, as values of `paths`, as the cells of a form. They are made column by column; most are the values."""
    recipes = [(_writer(column, form.language), paths(form).index(_path(column))) for column in columns_of(form)]
    remaining = iter(values)
    while piece := list(islice(remaining, ROWS_AT_ONCE)):
        known = tuple(zip(*piece, strict=True))
        columns = (map(write, known[place]) if write else known[place] for write, place in recipes)
        yield from zip(*columns, strict=True)


def _path(column: Column) -> str:
    return ELSEWHERE.get(column.key, column.key)


def _writer(column: Column, language: str) -> Callable[[Any], CELLS] | None:
    """What makes a cell of a value; nothing where the value is the cell."""
    if column.key in MOMENTS:
        return _moment
    special: dict[str, Callable[[Any], CELLS]] = {
        "state": partial(state_word, language=language),
        "delivery_method": partial(method_word, language=language),
        "ship_date": _day,
        "postal_code": _postal_code,
        "currency": lambda _pk: "JPY",
        "": partial(_kept, ja=column.ja, ko=column.ko),
    }
    return special.get(column.key)


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.JST):%Y/%m/%d %H:%M:%S}" if moment else ""


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _postal_code(code: str) -> str:
    """With the apostrophe that marks it as text."""
    return f"'{code}" if code else ""


def _kept(more: dict[str, str], ja: str, ko: str) -> str:
    """A column that we only keep, under whichever name it came in."""
    return more.get(ja) or more.get(ko) or "" if more else ""
