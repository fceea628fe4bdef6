"""One page of a grid: what a template draws."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.http import QueryDict
from django.utils.safestring import SafeString

from qsm.lib.grid import rendering
from qsm.lib.grid.columns import Column
from qsm.lib.grid.filters import FilterSet
from qsm.lib.grid.keyset import Order, Start
from qsm.lib.grid.plan import Plan, Values

# Counting further costs more than it tells; the page says "1,000+".
COUNTED = 1000


@dataclass(frozen=True)
class Heading:
    """The head of a column. `sort` is its aria-sort, "" where rows can't be ordered; `query` orders by it."""

    name: str
    label: str
    kind: str
    sort: str = ""
    query: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows pass the filters: exact up to COUNTED, else "more than that many"."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


class Reading(NamedTuple):
    """Rows as read: from where, and whether there are more in that direction."""

    rows: list[Values]
    start: Start
    more: bool


@dataclass(eq=False)
class Page:
    """What `Grid.page` returns. Reading `rows` is the one query; `count` is another, if they don't all fit."""

    filters: FilterSet
    order: Order
    start: Start
    plan: Plan
    orderable: frozenset[str]
    sizes: tuple[int, ...]
    size: int
    selected: int | None
    params: QueryDict

    @cached_property
    def rows(self) -> list[Values]:
        """The plain values of `plan.paths`, row by row."""
        return self._reading.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns shown."""
        return tuple(self.plan.columns)

    @property
    def can_be_ticked(self) -> bool:
        """Whether something is done with ticked rows: then they carry the version that was seen."""
        return bool(self.plan.head.version)

    @property
    def headings(self) -> list[Heading]:
        return [
            Heading(name, str(column.header or name), column.kind, *self._sorting(name, column))
            for name, column in self.plan.columns.items()
        ]

    @cached_property
    def html(self) -> SafeString:
        """The rows as HTML, `<tr>` by `<tr>`."""
        return rendering.rows_html(self.plan, self.rows, self.selected)

    @cached_property
    def count(self) -> Count:
        rows, start, more = self._reading
        if start == Start() and not more:
            return Count(len(rows), more=False)
        number = self.filters.rows().order_by()[: COUNTED + 1].count()
        return Count(min(number, COUNTED), number > COUNTED)

    @cached_property
    def next(self) -> str:
        """The query of the next page, or ""."""
        rows, start, more = self._reading
        return self._query_beyond(rows[-1], backward=False) if rows and (more or start.backward) else ""

    @cached_property
    def previous(self) -> str:
        """The query of the previous page, or ""."""
        rows, start, more = self._reading
        there = more if start.backward else start != Start()
        return self._query_beyond(rows[0], backward=True) if rows and there else ""

    def query(self, **changes: str) -> str:
        """This page's query with other controls; the place in the list is forgotten."""
        params = self.params.copy()
        for name in ("cursor", "date"):
            params.pop(name, None)
        for name, value in changes.items():
            params[name] = value
        return params.urlencode()

    @cached_property
    def _reading(self) -> Reading:
        reading = self._read_from(self.start)
        # Rows that a cursor led to have gone since: what is left above is the top of the list, shown in full.
        least = self.size if self.start.backward else bool(self.params.get("cursor"))
        return reading if len(reading.rows) >= least else self._read_from(Start())

    def _read_from(self, start: Start) -> Reading:
        rows = self.filters.rows().values_list(*self.plan.paths)
        found = self.order.read(rows, start, self.size + 1)
        page = found[: self.size]
        return Reading(page[::-1] if start.backward else page, start, len(found) > self.size)

    def _sorting(self, name: str, column: Column) -> tuple[str, str]:
        """The column's aria-sort, and the query that orders by it, or the other way round if it does."""
        if name not in self.orderable:
            return "", ""
        if self.order.name.removeprefix("-") != name:
            first = f"-{name}" if column.initial_sort_descending else name
            return "none", self.query(order=first)
        if self.order.descending:
            return "descending", self.query(order=name)
        return "ascending", self.query(order=f"-{name}")

    def _query_beyond(self, row: Values, *, backward: bool) -> str:
        values = self.plan.getter(self.order.fields)(row)
        return self.query(cursor=self.order.cursor(values, backward=backward))
