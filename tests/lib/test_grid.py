"""Grids: paging by key, orders, filters, columns and rows as HTML (R-P2, R-P3)."""

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import django_tables2 as tables
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import QueryDict
from django.utils import translation
from django.utils.formats import date_format
from django_filters import CharFilter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from qsm.lib.grid import Column, DateColumn, Grid, Link, NumberColumn, NumbersField
from tests.lib.grid_things import START, THINGS, Box, Thing, ThingFilter, ThingTable, column, make, page, tables_made

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.lib.grid_urls")]
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", autouse=True)
def things(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), tables_made():
        yield


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


# --- Paging ----------------------------------------------------------------------------------------------

moments = st.integers(0, 4).map(lambda day: START + timedelta(days=day))
days = st.none() | st.integers(0, 3).map(lambda day: date(2026, 7, 1) + timedelta(days=day))
numbers = st.none() | st.integers(1, 4)


def in_order(order: str) -> list[int]:
    """Ids as an order should have them: rows with a value, then rows without, each by value and id."""
    paths = {"made_at": ["made_at"], "ended_on": ["ended_on"], "number": ["number"], "box": ["box__number", "number"]}
    rows = list(Thing.objects.values_list(*paths[order.removeprefix("-")], "id"))
    filled = sorted((row for row in rows if row[0] is not None), reverse=order[0] == "-")
    empty = sorted((row[1:] for row in rows if row[0] is None), reverse=order[0] == "-")
    return [row[-1] for row in filled + empty]


@FEW
@given(
    rows=st.lists(st.tuples(moments, days, st.none() | numbers), max_size=14),
    order=st.sampled_from([f"{sign}{name}" for sign in ("", "-") for name in THINGS.orders]),
    size=st.sampled_from([1, 2, 3, 5]),
)
def test_pages_show_each_row_once_in_order_both_ways(rows, order, size):
    Thing.objects.all().delete()
    boxes = {number: Box.objects.create(number=number) for number in {row[2] for row in rows}}
    for i, (made_at, ended_on, number) in enumerate(rows):
        box = boxes[number] if number or i % 2 else None
        Thing.objects.create(number=i // 2, made_at=made_at, ended_on=ended_on, box=box)
    forward, pages, query = [], [], f"order={order}&size={size}"
    while query:
        pages.append(page(query))
        forward += column(pages[-1], "id")
        query = pages[-1].next
    assert forward == in_order(order)
    for earlier, later in pairwise(pages):
        assert column(page(later.previous), "id") == column(earlier, "id")
    assert pages[0].previous == ""


def test_first_page_has_no_previous_and_last_no_next():
    make(7)
    first = page()
    last = page(first.next)
    assert (column(first, "number"), column(last, "number")) == ([7, 6, 5, 4, 3], [2, 1])
    assert (first.previous, last.next) == ("", "")
    assert page(last.previous).previous == ""


def test_links_are_right_whatever_is_read_first():
    make(7)
    back = page(page(page().next).previous)
    assert back.previous == ""
    assert back.next
    assert len(back.rows) == 5


def test_rows_put_in_while_someone_pages_are_neither_doubled_nor_missed():
    make(6)
    first = page("size=3")
    assert column(first, "number") == [6, 5, 4]
    Thing.objects.create(number=99, made_at=START + timedelta(days=99))
    second = page(first.next)
    assert column(second, "number") == [3, 2, 1]
    assert column(page(second.previous), "number") == [6, 5, 4]


@pytest.mark.parametrize("way", ["next", "previous"])
def test_where_the_rows_have_gone_the_top_is_shown_in_full(way):
    make(9)
    second = page(page("size=3").next)
    query = getattr(second, way)
    gone = [1, 2, 3] if way == "next" else [8, 9]
    Thing.objects.filter(number__in=gone).delete()
    top = page(query)
    assert column(top, "number") == ([9, 8, 7] if way == "next" else [7, 6, 5])
    assert top.previous == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cursor: cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        lambda cursor: "A" + cursor,
        lambda cursor: cursor.partition(":")[0],
        lambda cursor: "",
        lambda cursor: "\x00",
        lambda cursor: "ж" * 50,
    ],
)
def test_a_cursor_that_is_not_ours_shows_page_one(spoil):
    make(7)
    cursor = QueryDict(page().next)["cursor"]
    query = QueryDict(mutable=True)
    query["cursor"] = spoil(cursor)
    assert column(page(query.urlencode()), "number") == [7, 6, 5, 4, 3]


def test_a_cursor_of_another_order_shows_page_one():
    make(7)
    assert column(page(f"{page().next}&order=number"), "number") == [1, 2, 3, 4, 5]


def test_a_page_is_one_query_whatever_its_rows(django_assert_num_queries: DjangoAssertNumQueries):
    make(60)
    for size in (1, 5, 50):
        with django_assert_num_queries(1):
            shown = page(f"size={size}")
            assert shown.html.count("<tr") == size
            assert shown.next
            assert not shown.previous
            assert shown.headings


def test_only_where_rows_with_and_without_a_value_meet_it_is_two(django_assert_num_queries: DjangoAssertNumQueries):
    make(4, ended_on=date(2026, 7, 1))
    make(9)
    with django_assert_num_queries(2):
        seam = page("order=ended_on")
        assert len(seam.rows) == 5
    with django_assert_num_queries(1):
        assert len(page(seam.next).rows) == 5


@pytest.mark.parametrize(("order", "index"), [("-made_at", "thing_made_at"), ("ended_on", "thing_ended_on")])
def test_a_page_deep_in_the_list_is_read_from_the_index(order, index):
    make(30, ended_on=date(2026, 7, 1))
    shown = page(f"order={order}&size=3")
    for _ in range(3):
        shown = page(shown.next)
    assert index in plan_of(shown)
    assert "sort" not in plan_of(shown).lower()
    assert "temp b-tree" not in plan_of(shown).lower()


def plan_of(shown) -> str:
    rows = Thing.objects.filter(shop=1).values_list("id")
    section = next(iter(shown.order._sections_from(shown.start, rows)))
    query = section.order_by(*shown.order._order_by(backward=False))[:4]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert "ROW(" in query.explain()
    return query.explain()


# --- Orders, dates, sizes, counts ------------------------------------------------------------------------


def test_an_order_that_is_not_declared_is_ignored():
    make(3)
    assert column(page("order=name"), "number") == [3, 2, 1]
    assert column(page("order=--number"), "number") == [3, 2, 1]
    assert column(page("order=id;drop"), "number") == [3, 2, 1]


@pytest.mark.parametrize(("order", "first"), [("-made_at", 4), ("made_at", 4), ("-ended_on", 4), ("ended_on", 4)])
def test_jump_to_a_day_in_tokyo(order, first):
    make(9)
    for thing in Thing.objects.all():
        thing.ended_on = thing.made_at.date()
        thing.save()
    jumped = page(f"order={order}&date=2026-07-04&size=2")
    assert column(jumped, "number")[0] == first
    around = [5, 6] if order.startswith("-") else [2, 3]
    assert sorted(column(page(jumped.previous), "number")) == around


def test_a_day_begins_and_ends_at_midnight_in_tokyo():
    midnight = datetime(2026, 7, 3, 15, 0, tzinfo=UTC)
    Thing.objects.create(number=1, made_at=midnight - timedelta(microseconds=1))
    Thing.objects.create(number=2, made_at=midnight)
    assert column(page("order=made_at&date=2026-07-04"), "number") == [2]
    assert column(page("order=-made_at&date=2026-07-03"), "number") == [1]


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "", "2026-07-04T00:00"])
def test_what_is_no_date_is_ignored(day):
    make(3)
    assert len(page(f"date={day}").rows) == 3


def test_an_order_without_days_has_no_jump():
    make(3)
    assert len(page("order=number&date=2026-07-03").rows) == 3
    assert not page("order=number").order.by_day


@pytest.mark.parametrize(
    ("asked", "own", "size"), [("", 0, 5), ("2", 0, 2), ("", 3, 3), ("2", 3, 2), ("7", 3, 3), ("-1", 9, 5), ("x", 0, 5)]
)
def test_the_size_is_asked_for_else_the_persons_own_else_the_usual(asked, own, size):
    assert page(f"size={asked}", size=own).size == size


@pytest.mark.parametrize(("rows", "count"), [(0, "0"), (7, "7"), (1000, "1,000"), (1001, "1,000+")])
def test_the_count_is_exact_up_to_a_thousand(rows, count, django_assert_num_queries: DjangoAssertNumQueries):
    make(rows)
    shown = page()
    assert len(shown.rows) == min(rows, 5)
    with django_assert_num_queries(1 if rows > 5 else 0):
        assert str(shown.count) == count


def test_headings_say_how_rows_are_ordered_and_lead_to_the_other_way():
    headings = {heading.name: heading for heading in page("order=-number&name=x&cursor=z&date=2026-01-01").headings}
    assert headings["number"].sort == "descending"
    assert QueryDict(headings["number"].query).dict() == {"order": "number", "name": "x"}
    assert (headings["ended_on"].sort, QueryDict(headings["ended_on"].query)["order"]) == ("none", "ended_on")
    assert QueryDict(headings["made_at"].query)["order"] == "-made_at"
    assert (headings["name"].sort, headings["name"].query) == ("", "")
    assert (headings["state"].label, headings["state"].kind) == ("State", "chip")


# --- Filters ---------------------------------------------------------------------------------------------


def test_a_filterset_must_be_given_rows():
    with pytest.raises(TypeError):
        ThingFilter({})  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="queryset"):
        ThingFilter({}, queryset=None)  # type: ignore[arg-type]


def test_pages_keep_the_filters():
    make(9)
    second = page(page("name=thing&size=2").next)
    assert second.params["name"] == "thing"
    assert column(second, "number") == [7, 6]


def test_a_filter_that_can_not_be_read_shows_nothing_and_says_why():
    make(3)
    shown = page("number=12x")
    assert (shown.rows, str(shown.count)) == ([], "0")
    assert "12x" in shown.filters.form.errors["number"][0]
    assert b"thing" not in b"".join(THINGS.csv(Thing.objects.all(), QueryDict("number=12x")))


@pytest.mark.parametrize("text", ["2 4", "2,4", "2\r\n4\n", "２　４", " 2、4、", "2;4;2", "2\t4", "２，４", "2 ,, 4"])
def test_many_numbers_at_once_however_they_are_pasted(text):
    make(5)
    query = QueryDict(mutable=True)
    query["number"] = text
    assert column(page(query.urlencode()), "number") == [4, 2]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("made_at_after=2026-07-03", [5, 4, 3]),
        ("made_at_before=2026-07-02", [2, 1]),
        ("made_at_after=2026-07-02&made_at_before=2026-07-02", [2]),
        ("ended_on_after=2026-07-02&ended_on_before=2026-07-03", [3, 2]),
        ("made_at_after=&made_at_before=", [5, 4, 3, 2, 1]),
        ("made_at_after=0001-01-01", []),
        ("made_at_before=9999-12-31", []),
        ("made_at_before=soon", []),
    ],
)
def test_from_one_day_in_tokyo_to_another_both_included(query, numbers):
    for thing in make(5):
        thing.made_at = START + timedelta(days=thing.number - 1, hours=14, minutes=59, seconds=59)
        thing.ended_on = (START + timedelta(days=thing.number - 1)).date()
        thing.save()
    assert column(page(query), "number") == numbers


def test_no_number_filters_nothing():
    make(3)
    assert len(page("number=%20%0A").rows) == 3


@pytest.mark.parametrize("text", ["12x", "1" * 19, "-5", "1.5", "½", "٣", "\x00"])
def test_what_is_no_number_is_refused(text):
    assert not ThingFilter(QueryDict(f"number={text}"), queryset=Thing.objects.all()).form.is_valid()


def test_a_thousand_numbers_and_no_more():
    field = NumbersField()
    assert len(field.clean(" ".join(map(str, range(1000))))) == 1000
    with pytest.raises(Exception, match="1001"):
        field.clean(" ".join(map(str, range(1001))))


# --- Columns and rows ------------------------------------------------------------------------------------


class Cells(HTMLParser):
    """Texts of the cells, addresses, check boxes and rows of some HTML; tags that nobody expects."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.rows: list[dict] = []
        self.boxes: list[dict] = []
        self.strange: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "td":
            self.texts.append("")
        self.links += [values["href"]] if tag == "a" else []
        self.rows += [values] if tag == "tr" else []
        self.boxes += [values] if tag == "input" else []
        self.strange |= {tag} - {"tr", "td", "input", "a", "span"}

    def handle_data(self, text):
        if self.texts:
            self.texts[-1] += text


def test_a_row_carries_its_panel_its_version_and_a_name():
    [thing] = make(1, version=3)
    cells = Cells(page(selected=thing.pk).html)
    assert cells.rows == [{"tabindex": "0", "data-href": f"/things/{thing.pk}/", "aria-selected": "true"}]
    box = {"type": "checkbox", "name": "ticked", "form": "ticked", "value": f"{thing.pk}:3", "aria-label": "Select 1"}
    assert cells.boxes == [box]
    assert f"/things/{thing.pk}/" in cells.links
    assert Cells(page().html).rows[0]["aria-selected"] == "false"


def written(day: date) -> str:
    """A day as the pages of the active language write it."""
    return date_format(day, "SHORT_DATE_FORMAT")


def test_cells_read_as_their_columns_say():
    make(1, box=Box.objects.create(number=7), url="https://example.com/?a=1&b=2")
    cells = Cells(page().html)
    state, number, made_on, made, ended_on, name, box, link = (text.strip() for text in cells.texts[1:])
    assert (state, number, name, box, link) == ("no. 1 thing 1", "1", "thing 1", "7", "thing 1")
    assert (made_on, made, ended_on) == (written(date(2026, 7, 1)), f"{written(date(2026, 7, 1))} 09:00", "")
    assert "https://example.com/?a=1&b=2" in cells.links
    assert '<span class="chip late">thing 1</span>' in page().html


@FEW
@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1))
def test_whatever_a_cell_holds_it_is_text(name):
    Thing.objects.all().delete()
    make(1, name=name, url=name)
    cells = Cells(page(columns=["name", "link", "state"]).html)
    assert not cells.strange
    assert cells.texts[1].rstrip("\n") == name.rstrip("\n") or cells.texts[1].startswith(name)
    assert len(cells.texts) == 4


@pytest.mark.parametrize("url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "ftp://x", ""])
def test_a_link_leads_to_web_addresses_only(url):
    make(1, url=url)
    assert Link("x", url).href == ""
    assert Cells(page(columns=["link"]).html).links == []


@pytest.mark.parametrize("language", ["ja", "ko", "zh-hans", "en"])
def test_days_are_those_of_tokyo_in_the_readers_language(language):
    Thing.objects.create(number=1, made_at=datetime(2026, 7, 1, 15, 0, tzinfo=UTC))
    with translation.override(language):
        day = written(date(2026, 7, 2))
        assert Cells(page(columns=["made_at"]).html).texts[1].strip() == day
        assert Cells(page(columns=["made"]).html).texts[1].strip() == f"{day} 00:00"


def test_the_same_day_reads_differently_in_another_language():
    make(1)
    texts = {Cells(page(columns=["made_at"]).html).texts[1]}
    with translation.override("ko"):
        texts.add(Cells(page(columns=["made_at"]).html).texts[1])
    assert len(texts) == 2


def test_a_person_chooses_columns_and_their_order():
    make(1)
    assert page(columns=["name", "shop", "nonsense", "name"]).columns == ("name", "shop")
    assert page(columns=["nonsense"]).columns == page().columns
    assert "shop" not in page().columns


def test_only_what_is_shown_is_fetched():
    make(1)
    assert "name" in page(columns=["name"]).plan.paths
    assert "name" not in page(columns=["ended_on"]).plan.paths


# --- Declarations ----------------------------------------------------------------------------------------


class PlainTable(tables.Table):
    number = tables.Column()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"table": PlainTable}, "number is no grid column"),
        ({"orders": {"nonsense": "number"}}, "the order nonsense is no column"),
        ({"order": "-name"}, "the first order -name is none of the orders"),
        ({"filterset": type("Bad", (ThingFilter,), {"size": ThingFilter.base_filters["name"]})}, "the filter size"),
        (
            {"filterset": type("Bad", (ThingFilter,), {"name": CharFilter(required=True)})},
            "the filter name is required",
        ),
    ],
)
def test_a_declaration_that_can_not_work_is_refused(changed, problem):
    declared = {"table": ThingTable, "filterset": ThingFilter, "orders": {"number": "number"}, "order": "number"}
    with pytest.raises(ImproperlyConfigured, match=problem):
        Grid(**{**declared, **changed})


@pytest.mark.parametrize("path", ["nonsense", "box__nonsense", "thing"])
def test_an_order_needs_a_column_of_the_database(path):
    grid = Grid(table=ThingTable, filterset=ThingFilter, orders={"number": path}, order="number")
    with pytest.raises(ImproperlyConfigured, match=path):
        assert page(grid=grid).rows


def test_columns_know_what_an_export_writes():
    assert NumberColumn().plain(5) == 5
    assert Column().plain(None) == ""
    assert DateColumn().plain("2026/07/01") == "2026/07/01"
