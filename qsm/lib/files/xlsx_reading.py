"""XLSX in: the first sheet, as the texts that a CSV file would hold. The archive is judged first."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from qsm.lib.files.errors import FileRefusedError
from qsm.lib.files.tokens import MEGABYTE, Limits, Line

PARTS = 1000
UNPACKED = 200 * MEGABYTE
# Rows are read one by one, shared strings at once; every other part is small in an honest file.
LARGEST = {"xl/worksheets/": UNPACKED, "xl/sharedStrings": 48 * MEGABYTE}
LARGEST_OTHER = 8 * MEGABYTE


def xlsx_lines_of(path: Path, limits: Limits) -> Iterator[Line]:
    """The rows of the first sheet. Raises FileRefusedError: file_too_large, too_many_rows or broken_xlsx.

    Empty rows count here: one cell in the last row of a sheet makes a million of them.
    """
    try:
        _check_archive(path)
        # Opened here, for openpyxl judges a path by its name.
        book = load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        width = 0
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > limits.rows + 1:
                raise FileRefusedError("too_many_rows", line=line, most=limits.rows)
            cells = [as_text(value) for value in values]
            if max(map(len, cells), default=0) > limits.cell:
                raise FileRefusedError("file_too_large", line=line)
            # The file doesn't keep empty cells at the end of a row.
            width = width or len(cells)
            yield Line(line, cells + [""] * (width - len(cells)))
    except (FileRefusedError, MemoryError):
        raise
    except Exception:  # whatever a damaged file makes the parser stumble over
        raise FileRefusedError("broken_xlsx") from None


def as_text(value: Any) -> str:
    """A value of a cell as a CSV file of the marketplace would have it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y/%m/%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check_archive(path: Path) -> None:
    """Refuse what would unpack to too much, and document types, which honest files don't have and bombs need.

    Sizes that lie can't do harm: no more is unpacked of a part than it states.
    """
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise FileRefusedError("file_too_large")
            for part in parts:
                if part.file_size > _largest(part.filename):
                    raise FileRefusedError("file_too_large")
                if part.filename.endswith((".xml", ".rels")):
                    _check_prolog(archive.open(part))
    except BadZipFile:
        raise FileRefusedError("broken_xlsx") from None


def _largest(name: str) -> int:
    return next((size for start, size in LARGEST.items() if name.startswith(start)), LARGEST_OTHER)


class _PrologOverError(Exception):
    """The first element has begun: no document type can follow."""


def _check_prolog(part: Any) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = _end_of_prolog
    try:
        while chunk := part.read(4096):
            parser.Parse(chunk, False)
    except _PrologOverError:
        return
    except expat.ExpatError:
        raise FileRefusedError("broken_xlsx") from None


def _refuse_document_type(*_declared: Any) -> None:
    raise FileRefusedError("broken_xlsx")


def _end_of_prolog(*_element: Any) -> None:
    raise _PrologOverError
