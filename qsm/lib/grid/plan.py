"""Which plain values to fetch for the columns that somebody sees, and how rows of them become cells."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from qsm.lib.grid.columns import Column, Plain

Values = tuple[Any, ...]
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class RowHead:
    """What a row carries beside its cells: see `Grid` for `url`, `label` and `version`."""

    url: str = ""
    label: str = "id"
    version: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        return ("id", self.label, *([self.version] if self.version else []))


class Plan:
    """How to read rows for some columns and a language; `paths` are what `values_list` is asked for."""

    def __init__(
        self, columns: dict[str, Column], *, head: RowHead, order_fields: Sequence[str], language: str
    ) -> None:
        self.columns = columns
        self.head = head
        wanted = [path for name, column in columns.items() for path in needs(name, column)]
        self.paths = tuple(dict.fromkeys([*head.paths, *order_fields, *wanted]))
        self.kinds = tuple(column.kind for column in columns.values())
        self._recipes = tuple(
            (column.cell_in(language), [self.paths.index(path) for path in needs(name, column)])
            for name, column in columns.items()
        )
        self._exporters = tuple(column.plain for column in columns.values())

    def cells(self, rows: Sequence[Values]) -> Iterator[tuple[Any, ...]]:
        """The cells of rows of values, row by row, as people see them. They are made column by column."""
        if not rows:
            return iter(())
        values = tuple(zip(*rows, strict=True))
        return zip(*(_made(cell, [values[place] for place in places]) for cell, places in self._recipes), strict=True)

    def plain(self, rows: Iterable[Values]) -> Iterator[list[Plain]]:
        """The cells of any number of rows, row by row, as exports write them; in constant memory."""
        remaining = iter(rows)
        while piece := list(islice(remaining, ROWS_AT_ONCE)):
            for cells in self.cells(piece):
                yield [export(cell) for export, cell in zip(self._exporters, cells, strict=True)]

    def getter(self, paths: Sequence[str]) -> Callable[[Values], Values]:
        """A function from a row to the values of these paths, always a tuple."""
        places = [self.paths.index(path) for path in paths]
        return lambda row: tuple(row[place] for place in places)


def _made(cell: Callable[..., Any] | None, values: Sequence[Sequence[Any]]) -> Iterable[Any]:
    """One column of cells. Values that are cells cost nothing, and what is made of equal values is made once."""
    return map(lru_cache(maxsize=256)(cell), *values) if cell else values[0]


def needs(name: str, column: Column) -> tuple[str, ...]:
    """The paths that a column's cell is made from."""
    return column.fields or (name,)
