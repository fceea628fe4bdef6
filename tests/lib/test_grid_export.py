"""All rows of a grid as CSV and XLSX: the page's rows, columns and texts, and no cell that starts a formula."""

import csv
import io
import itertools
import unicodedata

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from qsm.lib.files import xlsx_writing
from qsm.lib.grid import export
from tests.lib.grid_things import THINGS, Box, Thing, make, page, tables_made

pytestmark = pytest.mark.django_db
COLUMNS = ["state", "number", "made_at", "name", "box"]


@pytest.fixture(scope="module", autouse=True)
def things(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), tables_made():
        yield


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def csv_rows(query: str = "", **options) -> list[list[str]]:
    content = b"".join(THINGS.csv(Thing.objects.all(), QueryDict(query), **options))
    text = content.decode(options.get("encoding", "utf-8-sig"))
    return list(csv.reader(io.StringIO(text, newline="")))


def xlsx_cells(query: str = "", **options) -> list[list]:
    with THINGS.xlsx(Thing.objects.all(), QueryDict(query), **options) as file:
        return [list(row) for row in load_workbook(file)["Sheet1"].iter_rows()]


def test_an_export_has_the_filters_order_columns_and_texts_of_the_page():
    make(3, box=Box.objects.create(number=7))
    rows = csv_rows("order=number&made_at_before=2026-07-02&size=1", columns=COLUMNS)
    assert rows == [
        ["State", "Number", "Made on", "name", "box"],
        ["no. 1 thing 1", "1", "2026-07-01", "thing 1", "7"],
        ["no. 2 thing 2", "2", "2026-07-02", "thing 2", "7"],
    ]
    cells = xlsx_cells("order=number&made_at_before=2026-07-02", columns=COLUMNS)
    assert [[cell.value for cell in row] for row in cells[1:]] == [
        ["no. 1 thing 1", 1, "2026-07-01", "thing 1", 7],
        ["no. 2 thing 2", 2, "2026-07-02", "thing 2", 7],
    ]


def test_rows_without_a_value_are_last_in_an_export_too():
    make(2, ended_on="2026-07-01")
    make(2)
    assert [row[0] for row in csv_rows("order=-ended_on", columns=["ended_on"])[1:]] == ["2026-07-01"] * 2 + [""] * 2


def test_a_column_can_stay_out_of_exports():
    assert "link" in page().columns
    assert "link" not in csv_rows()[0]


def test_an_export_is_one_query_and_comes_in_pieces(django_assert_num_queries: DjangoAssertNumQueries):
    make(1200)
    with django_assert_num_queries(1):
        pieces = list(THINGS.csv(Thing.objects.all(), QueryDict("")))
    assert len(pieces) == 3


def test_an_export_never_holds_all_rows():
    plan = page().plan
    endless = ((None,) * len(plan.paths) for _ in itertools.count())
    assert next(export.csv(plan, endless, "utf-8-sig"))


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx_writing, "ROWS_OF_A_SHEET", 2)
    make(5)
    with THINGS.xlsx(Thing.objects.all(), QueryDict("order=number"), columns=["number"]) as file:
        sheets = [[row[0].value for row in sheet.iter_rows()] for sheet in load_workbook(file)]
    assert sheets == [["Number", 1, 2], ["Number", 3, 4], ["Number", 5]]


def test_numbers_stay_numbers_unless_excel_would_round_them():
    make(1, number=638358846, box=Box.objects.create(number=-12345678901234567))
    number, box = xlsx_cells(columns=["number", "box"])[1]
    assert (number.data_type, number.value) == ("n", 638358846)
    assert (box.data_type, box.value) == ("s", "'-12345678901234567")
    assert csv_rows(columns=["box"])[1] == ["-12345678901234567"]


def test_a_text_that_is_too_long_for_excel_is_cut():
    make(1, name="x" * 40_000)
    assert len(xlsx_cells(columns=["name"])[1][0].value) == 32_767


signs = st.sampled_from("=+-@＝＋－＠−﹣﹢⁺₌\t\r\n\u200b\ufe0f\ufeff 　'")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.builds(str.__add__, st.text(signs, max_size=4), texts), encoding=st.sampled_from(["cp932", "utf-8-sig"]))
def test_no_cell_of_an_export_starts_a_formula(name, encoding):
    Thing.objects.all().delete()
    make(1, name=name)
    cells = itertools.chain(*csv_rows(columns=["name", "state"], encoding=encoding))
    values = (cell.value for cell in itertools.chain(*xlsx_cells(columns=["name", "state"])))
    for cell in itertools.chain(cells, values):
        assert not starts_a_formula(cell or ""), cell


def starts_a_formula(cell: str) -> bool:
    """Said otherwise than in the code: a sign that any width makes a formula of, behind what shows nothing."""
    visible = [
        sign for sign in cell if sign.isalpha() or unicodedata.category(sign) not in ("Cc", "Cf", "Zs", "Zl", "Zp")
    ]
    return cell[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", (visible or "x")[0])[0] in "=+-@−"
