"""Races: several people at consoles send at the same moment; what must be so after it (R-A4)."""

from collections.abc import Callable
from dataclasses import dataclass

from claims.models import Claim
from claims.states import ENDED
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.models import User
from qsm.events.invariants import violations as rows_against_the_rules
from qsm.events.models import Event
from tests.servers import Console
from tests.service.people import Answer, at_once

ANSWERS = {302, 409, 422}
OVERTAKEN = "Somebody else was faster"


@dataclass(frozen=True)
class Deed:
    """What somebody is about to send (`who`; None: the system), and what the history calls it if it wins.

    says: what the answer of the winner says, where it does not lead on.
    """

    who: User | None
    event: str
    send: Callable[[], Answer | None]
    says: str = ""


@dataclass(frozen=True)
class Outcome:
    deed: Deed
    answer: Answer

    @property
    def won(self) -> bool:
        return self.deed.says in self.answer.prose if self.deed.says else self.answer.status == 302


History = list[tuple[str, int | None]]


@dataclass(frozen=True)
class Scene:
    """Deeds on one order of which one can be done; history: which were done, by whom."""

    deeds: list[Deed]
    order: Order
    history: Callable[[], History]


def scene(deeds: list[Deed], order: Order) -> Scene:
    """What was done stands in the events of the order."""
    names = {deed.event for deed in deeds}
    events = Event.unscoped.filter(order_id=order.pk, name__in=names)
    return Scene(deeds, order, lambda: list(events.all().order_by("seq").values_list("name", "user_id")))


def race(deeds: list[Deed]) -> list[Outcome]:
    """All at the same moment; the outcomes of people's deeds."""
    answers = at_once([deed.send for deed in deeds])
    return [Outcome(deed, answer) for deed, answer in zip(deeds, answers, strict=True) if answer]


def violations(scene: Scene, outcomes: list[Outcome]) -> list[str]:
    """What is wrong after a race; nothing when there is one winner and one consistent history."""
    history = scene.history()
    winners = [(outcome.deed.event, outcome.deed.who.pk) for outcome in outcomes if outcome.won and outcome.deed.who]
    wrong = [] if len(history) == 1 else [f"{len(history)} done"]
    if sorted(winners) != sorted(done for done in history if done[1]):
        wrong.append(f"winners {winners}, history {history}")
    expected = {200 if outcome.deed.says else 302 for outcome in outcomes}
    if unknown := {outcome.answer.status for outcome in outcomes} - ANSWERS - expected:
        wrong.append(f"answers {sorted(unknown)}")
    return [*wrong, *contradictions(Order.unscoped.get(pk=scene.order.pk)), *rows_against_the_rules()]


def contradictions(order: Order) -> list[str]:
    """Where the order and its claims don't agree (R-O3, R-A4)."""
    waiting = list(Claim.unscoped.filter(order=order).exclude(state__in=ENDED).values_list("pk", flat=True))
    wrong = []
    if waiting != ([order.held_by] if order.held_by else []):
        wrong.append(f"held by {order.held_by}, open claims {waiting}")
    if waiting and order.state == OrderState.SHIPPING:
        wrong.append("shipping with an open cancel")
    return wrong


WHOLE_TABLE = "AccessExclusiveLock"


def no_deadlocks(console: Console) -> None:
    """Whoever the database ends says so in its log; a thread of the test itself would have raised."""
    for name in ("web", "worker", "mailer", "pusher"):
        log = console.processes[name].log.read_text(errors="replace")
        # Only the flush that ended an earlier test locks whole tables: what it meets is not the console's fault.
        assert not [line for line in log.splitlines() if "deadlock detected" in line and WHOLE_TABLE not in line]
        assert "database is locked" not in log
