"""Many subjects at once, one door each: what is refused for one holds up no other, and each says what became of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext, gettext_lazy

from qsm.accounts.access import Actor
from qsm.events.door import Conflict, KeyReused, Replayed, Subject, change
from qsm.events.forms import new_key
from qsm.events.history import title
from qsm.lib.machine import Refused, Text

Row = TypeVar("Row", bound=Subject)
OVERTAKEN = gettext_lazy("Somebody else was faster: %(what)s. Nothing was done; look at it again.")
SENT_BEFORE = gettext_lazy("Another form was sent under the same key. Open the page anew and send it again.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one subject: done, or `code` and why not."""

    pk: int
    label: str
    text: Text
    code: str = ""

    @property
    def done(self) -> bool:
        return not self.code


def each(
    subjects: Iterable[Row],
    do: Callable[[Row], str],
    *,
    by: Actor,
    key: str,
    said: Callable[[Row], Mapping[str, Any]],
) -> list[Outcome]:
    """Take every subject through a door of its own, in the given order.

    do: the action on one subject, which returns what to say of it (an English msgid); key: of the form, at most 40
    characters, so that a second sending does nothing more and answers the same (a program that sends none gets one of its
    own, for keys of nobody would answer each other); said: what the form says of one subject.
    Refusals and conflicts are answers, never raised.
    """
    key = key or new_key()
    return [_outcome(subject, do, by, f"{key}:{subject.pk}", said(subject)) for subject in subjects]


def _outcome(subject: Row, do: Callable[[Row], str], by: Actor, key: str, said: Mapping[str, Any]) -> Outcome:
    label = str(subject)
    try:
        with change(by, key=key, body=said) as tx:
            tx.answer = {"say": do(subject)}
    except Replayed as earlier:
        return Outcome(subject.pk, label, gettext(earlier.answer["say"]))
    except Refused as refused:
        return Outcome(subject.pk, label, refused.message, refused.code)
    except Conflict as conflict:
        return Outcome(subject.pk, label, overtaken(conflict), conflict.code)
    except KeyReused as reused:
        return Outcome(subject.pk, label, SENT_BEFORE, reused.code)
    return Outcome(subject.pk, label, gettext(tx.answer["say"]))


def overtaken(conflict: Conflict) -> str:
    """What a line says to who was slower, in the active language (R-A4)."""
    return OVERTAKEN % {"what": ", ".join(title(event) for event in conflict.events)}
