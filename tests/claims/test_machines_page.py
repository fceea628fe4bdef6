"""docs/machines.md shows the machines as they are."""

from pathlib import Path

from claims.management.commands.machines import page

DOCS = Path(__file__).parents[2] / "docs" / "machines.md"


def test_the_diagrams_are_those_of_the_code() -> None:
    assert DOCS.read_text() == page(), "run: python manage.py machines > docs/machines.md"
