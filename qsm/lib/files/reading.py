"""A file in the process that asks: what it is, and its tokens."""

from collections.abc import Iterator
from pathlib import Path

from qsm.lib.files.csv_reading import csv_lines_of, encoding_of
from qsm.lib.files.errors import FileRefusedError
from qsm.lib.files.tokens import Limits, Token, tokens

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_tokens(path: Path, limits: Limits) -> Iterator[Token]:
    """The head of a CSV or XLSX file and its lines; if it can't be read to its end, the error comes last.

    It does not trust the file, but does not limit time and memory either: see `child`.
    """
    try:
        if path.stat().st_size > limits.size:
            raise FileRefusedError("file_too_large")
        yield from _tokens(path, limits)
    except FileRefusedError as refused:
        yield refused.error


def _tokens(path: Path, limits: Limits) -> Iterator[Token]:
    if _starts_with(path, OLE):
        raise FileRefusedError("old_excel")
    if is_xlsx(path):
        from qsm.lib.files.xlsx_reading import xlsx_lines_of  # costly to import, and rarely needed

        yield from tokens("xlsx", xlsx_lines_of(path, limits), limits)
    else:
        encoding = encoding_of(path)
        yield from tokens(encoding, csv_lines_of(path, encoding, limits), limits)


def is_xlsx(path: Path) -> bool:
    """Whether a file is an archive, by its first bytes; its name says nothing."""
    return _starts_with(path, ZIP)


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark
