"""Grids: columns, filters, orders, paging by key, rows as HTML and exports, declared once (decision 0003)."""

from qsm.lib.grid.columns import (
    Chip,
    ChipColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    Link,
    LinkColumn,
    NumberColumn,
    RowLinkColumn,
)
from qsm.lib.grid.filters import DaysFilter, FilterSet, NumbersField, NumbersFilter, is_number
from qsm.lib.grid.grid import Grid
from qsm.lib.grid.page import Page

__all__ = [
    "Chip",
    "ChipColumn",
    "Column",
    "DateColumn",
    "DateTimeColumn",
    "DaysFilter",
    "FilterSet",
    "Grid",
    "Link",
    "LinkColumn",
    "NumberColumn",
    "NumbersField",
    "NumbersFilter",
    "Page",
    "RowLinkColumn",
    "is_number",
]
