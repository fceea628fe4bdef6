"""From the text of a cell to a value. Each converter is pure and raises CellError with a code and what to do.

The forms are those of the marketplace's files, and what spreadsheets make of them when they save them again.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from qsm.lib.clock import JST
from qsm.lib.files.errors import CellError

T = TypeVar("T")
E = TypeVar("E")

# 18 digits always fit a 64-bit integer.
_NUMBER = re.compile(r"[0-9]{1,18}")
_YEN = re.compile(r"([-−]?)[¥￥]?([-−]?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.0{1,2})?円?", re.ASCII)
_DAY = r"(20\d\d)(?:[/.-] ?(\d{1,2})[/.-] ?(\d{1,2})\.?|(\d\d)(\d\d))"
_TIME = r"(\d{1,2}):(\d\d)(?::(\d\d))?"
_DATE = re.compile(rf"{_DAY}(?:[ T]0?0:00(?::00)?)?", re.ASCII)
_MOMENT = re.compile(rf"{_DAY}(?:[ T]{_TIME})?", re.ASCII)
# A number that was left blank in the form: a country code and hyphens alone.
_BLANK_PHONE = re.compile(r"(?:\+\d{0,3})?[\s-]*")


def tidy(cell: str) -> str:
    """A cell without spaces around it and with full-width letters and digits made half-width (NFKC)."""
    return unicodedata.normalize("NFKC", cell).strip()


def optional(convert: Callable[[str], T], empty: E = None) -> Callable[[str], T | E]:  # type: ignore[assignment]
    """A converter that takes an empty cell as `empty`."""
    return lambda cell: convert(cell) if cell.strip() else empty


def required(convert: Callable[[str], T]) -> Callable[[str], T]:
    """A converter that refuses an empty cell."""
    return lambda cell: convert(_filled(cell) and cell)


def text(most: int) -> Callable[[str], str]:
    """A converter for text of at most `most` characters, as written, without spaces around it."""

    def convert(cell: str) -> str:
        stripped = cell.strip()
        if len(stripped) > most:
            raise CellError("too_long", length=len(stripped), most=most)
        return stripped

    return convert


def one_of(words: Mapping[str, T]) -> Callable[[str], T]:
    """A converter for a cell that holds one of these words, in any width and case."""
    known = {tidy(word).casefold(): value for word, value in words.items()}

    def convert(cell: str) -> T:
        word = _filled(cell)
        if word.casefold() not in known:
            raise CellError("unknown_word", cell=word, known=", ".join(words))
        return known[word.casefold()]

    return convert


def number(cell: str) -> str:
    """The digits of an order, cart or product number."""
    digits = _filled(cell)
    if not _NUMBER.fullmatch(digits):
        raise CellError("not_a_number", cell=digits)
    return digits


def quantity(cell: str) -> int:
    """A whole number, 0 or more: `2`, `1,200`."""
    digits = _filled(cell).replace(",", "")
    if not _NUMBER.fullmatch(digits):
        raise CellError("not_a_number", cell=digits)
    return int(digits)


def yen(cell: str) -> int:
    """An amount in whole yen (R-M2): `1200`, `1,200`, `￥1,200`, `1200.00`, `-300`; never a fraction."""
    amount = _filled(cell)
    match = _YEN.fullmatch(amount)
    if not match or (match[1] and match[2]):
        raise CellError("not_whole_yen", cell=amount)
    value = int(match[3].replace(",", ""))
    return -value if match[1] or match[2] else value


def day(cell: str) -> date:
    """A date: `2026/04/15`, `2026-4-15`, `2026. 4. 15.`, `20260415`, also followed by midnight, as in spreadsheets."""
    written = _filled(cell)
    match = _DATE.fullmatch(written)
    if not match:
        raise CellError("not_a_date", cell=written)
    return _date(match, "not_a_date")


def moment(cell: str) -> datetime:
    """A date and time in Tokyo, `2026/04/15 19:12:16`, as an aware moment in UTC (R-T1); a date alone too."""
    written = _filled(cell)
    match = _MOMENT.fullmatch(written)
    if not match:
        raise CellError("not_a_moment", cell=written)
    on = _date(match, "not_a_moment")
    hour, minute, second = (int(part or 0) for part in match.groups()[5:8])
    try:
        return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=JST).astimezone(UTC)
    except ValueError:
        raise CellError("not_a_moment", cell=written) from None


def phone(cell: str) -> str:
    """A phone number, tidied; "" for what the marketplace writes for none (`+81--`, `+81-`)."""
    digits = tidy(cell)
    return "" if _BLANK_PHONE.fullmatch(digits) else digits


def postal_code(cell: str) -> str:
    """A postal code without the apostrophe that marks it as text in a spreadsheet (`'100-0001`)."""
    return tidy(cell).removeprefix("'").strip()


def _filled(cell: str) -> str:
    if not (tidied := tidy(cell)):
        raise CellError("missing")
    return tidied


def _date(match: re.Match[str], code: str) -> date:
    """The date of a match of _DAY. Raises CellError with `code` for a day that no calendar has."""
    year, month, day_, compact_month, compact_day = match.groups()[:5]
    try:
        return date(int(year), int(month or compact_month), int(day_ or compact_day))
    except ValueError:
        raise CellError(code, cell=match[0]) from None
