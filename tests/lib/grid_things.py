"""A table of its own for the tests of grids, made and dropped around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

import django_filters
import django_tables2 as tables
from django.db import connection, models
from django.http import QueryDict

from qsm.lib.grid import (
    Chip,
    ChipColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    DaysFilter,
    FilterSet,
    Grid,
    Link,
    LinkColumn,
    NumberColumn,
    NumbersFilter,
    Page,
    RowLinkColumn,
)

START = datetime(2026, 7, 1, tzinfo=UTC)


class Box(models.Model):
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    number = models.BigIntegerField(null=True)

    class Meta:
        app_label = "grid_things"

    def __str__(self) -> str:
        return f"box {self.number}"


class Thing(models.Model):
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    shop = models.IntegerField(default=1)
    number = models.BigIntegerField()
    made_at = models.DateTimeField(default=START)
    ended_on = models.DateField(null=True)
    name = models.TextField(default="")
    url = models.TextField(default="")
    version = models.IntegerField(default=1)
    box = models.ForeignKey(Box, models.SET_NULL, null=True)

    class Meta:
        app_label = "grid_things"
        indexes = (
            models.Index(fields=["shop", "made_at", "id"], name="thing_made_at"),
            models.Index(fields=["shop", "ended_on", "id"], name="thing_ended_on"),
        )

    def __str__(self) -> str:
        return self.name


@contextmanager
def tables_made() -> Iterator[None]:
    """The tables of these models, for this block; not inside a transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(Box)
        editor.create_model(Thing)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Thing)
            editor.delete_model(Box)


def state_chip(number: int, name: str) -> Chip | None:
    return Chip(name, "late" if number % 2 else "", lead=f"no. {number}") if number else None


class ThingTable(tables.Table):
    state = ChipColumn(fields=("number", "name"), cell=state_chip, verbose_name="State")
    number = RowLinkColumn(verbose_name="Number")
    made_at = DateColumn(verbose_name="Made on", initial_sort_descending=True)
    made = DateTimeColumn(fields=("made_at",))
    ended_on = DateColumn()
    name = Column()
    box = NumberColumn(fields=("box__number",))
    link = LinkColumn(fields=("name", "url"), cell=Link, exclude_from_export=True)
    shop = NumberColumn(visible=False)


class ThingFilter(FilterSet):
    number = NumbersFilter(field_name="number")
    made_at = DaysFilter(field_name="made_at")
    ended_on = DaysFilter(field_name="ended_on")
    name = django_filters.CharFilter(lookup_expr="contains")

    class Meta:
        model = Thing
        fields = ()


THINGS = Grid(
    table=ThingTable,
    filterset=ThingFilter,
    orders={"made_at": "made_at", "ended_on": "ended_on", "number": "number", "box": ("box__number", "number")},
    order="-made_at",
    row_url="thing",
    row_label="number",
    version="version",
    page_sizes=(1, 2, 3, 5, 50),
    page_size=5,
)


def make(count: int, **values: Any) -> list[Thing]:
    """So many things, a day apart, numbered from 1."""
    return Thing.objects.bulk_create(
        Thing(**{"number": i + 1, "made_at": START + timedelta(days=i), "name": f"thing {i + 1}", **values})
        for i in range(count)
    )


def page(query: str = "", grid: Grid = THINGS, **chosen: Any) -> Page:
    """The page of all things that an address asks for."""
    return grid.page(Thing.objects.all(), QueryDict(query), **chosen)


def column(of: Page, path: str) -> list[Any]:
    """The values of one path, row by row."""
    return [row[of.plan.paths.index(path)] for row in of.rows]
