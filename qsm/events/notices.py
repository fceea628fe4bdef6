"""How a room says what people are told when something happens: `NOTICES` in its `notices.py`, collected by messaging.

A notice is words and a function that makes their parameters of the event and of what `subjects(events)` of the same module
found for it (by id of the event; the number of its queries does not grow). It is drawn in the reader's language when it is
read or sent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qsm.accounts.access import Party
from qsm.events.models import Event
from qsm.lib.machine import Text

INBOX, MAIL, PUSH = "inbox", "mail", "push"
# What a channel remarks of a reader whom it cannot reach; push: of one who wants none, or where nothing is set up for it.
NO_ADDRESS, NO_DEVICE, PUSH_OFF = "no_address", "no_device", "push_off"


@dataclass(frozen=True, slots=True)
class Notice:
    """`event` is told to `to` through `channels`: a title and text with {placeholders}, which `facts(event, subject)` fills.

    facts also gives `url`, a path of ours that the notice leads to, and may give `address`, where its mail goes in place of
    the reader's own.
    """

    event: str
    to: Party
    title: Text
    text: Text
    facts: Callable[[Event, Any], Mapping[str, str]]
    channels: tuple[str, ...] = (INBOX, MAIL, PUSH)


def told_by(notices: Iterable[Notice], events: Iterable[Event]) -> list[Event]:
    """Those of the events that these notices are about."""
    names = {notice.event for notice in notices}
    return [event for event in events if event.name in names]
