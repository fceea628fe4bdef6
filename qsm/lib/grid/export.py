"""All rows of a grid as CSV or XLSX, through the same cells as the page, in constant memory."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO

from qsm.lib.files import csv_lines
from qsm.lib.files.xlsx_writing import xlsx_file
from qsm.lib.grid.columns import Plain
from qsm.lib.grid.plan import Plan, Values


def csv(plan: Plan, rows: Iterable[Values], encoding: str) -> Iterator[bytes]:
    """A CSV file in the form of `qsm.lib.files.csv_lines`, piece by piece."""
    return csv_lines(chain([_labels(plan)], plan.plain(rows)), encoding)


def xlsx(plan: Plan, rows: Iterable[Values]) -> IO[bytes]:
    """An open temporary XLSX file, at its start, in the form of `qsm.lib.files.xlsx_file`."""
    return xlsx_file(_labels(plan), plan.plain(rows))


def _labels(plan: Plan) -> list[Plain]:
    return [str(column.header or name) for name, column in plan.columns.items()]
