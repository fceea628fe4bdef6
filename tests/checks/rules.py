"""docs/rules.md is the law: it is the agreed text, and what docs/roadmap.md calls done is named by a test.

docs/roadmap.md says what is done in lines such as `Rules done: 2, 13, R-C2, R-C5`: sections and single rules.
"""

import re
from pathlib import Path

from dev import ROOT
from tests.checks.sources import project_files, text_of

RULES, ROADMAP = Path("docs/rules.md"), Path("docs/roadmap.md")
AGREED = ROOT.parent / "shared" / "rules.md"
NUMBER = re.compile(r"\bR-[A-Z]\d+\b")
DEFINED = re.compile(r"\*\*(R-[A-Z]\d+)")
SECTION = re.compile(r"^## (\d+)\.", re.M)
DONE = re.compile(r"^\W*Rules done:(.*)$", re.M)


def same_as_agreed() -> list[str]:
    """Compared where the agreed text is at hand; a clone alone has only the copy."""
    if AGREED.exists() and AGREED.read_bytes() != ROOT.joinpath(RULES).read_bytes():
        return [f"{RULES} differs from {AGREED}: copy it"]
    return []


def done_are_tested() -> list[str]:
    if not ROOT.joinpath(ROADMAP).exists():
        return [f"{ROADMAP} is missing; it says `Rules done: 2, R-C5`"]
    sections = rules_by_section(text_of(RULES))
    done, unknown = rules_done(text_of(ROADMAP), sections)
    tested = rules_named_by_tests()
    missing = sorted(done - tested, key=natural)
    return [
        *(f"{ROADMAP}: {name} is not in {RULES}" for name in unknown),
        *(f"{rule}: no test" for rule in missing),
    ]


def rules_by_section(text: str) -> dict[str, set[str]]:
    """Section number to the rules that it defines."""
    _, *parts = SECTION.split(text)
    return {number: set(DEFINED.findall(body)) for number, body in zip(parts[::2], parts[1::2], strict=True)}


def rules_done(roadmap: str, sections: dict[str, set[str]]) -> tuple[set[str], list[str]]:
    """The rules that the roadmap calls done, and the names in it that the rules don't have."""
    known = set().union(*sections.values())
    done: set[str] = set()
    unknown = []
    for name in re.split(r"[,;\s]+", " ".join(DONE.findall(roadmap)).strip(" .")):
        if name in sections:
            done |= sections[name]
        elif name in known:
            done.add(name)
        elif name:
            unknown.append(name)
    return done, unknown


def rules_named_by_tests() -> set[str]:
    """Those of the product; the tests of these checks name rules too."""
    tests = [path for path in project_files() if path.parts[0] == "tests" and path.parts[1] != "house"]
    tests = [path for path in tests if path.name.startswith("test_")]
    return {number for path in tests for number in NUMBER.findall(text_of(path))}


def natural(rule: str) -> tuple[str, int]:
    return rule[2], int(rule[3:])
