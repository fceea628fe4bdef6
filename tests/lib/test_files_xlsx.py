"""XLSX in: the same rows as from CSV, and bombs refused within 2 s of CPU and 100 MB."""

import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from qsm.lib.files import Error, Spec, parse_in_child
from qsm.lib.files.child import ROOT
from qsm.lib.files.tokens import MEGABYTE, SMALL

SPEC = Spec({"注文番号": "number", "住所": "address"}, frozenset({"number"}))
SHEET = "xl/worksheets/sheet1.xml"
BEFORE = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>注文番号</t></is></c></row>'
AFTER = "</sheetData></worksheet>"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "file.xlsx"


def book(path: Path, rows: list[list]) -> None:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)


def changed(path: Path, **parts: str | bytes) -> None:
    """A book with these parts instead of its own; names without folder and ending."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet().write_column(0, 0, ["注文番号", 1])
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, parts.get(Path(name).stem, content))


def found(path: Path, spec: Spec = SPEC) -> list[Any]:
    return list(parse_in_child(path, spec))


def code_of_last(path: Path) -> str:
    last = found(path)[-1]
    assert isinstance(last, Error)
    return last.code


# --- Honest files ----------------------------------------------------------------------------------------


def test_cells_read_as_a_csv_file_would_have_them(path):
    moment = datetime(2026, 4, 15, 19, 12, 16)
    book(path, [["注文番号", *"abcdefg"], [638358846, 1.5, moment, date(2026, 4, 15), time(9, 5), True, "'+81", None]])
    sheet = parse_in_child(path, SPEC)
    row: Any
    [row] = sheet
    assert sheet.encoding == "xlsx"
    assert row.cells == {"number": "638358846"}
    texts = ["1.5", "2026/04/15 19:12:16", "2026/04/15 00:00:00", "09:05:00", "True", "+81", ""]
    assert list(row.extra.values()) == texts


def test_empty_rows_are_left_out_and_lines_are_those_of_the_sheet(path):
    book(path, [[], ["注文番号", "住所"], [1], [], [2, "b"], [3, "c", "d"]])
    first, second, third = found(path)
    assert (first.line, first.cells) == (3, {"number": "1", "address": ""})
    assert (second.line, second.cells) == (5, {"number": "2", "address": "b"})
    assert (third.line, third.code) == (6, "too_many_cells")


def test_the_first_sheet_counts(path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["注文番号"])
    workbook.create_sheet().append(["x"])
    workbook.save(path)
    assert found(path) == []


def test_a_csv_that_is_called_xlsx_is_read_as_what_it_is(path):
    path.write_text("注文番号\n1\n")
    assert [row.cells for row in found(path)] == [{"number": "1"}]


# --- Bombs -----------------------------------------------------------------------------------------------


def cell(reference: str, value: object = 1) -> str:
    return f'<c r="{reference}"><v>{value}</v></c>'


def far_cell(path: Path) -> None:
    changed(path, sheet1=f'{BEFORE}{HEAD}<row r="1048576">{cell("XFD1048576")}</row>{AFTER}')


def far_columns(path: Path) -> None:
    rows = "".join(f'<row r="{i}">{cell(f"XFD{i}")}</row>' for i in range(2, 20_000))
    changed(path, sheet1=f"{BEFORE}{HEAD}{rows}{AFTER}")


def many_rows(path: Path) -> None:
    rows = f"<row>{cell('A1')}</row>" * 2_000_000
    changed(path, sheet1=f"{BEFORE}{HEAD}{rows}{AFTER}")


def huge_part(path: Path) -> None:
    changed(path)
    state_size(path, SHEET, 201 * MEGABYTE)


def many_strings(path: Path) -> None:
    changed(path)
    state_size(path, "xl/sharedStrings.xml", 49 * MEGABYTE)


def many_short_strings(path: Path) -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "<si><t>x</t></si>" * 2_500_000
    )
    changed(path, sharedStrings=f"{strings}</sst>")


def huge_styles(path: Path) -> None:
    changed(path, styles=b"<styleSheet>" + b"<x/>" * (3 * MEGABYTE))


def entities(path: Path) -> None:
    declared = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(12))
    changed(
        path, sheet1=f'<!DOCTYPE x [<!ENTITY e0 "x">{declared}]>{BEFORE}<row><c t="str"><v>&e12;</v></c></row>{AFTER}'
    )


def external_entity(path: Path) -> None:
    changed(path, workbook='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>')


def entities_in_utf16(path: Path) -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY e "x">]>{BEFORE[21:]}&e;{AFTER}'
    changed(path, sheet1=text.encode("utf-16"))


def many_parts(path: Path) -> None:
    book(path, [["注文番号"]])
    with zipfile.ZipFile(path, "a") as archive:
        for i in range(2000):
            archive.writestr(f"xl/media/{i}", "")


def lying_sizes(path: Path) -> None:
    """The directory says 100 bytes, the part holds 60 MB."""
    changed(path, sheet1=BEFORE.encode() + HEAD.encode() + b"<row/>" * (10 * MEGABYTE))
    state_size(path, SHEET, 100)


def state_size(path: Path, part: str, stated: int) -> None:
    """Let the directory of an archive say that a part holds so many bytes."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        sizes = archive.getinfo(part)
    old, new = (struct.pack("<II", sizes.compress_size, size) for size in (sizes.file_size, stated))
    assert content.count(old) == 2
    path.write_bytes(content.replace(old, new))


def deep_elements(path: Path) -> None:
    changed(path, sheet1=BEFORE + "<x>" * 5_000_000)


def many_styles(path: Path) -> None:
    xf, main = '<xf numFmtId="14"/>', 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    changed(path, styles=f"<styleSheet {main}><cellXfs>{xf * 400_000}</cellXfs></styleSheet>")


def one_long_cell(path: Path) -> None:
    changed(path, sheet1=f"{BEFORE}<row>{inline('<t>' + 'x' * (100 * MEGABYTE) + '</t>')}</row>{AFTER}")


def many_runs_of_text(path: Path) -> None:
    changed(path, sheet1=f"{BEFORE}<row>{inline('<r><t>x</t></r>' * 3_000_000)}</row>{AFTER}")


def text_in_front(path: Path) -> None:
    """A text file and an archive at once."""
    changed(path)
    path.write_bytes("注文番号\n1\n".encode() + path.read_bytes())


def inline(text: str) -> str:
    return f'<c r="A1" t="inlineStr"><is>{text}</is></c>'


def bad_references(path: Path) -> None:
    changed(path, sheet1=f'{BEFORE}{HEAD}<row r="2">{cell("ZZZZZ99999999999")}</row>{AFTER}')


BOMBS = {
    far_cell: {"too_many_rows"},
    far_columns: {"file_timeout", "file_too_large"},
    many_rows: {"too_many_rows", "file_timeout"},
    huge_part: {"file_too_large"},
    many_strings: {"file_too_large"},
    many_short_strings: {"file_too_large", "file_timeout"},
    huge_styles: {"file_too_large"},
    entities: {"broken_xlsx"},
    external_entity: {"broken_xlsx"},
    entities_in_utf16: {"broken_xlsx"},
    many_parts: {"file_too_large"},
    lying_sizes: {"broken_xlsx"},
    deep_elements: {"file_too_large", "broken_xlsx", "file_timeout"},
    many_styles: {"file_too_large", "file_timeout"},
    one_long_cell: {"file_too_large"},
    many_runs_of_text: {"file_too_large", "file_timeout"},
    text_in_front: {"nul_bytes"},
    bad_references: {"broken_xlsx"},
}
# Reads a file and says how much the child took; in a process of its own, so that nothing else is counted.
MEASURED = """
import resource, sys
from pathlib import Path
from typing import Any
from qsm.lib.files import Error, Spec, parse_in_child
last = None
for last in parse_in_child(Path(sys.argv[1]), Spec({"注文番号": "number"})):
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(last.code if isinstance(last, Error) else "read", used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def measured(path):
    """What came of a file, and the seconds of CPU and the kilobytes that its child took."""
    told = subprocess.run([sys.executable, "-c", MEASURED, path], cwd=ROOT, capture_output=True, text=True, check=True)
    code, cpu_seconds, kilobytes = told.stdout.split()
    return code, float(cpu_seconds), int(kilobytes)


@pytest.fixture(scope="module")
def to_start(tmp_path_factory):
    """Seconds of CPU that a child takes here to start: on a slow machine they are many."""
    path = tmp_path_factory.mktemp("file") / "two_rows.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append(["注文番号"])
    workbook.active.append(["1"])
    workbook.save(path)
    code, cpu_seconds, _kilobytes = measured(path)
    assert code == "read"
    return cpu_seconds


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_within_2_seconds_of_cpu_and_100_mb(bomb, path, to_start):
    bomb(path)
    assert path.stat().st_size < SMALL
    code, cpu_seconds, kilobytes = measured(path)
    assert code in BOMBS[bomb]
    assert kilobytes < 100 * 1024
    assert cpu_seconds < 2.5 + int(to_start)
