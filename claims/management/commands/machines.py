"""`manage.py machines`: the machines as diagrams, for docs/machines.md. A test compares the two."""

from typing import Any

from django.core.management.base import BaseCommand

from claims.kinds.cancel import CANCEL
from claims.kinds.returns import RETURN
from claims.penalties import PENALTY
from messaging.lifecycle import HELP, INQUIRY, LETTER, TALK
from orders.machine import ORDER
from orders.money import REFUND

MACHINES = {
    "Order": ORDER,
    "Cancel claim": CANCEL,
    "Return claim": RETURN,
    "Penalty": PENALTY,
    "Refund": REFUND,
    "Conversation of shop and buyer": TALK,
    "The shop asks the operator": INQUIRY,
    "A buyer asks the operator": HELP,
    "The operator writes to a shop": LETTER,
}
HEAD = """# The machines

Drawn from the code by `python manage.py machines`; a test fails when this page is older than the machines.
An edge names its action and who may take it; guards stand below each diagram.
"""


class Command(BaseCommand):
    help = "Print docs/machines.md, drawn from the machines."

    def handle(self, **_options: Any) -> None:
        """Django calls this."""
        self.stdout.write(page(), ending="")


def page() -> str:
    """The whole page."""
    return HEAD + "".join(section(title, machine) for title, machine in MACHINES.items())


def section(title: str, machine: Any) -> str:
    """One machine: its diagram, and the guards of its actions by code."""
    guards = sorted({(edge.action, guard.code) for edge in machine.transitions for guard in edge.guards})
    lines = [f"- `{action}` needs `{code}` not to be raised" for action, code in guards]
    return "\n".join(
        ["", f"## {title}", "", "```mermaid", machine.diagram(), "```", *(["", *lines] if lines else []), ""]
    )
