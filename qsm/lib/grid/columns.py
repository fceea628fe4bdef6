"""Columns: a label, the plain values that a cell needs, and how it reads, on pages and in exports alike."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

import django_tables2 as tables
from django.utils import translation
from django.utils.formats import date_format

from qsm.lib import clock
from qsm.lib.files.xlsx_writing import Plain as Plain


class Chip(NamedTuple):
    """A short state. `tone` is "" or one of turn, late, ok; `lead` is plain text in front of the chip."""

    text: str
    tone: str = ""
    lead: str = ""


class Link(NamedTuple):
    """A text that leads somewhere; a text alone when `url` is empty or neither of this site nor http(s)."""

    text: str
    url: str

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads to another site, which opens beside ours and learns nothing of it."""
        return not self.url.startswith("/")

    @property
    def href(self) -> str:
        return self.url if self.url.startswith(("/", "https://", "http://")) else ""


class Column(tables.Column):
    """A column of text.

    fields  paths of the values that a cell needs (hashable ones; annotations too); the column's own name by default
    cell    makes the cell from those values, and from nothing else but language and day; None and "" are empty cells
    """

    kind = "text"

    def __init__(
        self,
        *,
        fields: tuple[str, ...] = (),
        cell: Callable[..., Any] | None = None,
        **declared: Any,
    ) -> None:
        super().__init__(**declared)
        self.fields = fields
        self.cell = cell

    def cell_in(self, language: str) -> Callable[..., Any] | None:
        """What makes a cell of the values, for readers of the active language. None: the value is the cell."""
        return self.cell

    def plain(self, cell: Any) -> Plain:
        """What an export writes for a cell: a number stays a number."""
        return cell if isinstance(cell, Plain) else str(cell or "")


class NumberColumn(Column):
    """Figures, aligned to the end."""

    kind = "number"


class DateColumn(Column):
    """A day in Tokyo, of a date or an aware moment, as the reader's language writes it."""

    kind = "date"

    def cell_in(self, language: str) -> Callable[..., Any]:
        return self.cell or partial(_day_cell, language)


class DateTimeColumn(Column):
    """A moment in Tokyo to the minute, as the reader's language writes it."""

    kind = "date"

    def cell_in(self, language: str) -> Callable[..., Any]:
        return self.cell or partial(_moment_cell, language)


class ChipColumn(Column):
    """A state: `cell` returns a Chip, or None."""

    kind = "chip"

    def plain(self, cell: Chip | None) -> str:
        return f"{cell.lead} {cell.text}".strip() if cell else ""


class LinkColumn(Column):
    """A text that leads somewhere: `cell` returns a Link, or None."""

    kind = "link"

    def plain(self, cell: Link | None) -> str:
        return str(cell.text) if cell else ""


class RowLinkColumn(Column):
    """A value that leads to the row's own panel (`row_url`): the way there without script."""

    kind = "row"


def _day_cell(language: str, value: date | None) -> str:
    if value is None:
        return ""
    return _day_text(language, clock.day_of(value) if isinstance(value, datetime) else value)


def _moment_cell(language: str, value: datetime | None) -> str:
    if value is None:
        return ""
    moment = value.astimezone(clock.JST)
    return f"{_day_text(language, moment.date())} {moment.hour:02}:{moment.minute:02}"


@lru_cache(maxsize=8192)
def _day_text(language: str, day: date) -> str:
    with translation.override(language):
        return date_format(day, "SHORT_DATE_FORMAT")
