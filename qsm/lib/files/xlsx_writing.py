"""XLSX out: any number of rows in constant memory, no cell that a spreadsheet would run."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter

from qsm.lib.files.writing import guarded

Plain = str | int | float | Decimal
# What Excel can hold: a sheet 1,048,576 rows, a cell so many characters, a number 15 digits.
ROWS_OF_A_SHEET = 1_000_000
CHARACTERS_OF_A_CELL = 32_767
INEXACT = 10**15


def xlsx_file(header: Sequence[Plain], rows: Iterable[Sequence[Plain]]) -> IO[bytes]:
    """An open temporary XLSX file, at its start. Texts are written as texts, guarded like those of CSV."""
    file = TemporaryFile()  # noqa: SIM115 handed to the caller, who sends and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        remaining = iter(rows)
        _write(book, chain([header], islice(remaining, ROWS_OF_A_SHEET)))
        for row in remaining:
            _write(book, chain([header, row], islice(remaining, ROWS_OF_A_SHEET - 1)))
    file.seek(0)
    return file


def _write(book: xlsxwriter.Workbook, rows: Iterable[Sequence[Plain]]) -> None:
    """A sheet of these rows, the first of them kept in view."""
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if not isinstance(cell, str) and -INEXACT < cell < INEXACT:
                sheet.write_number(line, place, cell)
            elif cell != "":
                sheet.write_string(line, place, guarded(str(cell))[:CHARACTERS_OF_A_CELL])
