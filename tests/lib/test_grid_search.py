"""What search forms share: fields that are drawn once, and nothing of what people typed or chose."""

from typing import Any

import django_filters
import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from qsm.lib.grid import DaysFilter, FilterSet
from qsm.lib.grid.search import SearchField
from tests.lib.grid_things import Thing


class Search(FilterSet):
    name = django_filters.CharFilter(label=_("Buyer"))
    kind = django_filters.ChoiceFilter(label="Kind", choices=[("a", _("Cancel")), ("b", "B")], method="of_kind")
    kinds = django_filters.MultipleChoiceFilter(label="Kinds", choices=[("a", "A"), ("b", "B")], method="of_kind")
    made_at = DaysFilter(field_name="made_at", label="Made")

    class Meta:
        model = Thing
        fields = ()

    def of_kind(self, rows: QuerySet[Thing], _name: str, kind: str) -> QuerySet[Thing]:
        self.asked = kind
        return rows


def drawn(query: str) -> str:
    with translation.override("en"):
        return str(search(query).form)


def search(query: str) -> Search:
    return Search(QueryDict(query), queryset=Thing.objects.all())


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SearchField, "drawn", {})


@pytest.mark.parametrize(
    "query", ["", "kind=a", "kind=b", "name=Aoyama", "made_at_after=2026-07-01", "kind=a&name=x", "kinds=a&kinds=b"]
)
def test_a_form_looks_the_same_whoever_has_searched_before(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = drawn(query)
    for other in ("kind=a&name=Tanaka", "kind=b&made_at_before=2026-08-01", "kind=x", "made_at_after=never", ""):
        drawn(other)
    assert drawn(query) == alone
    assert ('value="a" selected' in alone) == ("=a" in query)


def test_what_people_type_is_kept_nowhere() -> None:
    for query in (
        "name=Aoyama",
        "kind=Aoyama",
        "made_at_after=Aoyama",
        "kind=a&name=Aoyama",
        "made_at_after=2026-07-01",
    ):
        shown = drawn(query)
        assert "Aoyama" in shown or "2026-07-01" in shown
    assert SearchField.drawn
    assert not any("Aoyama" in text or "2026-07-01" in text for text in SearchField.drawn.values())


def test_no_more_is_kept_than_there_are_choices() -> None:
    for place in range(50):
        drawn(f"kind={place}&name={place}&made_at_after=2026-07-{place % 28 + 1:02}&kinds=a&kinds=b")
    for kind in ("", "a", "b"):
        drawn(f"kind={kind}")
    assert len(SearchField.drawn) == 1 + 3 + 1 + 1  # name, kind, kinds, made_at


def test_each_language_has_its_own() -> None:
    texts = set()
    for language in ("en", "ja", "ko", "zh-hans"):
        with translation.override(language):
            texts.add(str(search("kind=a").form))
    assert len(texts) == 4


def test_errors_are_shown_where_they_are_made() -> None:
    assert "errorlist" in drawn("kind=x")
    assert "errorlist" not in drawn("kind=a")


def test_filters_belong_to_their_own_list() -> None:
    """R-A1: what one asks for never answers another."""
    lists: dict[str, Any] = {kind: search(f"kind={kind}") for kind in "ab"}
    for found in lists.values():
        found.rows()
    assert {kind: found.asked for kind, found in lists.items()} == {"a": "a", "b": "b"}
