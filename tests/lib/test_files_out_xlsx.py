"""XLSX out: as many rows as a shop has, in the same memory."""

import tracemalloc

import pytest

from qsm.lib.files.xlsx_writing import xlsx_file

COLUMNS, MOST = 45, 5_000_000


@pytest.mark.parametrize("rows", [100, 3000])
def test_a_large_file_is_written_in_constant_memory(rows: int) -> None:
    """All its cells at once would take ten times as much."""
    line = [f"折りたたみ傘 {place}" for place in range(COLUMNS)]
    tracemalloc.start()
    with xlsx_file(line, ([f"{number} {cell}" for cell in line] for number in range(rows))) as file:
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert file.seek(0, 2) > rows
    assert peak < MOST
