"""All notices of all rooms, and how one is drawn for a reader (R-B9)."""

from dataclasses import dataclass
from functools import cache

from qsm.events.models import Event
from qsm.events.notices import Notice
from qsm.events.rooms import said_by_rooms


@dataclass(frozen=True, slots=True)
class Drawn:
    """A notice in one reader's language."""

    title: str
    text: str
    url: str


@cache
def declared() -> dict[tuple[str, str], Notice]:
    """Every notice that a room declares as `NOTICES` in its `notices.py`, by event and reader."""
    rooms = said_by_rooms("notices", "NOTICES")
    return {(notice.event, notice.to): notice for notices in rooms for notice in notices}


def readers(event_name: str, channel: str) -> tuple[str, ...]:
    """The parties that hear of an event by this name through `channel`."""
    return tuple(to for (name, to), notice in declared().items() if name == event_name and channel in notice.channels)


def draw(event: Event, to: str) -> Drawn:
    """The notice of `event` for a party, in the active language. Raises KeyError when none was declared."""
    notice = declared()[event.name, to]
    facts = notice.facts(event)
    return Drawn(str(notice.title).format(**facts), str(notice.text).format(**facts), facts["url"])
