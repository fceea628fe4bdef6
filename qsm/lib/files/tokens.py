"""What a file is made of before any column has a meaning: a head, then lines of cells, or what is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from qsm.lib.files.errors import Error, FileRefusedError

MEGABYTE = 2**20
MOST_MEMORY = 512 * MEGABYTE
# Files up to this size get no more time and memory than the least.
SMALL = MEGABYTE // 4


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for. Time and memory grow with its size: a small file can't take much of them.

    rows, columns        at most so many beside the first line
    cell                 characters in a cell (32,767 is the most that Excel keeps)
    size                 bytes of the file
    cpu_seconds, cpu_per_megabyte   seconds of CPU for a small file, and for each MB more
    memory, memory_per_byte         bytes of memory for a small file, and for each byte more
    """

    rows: int = 100_000
    columns: int = 256
    cell: int = 32_767
    size: int = 100 * MEGABYTE
    cpu_seconds: int = 2
    cpu_per_megabyte: int = 6
    memory: int = 64 * MEGABYTE
    memory_per_byte: int = 6

    def cpu_for(self, size: int) -> int:
        """Seconds of CPU for a file of `size` bytes."""
        return self.cpu_seconds + self.cpu_per_megabyte * max(0, size - SMALL) // MEGABYTE

    def memory_for(self, size: int) -> int:
        """Bytes of memory for a file of `size` bytes, beside the interpreter's own."""
        return min(self.memory + self.memory_per_byte * max(0, size - SMALL), MOST_MEMORY)


class Head(NamedTuple):
    """The first line. `encoding` is utf-8-sig, utf-8, cp932 or xlsx."""

    encoding: str
    line: int
    columns: list[str]


class Line(NamedTuple):
    """A row: as many cells as the head has columns, and the line of the file on which it begins."""

    line: int
    cells: list[str]


Token = Head | Line | Error


def tokens(encoding: str, lines: Iterable[Line], limits: Limits) -> Iterator[Token]:
    """The head, then each line or what is wrong with it; empty lines are left out.

    Raises FileRefusedError when nothing more can be read.
    """
    filled = (Line(line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    head = next(filled, None)
    if head is None:
        raise FileRefusedError("empty_file")
    width = _width(head.cells)
    if width > limits.columns:
        raise FileRefusedError("too_many_columns", most=limits.columns)
    yield Head(encoding, head.line, head.cells[:width])
    for line, cells in islice(filled, limits.rows):
        yield _fitted(line, cells, width)
    if rest := next(filled, None):
        raise FileRefusedError("too_many_rows", line=rest.line, most=limits.rows)


def _fitted(line: int, cells: list[str], width: int) -> Line | Error:
    """A line with exactly `width` cells. Empty cells behind the last column are cut; others are an error."""
    if len(cells) < width:
        return Error("too_few_cells", line, params={"cells": len(cells), "columns": width})
    if len(cells) > width and (filled := _width(cells)) > width:
        return Error("too_many_cells", line, params={"cells": filled, "columns": width})
    return Line(line, cells[:width])


def _width(cells: list[str]) -> int:
    """How many cells there are up to the last that isn't empty."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1].strip()), 0)
