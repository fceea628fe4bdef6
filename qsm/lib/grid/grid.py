"""A grid: one declaration of columns, filters and orders for the page, its exports and the API (R-P3)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import IO, Any

import django_tables2 as tables
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language

from qsm.lib.grid import export
from qsm.lib.grid.columns import Column
from qsm.lib.grid.days import parse_day
from qsm.lib.grid.filters import CONTROLS, FilterSet
from qsm.lib.grid.keyset import Order
from qsm.lib.grid.page import Page
from qsm.lib.grid.plan import Plan, RowHead


class Grid:
    """Rows of a queryset as people choose to see them.

    table       a django-tables2 Table whose columns are those of `qsm.lib.grid`
    filterset   a FilterSet of `qsm.lib.grid`
    orders      name of a column → path or paths that order it, in both directions; the id is added. Each
                needs an index (shop, *paths, id). Only the first path may lack values: such rows come last
    order       the order at first, e.g. "-requested_at"
    row_url     name of a URL with one argument, the id: what opens on double click or Enter
    row_label   path of the value that names a row in "select row …"
    version     path of the row's version, which ticked rows carry; without it rows cannot be ticked

    Raises ImproperlyConfigured for a declaration that can't work.
    """

    def __init__(
        self,
        *,
        table: type[tables.Table],
        filterset: type[FilterSet],
        orders: Mapping[str, str | tuple[str, ...]],
        order: str,
        row_url: str = "",
        row_label: str = "id",
        version: str = "",
        page_sizes: tuple[int, ...] = (20, 50, 100),
        page_size: int = 50,
    ) -> None:
        self.columns: dict[str, Column] = dict(table.base_columns)
        self.filterset = filterset
        self.orders = {name: _with_id(paths) for name, paths in orders.items()}
        self.order = order
        self.head = RowHead(url=row_url, label=row_label, version=version)
        self.page_sizes = page_sizes
        self.page_size = page_size
        self._check(table.__name__)
        self.plan = lru_cache(maxsize=256)(self._plan)

    def page(
        self,
        queryset: QuerySet[Any],
        params: QueryDict,
        *,
        columns: Sequence[str] = (),
        size: int = 0,
        selected: int | None = None,
    ) -> Page:
        """The page that an address asks for: one query, or two where rows with and without a value meet.

        params    filters, and: order, size, cursor, date (2026-08-31: jump there). What can't be read is
                  ignored, but with a filter that can't be read the page is empty and `filters.form` says why
        columns   names of the columns to show, in this order; the visible ones of the table by default
        size      rows per page that this person chose
        selected  id of the row whose panel is open
        """
        filters = self.filterset(params, queryset=queryset)
        order = self.order_of(queryset, params)
        start = order.start(cursor=params.get("cursor", ""), day=parse_day(params.get("date", "")))
        return Page(
            filters=filters,
            order=order,
            start=start,
            plan=self.plan(self._shown(columns), order.fields, _language()),
            orderable=frozenset(self.orders),
            sizes=self.page_sizes,
            size=self._size(params.get("size", ""), size),
            selected=selected,
            params=params,
        )

    def csv(
        self,
        queryset: QuerySet[Any],
        params: QueryDict,
        *,
        columns: Sequence[str] = (),
        encoding: str = "utf-8-sig",
    ) -> Iterator[bytes]:
        """All rows that pass the filters, in the order of the page, as a CSV file, piece by piece."""
        plan, rows = self._everything(queryset, params, columns)
        return export.csv(plan, rows, encoding)

    def xlsx(self, queryset: QuerySet[Any], params: QueryDict, *, columns: Sequence[str] = ()) -> IO[bytes]:
        """All rows that pass the filters, in the order of the page, as an open temporary XLSX file."""
        plan, rows = self._everything(queryset, params, columns)
        return export.xlsx(plan, rows)

    def order_of(self, queryset: QuerySet[Any], params: Mapping[str, Any]) -> Order:
        """The order that an address asks for, if it is one of ours; else the first one."""
        asked = params.get("order", "")
        name = asked if asked.removeprefix("-") in self.orders else self.order
        return Order(queryset.model, name, self.orders[name.removeprefix("-")])

    def _everything(
        self, queryset: QuerySet[Any], params: QueryDict, columns: Sequence[str]
    ) -> tuple[Plan, Iterator[tuple[Any, ...]]]:
        rows = self.filterset(params, queryset=queryset).rows()
        exported = tuple(name for name in self._shown(columns) if not self.columns[name].exclude_from_export)
        plan = self.plan(exported, (), _language())
        return plan, self.order_of(queryset, params).read_all(rows.values_list(*plan.paths))

    def _plan(self, columns: tuple[str, ...], order_fields: tuple[str, ...], language: str) -> Plan:
        shown = {name: self.columns[name] for name in columns}
        return Plan(shown, head=self.head, order_fields=order_fields, language=language)

    def _shown(self, asked: Sequence[str]) -> tuple[str, ...]:
        known = tuple(dict.fromkeys(name for name in asked if name in self.columns))
        return known or tuple(name for name, column in self.columns.items() if column.visible)

    def _size(self, asked: str, own: int) -> int:
        sizes = {str(size): size for size in self.page_sizes}
        return sizes.get(asked) or sizes.get(str(own)) or self.page_size

    def _check(self, name: str) -> None:
        problems = [
            *(f"{key} is no grid column" for key, column in self.columns.items() if not isinstance(column, Column)),
            *(f"the order {key} is no column" for key in self.orders if key not in self.columns),
            *(f"the filter {key} is a control" for key in CONTROLS & self.filterset.base_filters.keys()),
            *(
                f"the filter {key} is required"
                for key, filter in self.filterset.base_filters.items()
                if filter.extra["required"]
            ),
        ]
        if self.order.removeprefix("-") not in self.orders:
            problems.append(f"the first order {self.order} is none of the orders")
        if problems:
            raise ImproperlyConfigured(f"grid of {name}: {'; '.join(problems)}")


def _with_id(paths: str | tuple[str, ...]) -> tuple[str, ...]:
    return (*((paths,) if isinstance(paths, str) else paths), "id")


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
