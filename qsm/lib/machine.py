"""State machines as data. One tuple of transitions drives the buttons, the API's list of allowed actions,
"whose turn is it", the diagrams in docs/ and the exhaustive tests.

A guard is data too: a code for programs, a sentence for people (what is wrong, why, what to do next), a predicate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class Refused(Exception):
    """The rules do not allow this. `code` is for programs and stable; `message` is for people; nothing has changed."""

    def __init__(self, code: str, message: Text, *, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the subject beside its state. `holds` is asked with the subject alone, so that every door agrees."""

    code: str
    message: Text
    holds: Callable[[Any], bool]

    def check(self, subject: Any) -> None:
        """Raises Refused with this guard's code when the condition does not hold."""
        if not self.holds(subject):
            raise Refused(self.code, self.message)


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge: `action` takes a subject from one of `sources` to `target` (None: it stays), if `by` may and guards hold.

    `by` names the parties that may act; `event` is the name under which history keeps it; `label` is the button.
    """

    action: str
    sources: frozenset[str]
    target: str | None
    by: frozenset[str]
    event: str
    label: Text
    guards: tuple[Guard, ...] = ()

    def target_from(self, state: str) -> str:
        """The state after the action, taken in `state`."""
        return self.target or state


def why_not(check: Callable[..., object], *subject: object, **named: object) -> Refused | None:
    """The Refused that `check` raises, or nothing."""
    try:
        check(*subject, **named)
    except Refused as refusal:
        return refusal
    return None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person sees of an action: possible now, or not and why."""

    transition: Transition
    refusal: Refused | None

    @property
    def enabled(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True)
class Machine:
    """The transitions of one kind of subject. `initial` are the states in which a subject may be born."""

    name: str
    initial: frozenset[str]
    transitions: tuple[Transition, ...]
    wrong_state: Text
    wrong_party: Text

    def check(self, subject: Any, action: str, party: str) -> Transition:
        """The transition that `party` may take now.

        subject: anything with a `state`. Raises Refused: `<machine>.wrong_party`, `<machine>.wrong_state`, or a guard's code.
        """
        edges = [edge for edge in self.transitions if edge.action == action]
        if not edges:
            raise LookupError(f"{self.name} has no action {action!r}")
        mine = [edge for edge in edges if party in edge.by]
        if not mine:
            raise Refused(f"{self.name}.wrong_party", self.wrong_party)
        for edge in mine:
            if subject.state in edge.sources:
                for guard in edge.guards:
                    guard.check(subject)
                return edge
        raise Refused(f"{self.name}.wrong_state", self.wrong_state)

    def choices(self, subject: Any, party: str) -> Iterator[Choice]:
        """The actions that `party` has in this state; those that a guard forbids come with the refusal."""
        for edge in self.transitions:
            if subject.state in edge.sources and party in edge.by:
                try:
                    self.check(subject, edge.action, party)
                except Refused as refusal:
                    yield Choice(edge, refusal)
                else:
                    yield Choice(edge, None)

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram: docs/machines.md is made of these and compared in a test."""
        lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in sorted(self.initial))]
        for edge in self.transitions:
            who = ", ".join(sorted(edge.by))
            lines += [
                f"    {source} --> {edge.target_from(source)}: {edge.action} ({who})" for source in sorted(edge.sources)
            ]
        return "\n".join(lines)
