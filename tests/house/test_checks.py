"""Each check of the house finds a planted breach and leaves the allowed form alone."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.checks import messages, rules, sources, style, templates, words
from tests.checks.runner import run_check

RULES = "## 2. Time\n- **R-T1** a\n- **R-T2** b\n\n## 9. Delay\n- **R-D1** c\n"


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Write a file as if it stood in the project; the checks read it."""

    def plant(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    monkeypatch.setattr(sources, "ROOT", tmp_path)
    return plant


def test_a_long_function_is_found_and_its_docstring_is_not_counted(planted):
    docstring = '    """' + "words\n" * 60 + '    """\n'
    short = planted("short.py", "def f():\n" + docstring + "    return 1\n")
    long = planted("long.py", "def f():\n" + "    x = 1\n" * 60)
    assert not list(style.long_functions([short]))
    assert "f has 61 lines" in next(style.long_functions([long]))


def test_a_long_file_is_found(planted):
    assert not list(style.long_files([planted("short.py", "x = 1\n" * 300)]))
    assert list(style.long_files([planted("long.py", "x = 1\n" * 301)]))


@pytest.mark.parametrize("call", ["timezone.now()", "date.today()", "datetime.datetime.now(UTC)", "time.time()"])
def test_reading_another_clock_is_found(planted, call):
    """R-T3"""
    assert list(style.clock_reads([planted("a.py", f"x = {call}\n")]))


@pytest.mark.parametrize("text", ["x = clock.now()\n", "# timezone.now() is not for us\n", "y = time.monotonic()\n"])
def test_the_business_clock_is_left_alone(planted, text):
    """R-T3"""
    assert not list(style.clock_reads([planted("a.py", text)]))


def test_automatic_times_are_found(planted):
    """R-T3"""
    assert list(style.automatic_times([planted("a.py", "at = DateTimeField(auto_now_add=True)\n")]))


def test_starting_from_all_rows_is_found_but_defining_them_is_not(planted):
    """R-A1"""
    definition = planted("models.py", "class A:\n    unscoped = Manager()\n    base_manager_name = 'unscoped'\n")
    use = planted("views.py", "rows = Claim.unscoped.filter(pk=1)\n")
    assert not list(style.unscoped_names([definition]))
    assert list(style.unscoped_names([use]))


@pytest.mark.parametrize("text", ["claim.state = 'DONE'\n", "rows.filter(pk=1).update(state='DONE')\n"])
def test_writing_a_state_by_hand_is_found(planted, text):
    """R-A3"""
    assert list(style.states_set([planted("views.py", text)]))


@pytest.mark.parametrize("text", ["state = claim.state\n", "if claim.state == 'DONE': pass\n"])
def test_reading_a_state_is_left_alone(planted, text):
    """R-A3"""
    assert not list(style.states_set([planted("views.py", text)]))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<style>a{}</style>",
        '<p class="a" style="color: red">',
        '<a onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<script src="https://host.example/a.js"></script>',
        "{{ text|safe }}",
    ],
)
def test_what_the_policy_refuses_is_found(planted, text):
    assert list(templates.refused([planted("a.html", text)]))


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "a.js" %}" defer></script>',
        '<script id="d" type="application/json">{}</script>',
        '<p class="style">only on = 1</p>',
        '<a href="https://host.example/">out</a>',
    ],
)
def test_what_the_policy_allows_is_left_alone(planted, text):
    assert not list(templates.refused([planted("a.html", text)]))


def test_the_roadmap_names_sections_and_single_rules():
    sections = rules.rules_by_section(RULES)
    assert sections == {"2": {"R-T1", "R-T2"}, "9": {"R-D1"}}
    assert rules.rules_done("- Rules done: 2, R-D1.\n", sections) == ({"R-T1", "R-T2", "R-D1"}, [])
    assert rules.rules_done("Rules done: R-T1\nRules done: R-X9\n", sections) == ({"R-T1"}, ["R-X9"])


def test_gaps_of_a_catalog_are_found():
    code, catalog = Catalog(), Catalog(locale="ja")
    for text in ("kept", "new", "unsure", "empty", "%(n)s rows"):
        code.add(text, flags=("python-format",) if "%" in text else ())
    catalog.add("kept", "そのまま")
    catalog.add("unsure", "多分", flags=("fuzzy",))
    catalog.add("empty", "")
    catalog.add("gone", "なし")
    catalog.add("%(n)s rows", "%(m)s 行", flags=("python-format",))
    found = [gap.split(":")[0] for gap in messages.gaps(code, catalog)]
    assert found[:3] == ["missing", "fuzzy", "empty"]
    assert "placeholder" in found[3]
    assert found[4:] == ["no longer in the code"]


def test_two_words_for_one_concept_are_found_but_the_guides_labels_are_left_alone():
    """Section 1: the words of the glossary."""
    catalog = Catalog()
    catalog.add("Refund", "払い戻し")
    catalog.add("Refund of one", "返金")
    catalog.add("Refund waiting", "払い戻し待ち")
    catalog.add(("%d shop", "%d shops"), ("販売店",))
    assert [problem.split(" ")[0] for problem in words.mixtures(catalog, "ja")] == ["払い?戻", "販売店"]


def test_a_check_that_breaks_down_has_failed():
    outcome = run_check("broken", lambda: [str(1 / 0)])
    assert "ZeroDivisionError" in outcome.problems[-1]
    assert "FAILED" in str(outcome)
