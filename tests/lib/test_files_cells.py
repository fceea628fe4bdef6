"""From the text of a cell to a value, in the forms of the marketplace's files and of spreadsheets (R-O6)."""

import contextlib
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from qsm.lib.files import CellError, cells

CONVERTERS = [
    cells.number,
    cells.quantity,
    cells.yen,
    cells.day,
    cells.moment,
    cells.phone,
    cells.postal_code,
    cells.text(10),
    cells.one_of({"a": 1}),
    cells.optional(cells.moment),
    cells.required(cells.text(5)),
]


def code(convert, cell: str) -> str:
    with pytest.raises(CellError) as raised:
        convert(cell)
    return raised.value.code


@pytest.mark.parametrize("cell", ["638358846", " 638358846 ", "６３８３５８８４６", "\u3000638358846"])
def test_a_number_keeps_its_digits(cell):
    assert cells.number(cell) == "638358846"


def test_a_number_keeps_zeros_in_front():
    assert cells.number("007") == "007"


@pytest.mark.parametrize("cell", ["6.38E+08", "638358846.5", "12a", "-1", "1 2", "1" * 19, "٣"])
def test_what_is_no_number_is_refused(cell):
    assert code(cells.number, cell) == "not_a_number"


@pytest.mark.parametrize(("cell", "value"), [("2", 2), ("1,200", 1200), ("０", 0)])
def test_a_quantity(cell, value):
    assert cells.quantity(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1200", 1200),
        ("1,200", 1200),
        ("￥1,200", 1200),
        ("¥1,200", 1200),
        ("\\1,200"[1:], 1200),
        ("1,234,567円", 1234567),
        ("1200.00", 1200),
        ("1,200.0", 1200),
        ("-300", -300),
        ("−300", -300),
        ("-￥300", -300),
        ("￥-300", -300),
        ("１２００", 1200),
        ("0", 0),
    ],
)
def test_whole_yen(cell, value):
    assert cells.yen(cell) == value


@pytest.mark.parametrize(
    "cell", ["1,20", "12,00", "1.5", "1200.01", "$12", "--3", "-￥-3", "1e3", "1" * 16, "1,200,", "NaN"]
)
def test_what_is_not_whole_yen_is_refused(cell):
    assert code(cells.yen, cell) == "not_whole_yen"


@pytest.mark.parametrize(
    "cell",
    [
        "2026/04/05",
        "2026-04-05",
        "2026/4/5",
        "20260405",
        "2026.4.5",
        "2026. 04. 05.",
        "２０２６/04/05",
        "2026/04/05 0:00",
        "2026-04-05 00:00:00",
    ],
)
def test_a_day(cell):
    assert cells.day(cell) == date(2026, 4, 5)


@pytest.mark.parametrize(
    "cell", ["2026/02/30", "2026/13/01", "20261301", "4/5/2026", "26/04/05", "0001/01/01", "2026/04/05 12:00", "46117"]
)
def test_what_is_no_day_is_refused(cell):
    assert code(cells.day, cell) == "not_a_date"


@pytest.mark.parametrize(
    "cell", ["2026/04/15 19:12:16", "2026-04-15 19:12:16", "2026-04-15T19:12:16", "2026/4/15 19:12:16"]
)
def test_a_moment_in_tokyo_is_kept_in_utc(cell):
    assert cells.moment(cell) == datetime(2026, 4, 15, 10, 12, 16, tzinfo=UTC)


def test_a_moment_without_seconds_or_time_is_the_start_of_its_minute_or_day():
    assert cells.moment("2026/4/15 9:05") == datetime(2026, 4, 15, 0, 5, tzinfo=UTC)
    assert cells.moment("2026/04/15") == datetime(2026, 4, 14, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell", ["2026/04/15 24:00:00", "2026/02/29 10:00:00", "2026/04/15 19:12:16.5", "soon", "0001/01/01 00:00:00"]
)
def test_what_is_no_moment_is_refused(cell):
    assert code(cells.moment, cell) == "not_a_moment"


@pytest.mark.parametrize("cell", ["+81--", "+81-", "", " ", "+82---", "--", "＋８１－－"])
def test_a_blank_phone_is_none(cell):
    assert cells.phone(cell) == ""


@pytest.mark.parametrize("cell", ["+81-90-0000-0000", "090-0000-0000", "+81-1"])
def test_a_phone_number_stays(cell):
    assert cells.phone(f" {cell} ") == cell


@pytest.mark.parametrize("cell", ["'100-0001", "100-0001", " '１００-0001 "])
def test_a_postal_code_without_its_apostrophe(cell):
    assert cells.postal_code(cell) == "100-0001"


def test_text_stays_as_written_but_for_spaces_around_it():
    assert cells.text(20)(" ＡＢＣ　折りたたみ傘 ") == "ＡＢＣ　折りたたみ傘"
    assert code(cells.text(3), "1234") == "too_long"


def test_one_of_some_words_in_any_width_and_case():
    convert = cells.one_of({"배송요청": "request", "Shipping request": "request", "配送中": "shipping"})
    assert [convert(word) for word in (" 배송요청 ", "ｓｈｉｐｐｉｎｇ REQUEST", "配送中")] == [
        "request",
        "request",
        "shipping",
    ]
    assert code(convert, "lost") == "unknown_word"
    assert code(convert, "") == "missing"


@pytest.mark.parametrize(
    "convert", [cells.number, cells.quantity, cells.yen, cells.day, cells.moment, cells.required(str)]
)
def test_an_empty_cell_is_missing(convert):
    assert code(convert, " \u3000") == "missing"


def test_an_optional_cell_may_be_empty():
    assert cells.optional(cells.day)(" ") is None
    assert cells.optional(cells.yen, 0)("") == 0
    assert cells.optional(cells.yen, 0)("5") == 5


def test_an_error_says_what_is_wrong_and_repeats_little_of_it():
    with pytest.raises(CellError) as raised:
        cells.day("x" * 5000)
    with translation.override("en"):
        message = raised.value.message
    assert message == f"“{'x' * 40}…” is not a date. Write it like 2026/04/15."


@given(cell=st.text(max_size=30) | st.from_regex(r"[-+¥￥]?[0-9０-９,./: -]{0,20}", fullmatch=True))
def test_no_text_does_more_than_give_an_error(cell):
    for convert in CONVERTERS:
        with contextlib.suppress(CellError):
            convert(cell)
