"""All rows of a grid as CSV or XLSX, through the same cells as the page, in constant memory."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter

from qsm.lib.files import csv_lines, guarded
from qsm.lib.grid.columns import Plain
from qsm.lib.grid.plan import Plan, Values

# What Excel can hold: a sheet 1,048,576 rows, a cell so many characters, a number 15 digits.
ROWS_OF_A_SHEET = 1_000_000
CHARACTERS_OF_A_CELL = 32_767
INEXACT = 10**15


def csv(plan: Plan, rows: Iterable[Values], encoding: str) -> Iterator[bytes]:
    """A CSV file in the form of `qsm.lib.files.csv_lines`, piece by piece."""
    return csv_lines(chain([_labels(plan)], plan.plain(rows)), encoding)


def xlsx(plan: Plan, rows: Iterable[Values]) -> IO[bytes]:
    """An open temporary XLSX file, at its start. Texts are written as texts, guarded like those of CSV."""
    file = TemporaryFile()  # noqa: SIM115 handed to the caller, who sends and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        remaining = plan.plain(rows)
        _write(book, chain([_labels(plan)], islice(remaining, ROWS_OF_A_SHEET)))
        for row in remaining:
            _write(book, chain([_labels(plan), row], islice(remaining, ROWS_OF_A_SHEET - 1)))
    file.seek(0)
    return file


def _write(book: xlsxwriter.Workbook, rows: Iterable[list[Plain]]) -> None:
    """A sheet of these rows, the first of them kept in view."""
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if not isinstance(cell, str) and -INEXACT < cell < INEXACT:
                sheet.write_number(line, place, cell)
            else:
                sheet.write_string(line, place, guarded(str(cell))[:CHARACTERS_OF_A_CELL])


def _labels(plan: Plan) -> list[Plain]:
    return [str(column.header or name) for name, column in plan.columns.items()]
