"""What can be wrong with a file, a row or a cell: a code for programs, and for people what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    # The file
    "empty_file": _("The file is empty. It needs a line with the column names and a line for each row."),
    "nul_bytes": _("This is not a text file, or it was saved as “Unicode text”. Save it as CSV (UTF-8) and send that."),
    "unknown_encoding": _(
        "The characters on this line are neither UTF-8 nor Shift_JIS. Save the file as CSV (UTF-8) again."
    ),
    "old_excel": _(
        "This is an old Excel file, or one with a password. Save it as .xlsx without a password, or as CSV."
    ),
    "broken_xlsx": _("The Excel file is damaged. Open it in Excel, save it anew as .xlsx or CSV and send that."),
    "file_too_large": _("The file is too large to be read. Split it into smaller files."),
    "file_timeout": _("Reading the file takes too long. Save it anew as CSV, or split it into smaller files."),
    "too_many_rows": _("The file has more than %(most)d rows. Split it into smaller files."),
    "too_many_columns": _("The file has more than %(most)d columns. Take out those that are not needed."),
    "missing_columns": _(
        "These columns are missing: %(columns)s. Use the file as it was downloaded, with its first line."
    ),
    "duplicate_column": _("This column is there more than once. Take out or rename all but one."),
    # A row
    "unclosed_quote": _("A cell of this line is longer than %(most)d characters. Look for a missing quotation mark."),
    "too_few_cells": _("This row has %(cells)d cells, the first line has %(columns)d. A part of it is missing."),
    "too_many_cells": _(
        "This row has %(cells)d cells, the first line has %(columns)d. Put cells with commas into quotes."
    ),
    "duplicate_number": _("This number is on line %(line)d already. Take one of the two rows out."),
    # A row, against what is known already
    "order_not_known": _(
        "This order is not known here yet, and a summary does not say enough to make it. Import the detail file."
    ),
    "no_such_order": _(
        "There is no order with this number in this shop. Look the number up, or import the order first."
    ),
    "order_ended": _("A file does not make an order that has ended: how it ended, only a claim can say."),
    "kept_claim": _("The order has an open claim, so it was left as it is. Decide the claim first."),
    "kept_ended": _("According to the file the order has ended. How, only a claim can say; it was left as it is."),
    "kept_moved_on": _("The order has moved on since the file was made, so it was left as it is."),
    "kept_entered": _("What the file says otherwise can no longer be changed by a file, or was entered here later."),
    # A cell
    "missing": _("This cell must not be empty."),
    "too_long": _("This cell has %(length)d characters; %(most)d at most are taken."),
    "not_a_number": _(
        "“%(cell)s” is not a whole number. If Excel shortened it, format the column as text before saving."
    ),
    "not_whole_yen": _("“%(cell)s” is not an amount in whole yen. Write it like 1200 or 1,200."),
    "not_a_date": _("“%(cell)s” is not a date. Write it like 2026/04/15."),
    "not_a_moment": _("“%(cell)s” is not a date with time. Write it like 2026/04/15 19:12:16."),
    "other_currency": _("“%(cell)s” is not yen. Money is kept in whole yen only."),
    "unknown_word": _("“%(cell)s” is not known here. Known are: %(known)s."),
}
# As much of a cell as an error repeats.
SHOWN = 40


@dataclass(frozen=True)
class Error:
    """What is wrong, and where: `line` from 1 and `column` as the file names it, else 0 and ""."""

    code: str
    line: int = 0
    column: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return str(MESSAGES[self.code]) % self.params


class FileRefusedError(Exception):
    """Nothing more of the file can be read."""

    def __init__(self, code: str, *, line: int = 0, column: str = "", **params: Any) -> None:
        super().__init__(code)
        self.error = Error(code, line, column, params)


class CellError(ValueError):
    """A cell that can't be taken as what it should be."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: _short(value) for name, value in params.items()}

    @property
    def message(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return str(MESSAGES[self.code]) % self.params


def _short(value: Any) -> Any:
    return f"{value[:SHOWN]}…" if isinstance(value, str) and len(value) > SHOWN else value
