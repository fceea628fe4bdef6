"""Paging by key: the rows beyond a given row in a declared order, read from an index whatever the depth.

An order is a few columns, all in one direction, made unique by the id. `(a, id) > (x, y)` is compared as a
row value, which PostgreSQL and SQLite answer from an index on (shop, a, id), both ways. Where the first
column may be empty, the order has two sections: rows with a value, then rows without, in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.signing import BadSignature, Signer
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateField, Func, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from qsm.lib.grid.days import since, until
from qsm.lib.grid.paths import field_at, nullable


class Start(NamedTuple):
    """Where reading begins: a section of the order, what rows of it must meet, and the way to go."""

    section: int = 0
    condition: Q | Func = Q()
    backward: bool = False


@dataclass(frozen=True)
class Order:
    """An order of the rows of `model`: `fields` end in "id"; `name` is what stands in the address.

    Raises ImproperlyConfigured for what is no column, and for one beside the first that may lack values.
    """

    model: type[Model]
    name: str
    fields: tuple[str, ...]

    def __post_init__(self) -> None:
        field_at(self.model, self.fields[0])
        for path in self.fields[1:]:
            if nullable(self.model, path):
                raise ImproperlyConfigured(f"no order by {path}: only the first column may lack values")

    @property
    def descending(self) -> bool:
        return self.name.startswith("-")

    def start(self, *, cursor: str, day: date | None) -> Start:
        """Where the page begins that an address asks for: at the top for a cursor that isn't ours."""
        if cursor:
            return self._start_at_cursor(cursor)
        return Start(condition=self._from(day)) if day and self.by_day else Start()

    def cursor(self, values: Sequence[Any], *, backward: bool) -> str:
        """An opaque, signed word for "the rows beyond this one", from the row's values of `fields`."""
        words = [value.isoformat() if isinstance(value, date) else value for value in values]
        return self._signer().sign_object([backward, *words])

    def read(self, rows: QuerySet[Any, Any], start: Start, limit: int) -> list[Any]:
        """At most `limit` of `rows` from `start` on, in the order of reading: one query, two at a seam."""
        found: list[Any] = []
        for section in self._sections_from(start, rows):
            found += section.order_by(*self._order_by(backward=start.backward))[: limit - len(found)]
            if len(found) == limit:
                break
        return found

    def read_all(self, rows: QuerySet[Any, Any]) -> Iterator[Any]:
        """All of `rows` in this order, in constant memory."""
        for section in self._sections_from(Start(), rows):
            yield from section.order_by(*self._order_by(backward=False)).iterator(chunk_size=2000)

    @property
    def by_day(self) -> bool:
        """Whether people can jump to a date in this order."""
        return isinstance(field_at(self.model, self.fields[0]), DateField)

    def _from(self, day: date) -> Q:
        """The rows of a day in Tokyo and what follows them in this order."""
        towards = until if self.descending else since
        return towards(self.model, self.fields[0], day)

    def _start_at_cursor(self, cursor: str) -> Start:
        try:
            backward, *words = self._signer().unsign_object(cursor)
            values = [
                None if word is None else field_at(self.model, path).to_python(word)
                for path, word in zip(self.fields, words, strict=True)
            ]
        except (BadSignature, ValidationError, ValueError, TypeError):
            return Start()
        return self._beyond(values, backward=bool(backward))

    def _beyond(self, values: Sequence[Any], *, backward: bool) -> Start:
        without_value = values[0] is None
        fields, values = (self.fields[1:], values[1:]) if without_value else (self.fields, values)
        sign = "<" if self.descending != backward else ">"
        return Start(int(without_value), _Beyond(*fields, sign=sign, values=tuple(values)), backward)

    def _sections_from(self, start: Start, rows: QuerySet[Any, Any]) -> Iterator[QuerySet[Any, Any]]:
        sections = self._sections()
        ahead = sections[start.section :: -1] if start.backward else sections[start.section :]
        for position, section in enumerate(ahead):
            yield rows.filter(section, *([] if position else [start.condition]))

    def _sections(self) -> tuple[Q, ...]:
        first = self.fields[0]
        if not nullable(self.model, first):
            return (Q(),)
        return (Q((f"{first}__isnull", False)), Q((f"{first}__isnull", True)))

    def _order_by(self, *, backward: bool) -> tuple[str, ...]:
        sign = "-" if self.descending != backward else ""
        return tuple(f"{sign}{path}" for path in self.fields)

    def _signer(self) -> Signer:
        return Signer(salt=f"qsm.lib.grid:{self.model._meta.label}:{self.name}")


class _Beyond(Func):
    """`(a, id) < (x, y)`, or with >. Django's own lookup becomes ORs on SQLite, which no index serves."""

    output_field = BooleanField()

    def __init__(self, *paths: str, sign: str, values: tuple[Any, ...]) -> None:
        super().__init__(*paths)
        self.sign = sign
        self.values = values

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        columns = self.get_source_expressions()
        left = ", ".join(compiler.compile(column)[0] for column in columns)
        right = ", ".join(["%s"] * len(columns))
        params = [
            column.output_field.get_db_prep_value(value, connection)
            for column, value in zip(columns, self.values, strict=True)
        ]
        return f"({left}) {self.sign} ({right})", params
