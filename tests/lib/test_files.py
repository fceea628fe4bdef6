"""CSV in and out: the marketplace's files in the forms that tools and spreadsheets give them (R-O6)."""

import itertools
import os
import unicodedata
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qsm.lib.files import Error, Limits, Row, Spec, csv_lines, guarded, parse_in_child, read_rows, unguarded
from qsm.lib.files import cells as convert
from qsm.lib.files.errors import MESSAGES
from qsm.lib.files.tokens import MEGABYTE

HEADERS = {"注文番号": "number", "주문번호": "number", "割引額": "discount", "할인액": "discount", "住所": "address"}
SPEC = Spec(HEADERS, frozenset({"number"}))
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=[read_rows, parse_in_child], ids=["here", "child"])
def read(request, tmp_path):
    """Read bytes as a file, in this process and in a child."""

    def read_bytes(content: bytes, spec: Spec = SPEC):
        path = tmp_path / "file"
        path.write_bytes(content)
        return request.param(path, spec)

    return read_bytes


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def only_error(sheet) -> Error:
    [error] = sheet
    assert isinstance(error, Error)
    return error


# --- Bytes -----------------------------------------------------------------------------------------------

TEXT = "注文番号,住所,素材\r\n638358846,千葉県 船橋市,綿\r\n"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_the_encoding_is_found_and_told(read, encoding):
    sheet = read(TEXT.encode(encoding))
    assert sheet.encoding == encoding
    assert list(sheet) == [Row(2, {"number": "638358846", "address": "千葉県 船橋市"}, {"素材": "綿"})]


def test_korean_in_utf8(read):
    sheet = read("주문번호,할인액 \r\n1,100\r\n".encode("utf-8-sig"))
    assert [row.cells for row in sheet] == [{"number": "1", "discount": "100"}]


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_any_line_end_and_quotes_everywhere_somewhere_or_nowhere(read, newline):
    lines = ['"注文番号",住所', '"1","a ""b"", c"', "2,d", '3,"e\nf"', "", ",", "4,g"]
    rows = list(read(newline.join(lines).encode()))
    assert [row.cells["address"] for row in rows] == ['a "b", c', "d", "e\nf", "g"]
    if newline != "\r":
        assert [row.line for row in rows] == [2, 3, 4, 8]


def test_what_comes_before_a_far_bad_byte_does_not_hide_it(read):
    content = "注文番号\n".encode() + b"1\n" * 600_000 + b"\xff\xff\n"
    error = only_error(read(content))
    assert (error.code, error.line) == ("unknown_encoding", 600_002)


def test_a_file_marked_as_utf8_that_is_not_is_refused(read):
    assert only_error(read("\ufeff注文番号\n".encode() + "注文".encode("cp932"))).code == "unknown_encoding"


def test_a_character_cut_off_at_the_end_is_refused(read):
    assert only_error(read("注文番号\n1\n注".encode("utf-8-sig")[:-1])).line == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\r\n , ,\r\n", "empty_file"),
        ("注文番号\n1\0\n".encode(), "nul_bytes"),
        (TEXT.encode("utf-16"), "nul_bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old_excel"),
        (b"PK\x03\x04 nonsense", "broken_xlsx"),
    ],
)
def test_what_is_no_file_of_rows_is_refused(read, content, code):
    sheet = read(content)
    assert sheet.encoding == ""
    assert only_error(sheet).code == code


# --- Columns ---------------------------------------------------------------------------------------------


def test_columns_are_matched_by_name_in_any_order_width_and_case(read):
    spec = Spec({"JANコード": "jan", "受取人名(フリガナ)": "kana", "할인액": "discount"})
    sheet = read(" ｊａｎコード　,할인액 ,受取人名（ﾌﾘｶﾞﾅ）\n1,2,3\n".encode(), spec)
    assert [row.cells for row in sheet] == [{"jan": "1", "discount": "2", "kana": "3"}]
    assert sheet.names["jan"] == "ｊａｎコード"


def test_unknown_columns_are_kept_each_under_a_name_of_its_own(read):
    sheet = read("注文番号,色,色,,\n1,a,b,c,\n".encode())
    assert sheet.unknown == ["色 #2", "色 #3"]
    error = only_error(sheet)
    assert (error.code, error.params) == ("too_many_cells", {"cells": 4, "columns": 3})


def test_a_column_without_name_is_kept_too(read):
    assert next(iter(read("注文番号,,色\n1,a,b\n".encode()))).extra == {"#2": "a", "色": "b"}


def test_a_known_column_twice_is_refused_by_name(read):
    error = only_error(read("注文番号,주문번호\n1,2\n".encode()))
    assert (error.code, error.line, error.column) == ("duplicate_column", 1, "주문번호")


def test_missing_columns_are_named_in_every_language_that_they_come_in(read):
    error = only_error(read("\n住所\nx\n".encode()))
    assert (error.code, error.line) == ("missing_columns", 2)
    assert "注文番号 / 주문번호" in error.message


def test_too_many_columns_are_refused(read):
    spec = Spec(HEADERS, limits=Limits(columns=3))
    assert only_error(read("注文番号,a,b,c\n".encode(), spec)).code == "too_many_columns"
    assert list(read("注文番号,a,b,,,,\n".encode(), spec)) == []


# --- Rows ------------------------------------------------------------------------------------------------


def test_rows_that_are_too_short_or_too_long_are_named_and_the_others_read(read):
    found = list(read("注文番号,住所\n1\n2,a,b\n3,c\n4,d,,\n".encode()))
    assert found[:2] == [
        Error("too_few_cells", 2, params={"cells": 1, "columns": 2}),
        Error("too_many_cells", 3, params={"cells": 3, "columns": 2}),
    ]
    assert [row.line for row in found[2:]] == [4, 5]


def test_rows_up_to_the_limit_are_read(read):
    spec = Spec(HEADERS, limits=Limits(rows=2))
    assert len(list(read("注文番号\n1\n2\n\n".encode(), spec))) == 2
    found = list(read("注文番号\n1\n2\n\n3\n".encode(), spec))
    assert found[2:] == [Error("too_many_rows", 5, params={"most": 2})]


def test_a_quote_that_is_never_closed_is_named_where_it_opens(read):
    found = list(read(('注文番号,住所\n1,a\n2,"' + "b,\n" * 50_000).encode()))
    assert found[0].line == 2
    assert (found[1].code, found[1].line) == ("unclosed_quote", 3)


def test_guards_against_formulas_are_taken_off_again(read):
    [row] = read("注文番号,住所,電話\n1,'100-0001,'+81-90\n".encode())
    assert (row.cells["address"], row.extra["電話"]) == ("'100-0001", "+81-90")


def test_cells_become_values_or_errors_with_line_and_column(read):
    sheet = read("주문번호,할인액 \n1,1.5\n,300\n".encode())
    converters = {"number": convert.number, "discount": convert.yen, "address": convert.text(10)}
    first, second = (sheet.convert(row, converters) for row in sheet)
    assert first == (
        {"number": "1", "address": ""},
        [Error("not_whole_yen", 2, "할인액", {"cell": "1.5"})],
    )
    assert second[1] == [Error("missing", 3, "주문번호")]


def test_every_error_can_be_said():
    params = dict.fromkeys(("most", "cells", "columns", "length", "line"), 3) | {"cell": "x", "known": "y"}
    assert all(Error(code, params=params).message for code in MESSAGES)


@FEW
@given(content=st.binary(max_size=300))
def test_no_bytes_do_more_than_give_errors(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert all(isinstance(found, Row | Error) for found in read_rows(path, SPEC))


# --- The child -------------------------------------------------------------------------------------------


def test_the_child_has_no_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    path = tmp_path / "file.csv"
    path.write_text("注文番号\n" + "1\n" * 200_000)
    sheet = parse_in_child(path, SPEC)
    child = our_child()
    assert b"secret" not in Path(f"/proc/{child}/environ").read_bytes()
    del sheet
    assert not is_child_of_ours(child)


def our_child() -> int:
    [child] = (int(name) for name in os.listdir("/proc") if name.isdigit() and is_child_of_ours(int(name)))
    return child


def is_child_of_ours(pid: int) -> bool:
    try:
        command, status = (Path(f"/proc/{pid}/{name}").read_text() for name in ("cmdline", "stat"))
    except OSError:
        return False
    return "qsm.lib.files" in command and int(status.rpartition(")")[2].split()[1]) == os.getpid()


def test_what_takes_too_much_memory_ends_the_child_alone(tmp_path):
    path = tmp_path / "one-line.csv"
    path.write_bytes("注文番号\n".encode() + b"x" * (30 * MEGABYTE))
    spec = Spec(HEADERS, limits=Limits(cell=100 * MEGABYTE, memory=MEGABYTE, memory_per_byte=1))
    assert only_error(parse_in_child(path, spec)).code == "file_too_large"


def test_what_takes_too_long_ends_the_child_alone(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("注文番号,住所\n" + "1," + "a,b" * 20 + "\n")
    path.write_text("注文番号\n" + "\n".join(map(str, range(2_000_000))))
    spec = Spec(HEADERS, limits=Limits(rows=10**9, cpu_seconds=1, cpu_per_megabyte=0))
    *_rows, last = parse_in_child(path, spec)
    assert last == Error("file_timeout")


def test_a_file_over_the_limit_is_not_even_opened(read):
    assert only_error(read(TEXT.encode(), Spec(HEADERS, limits=Limits(size=10)))).code == "file_too_large"


def test_100_000_rows_are_read_in_constant_memory(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        columns = ["注文番号", *(f"列{i}" for i in range(14))]
        rows = ([638_000_000 + i, *["テスト text 100"] * 14] for i in range(100_000))
        file.writelines(csv_lines(itertools.chain([columns], rows), "cp932"))
    lines = peak = 0
    for row in parse_in_child(path, SPEC):
        lines += isinstance(row, Row)
        peak = max(peak, memory_of(our_child())) if lines % 20_000 == 1 else peak
    assert lines == 100_000
    assert 0 < peak < 60 * MEGABYTE


def memory_of(pid: int) -> int:
    """The most bytes that a process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


# --- Out -------------------------------------------------------------------------------------------------

signs = st.sampled_from("=+-@＝＋－＠−'\t\r\n\u200b 　")
texts = st.builds(
    str.__add__, st.text(signs, max_size=4), st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
)


@given(texts)
def test_a_guard_can_be_taken_off_any_text(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81-90",
        "-1",
        "@SUM",
        "\tx",
        "\r=1",
        "\nx",
        "＝1",
        "－1",
        "﹢1",
        "−1",
        " =1",
        "\u3000=1",
        "\ufe0f=1",
        "\ufeff\n1",
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "100", "a=b", "'100-0001", "折りたたみ傘", " x", "'"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert guarded(text) == text


def test_the_signs_are_all_that_unicode_folds_into_a_formula():
    folded = {sign for sign in map(chr, range(0x80, 0x11_0000)) if unicodedata.normalize("NFKC", sign) in set("=+-@")}
    assert all(guarded(sign) != sign for sign in folded | {"−"})
    shows_nothing = {sign for sign in map(chr, range(0x3100)) if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp")}
    assert all(guarded(f"{sign}=1") != f"{sign}=1" for sign in shows_nothing)


def test_every_field_is_quoted_and_lines_end_with_crlf():
    content = b"".join(csv_lines([["a", 1, None], ['b "c"', -2, "d\ne"]], "utf-8-sig"))
    assert content == b'\xef\xbb\xbf"a","1",""\r\n"b ""c""","-2","d\ne"\r\n'


def test_what_cp932_lacks_is_its_twin_or_a_geta():
    [content] = csv_lines([["〜−‖—¥ か\u3099 한국 😀 ☺\ufe0f 〓 ①㈱髙\ufa19"]], "cp932")
    assert content.decode("cp932") == '"～－∥―￥ が 〓〓 〓 〓 〓 ①㈱髙\ufa19"\r\n'


def test_other_encodings_are_refused():
    with pytest.raises(LookupError, match="latin-1"):
        next(csv_lines([["a"]], "latin-1"))


@FEW
@given(rows=st.lists(st.lists(texts.filter(lambda text: "\0" not in text), min_size=2, max_size=2), max_size=5))
def test_what_we_write_we_read(tmp_path, rows):
    path = tmp_path / "file.csv"
    path.write_bytes(b"".join(csv_lines([["注文番号", "x"], *rows], "utf-8-sig")))
    kept = [row for row in rows if any(guarded(cell).strip() for cell in row)]
    found = [row for row in read_rows(path, SPEC) if isinstance(row, Row)]
    assert [[row.cells["number"], row.extra["x"]] for row in found] == kept
