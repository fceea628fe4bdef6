"""CSV in, as tools and spreadsheets write it: cp932 or UTF-8, any mixture of quoting, any line end."""

import csv
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from qsm.lib.files.errors import FileRefusedError
from qsm.lib.files.tokens import Limits, Line

CHUNK = 2**20


def csv_lines_of(path: Path, encoding: str, limits: Limits) -> Iterator[Line]:
    """The lines of a CSV file, each with the number of the line on which it begins.

    Raises FileRefusedError (unclosed_quote) when a cell doesn't end.
    """
    csv.field_size_limit(limits.cell)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise FileRefusedError("unclosed_quote", line=line, most=limits.cell) from None
            yield Line(line, cells)


def encoding_of(path: Path) -> str:
    """utf-8-sig for a file that begins with its mark, else utf-8 for valid UTF-8, else cp932.

    Raises FileRefusedError: nul_bytes, or unknown_encoding with the line of the first bad character.
    """
    with path.open("rb") as file:
        if any(b"\0" in chunk for chunk in _chunks(file)):
            raise FileRefusedError("nul_bytes")
        file.seek(0)
        marked = file.read(len(BOM_UTF8)) == BOM_UTF8
        bad_lines = []
        for encoding in ("utf-8-sig",) if marked else ("utf-8", "cp932"):
            file.seek(0)
            bad_lines.append(_bad_line(file, encoding))
            if not bad_lines[-1]:
                return encoding
    # What fits for longest is what was meant.
    raise FileRefusedError("unknown_encoding", line=max(bad_lines))


def _bad_line(file: BinaryIO, encoding: str) -> int:
    """The line of the first character that isn't of this encoding, or 0."""
    decoder = getincrementaldecoder(encoding)()
    line = 1
    for chunk in _chunks(file):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return line + error.object.count(b"\n", 0, error.start)
        line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return 0


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
