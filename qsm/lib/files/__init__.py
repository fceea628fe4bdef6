"""Files in and out: CSV and XLSX of strangers read safely, and CSV that sellers' tools can read (0003)."""

from qsm.lib.files.errors import CellError, Error
from qsm.lib.files.sheet import Row, Sheet, Spec, parse_in_child, read_rows
from qsm.lib.files.tokens import Limits
from qsm.lib.files.writing import as_cp932, csv_lines, guarded, unguarded

__all__ = [
    "CellError",
    "Error",
    "Limits",
    "Row",
    "Sheet",
    "Spec",
    "as_cp932",
    "csv_lines",
    "guarded",
    "parse_in_child",
    "read_rows",
    "unguarded",
]
