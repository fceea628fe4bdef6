"""History as people read it: what happened, who did it, what the other side was told (R-A3).

What an event is called, and what more there is to say of it, each room declares in its `titles.py`: `TITLES` by name of
the event, and `details(events)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.models import DeliveryState, Event
from qsm.events.notices import INBOX, MAIL, NO_ADDRESS, NO_DEVICE, PUSH, PUSH_OFF
from qsm.events.rooms import said_by_rooms
from qsm.lib.machine import Text

PARTIES: dict[str, Text] = {
    Party.SELLER: _("Shop"),
    Party.BUYER: _("Buyer"),
    Party.OPERATOR: _("Operator"),
    Party.SYSTEM: _("System"),
}
CHANNELS: dict[str, Text] = {INBOX: _("Qpost"), MAIL: _("mail"), PUSH: pgettext_lazy("channel", "push")}
# That somebody did not ask for notices on a device is no part of what they were told.
NOTHING_TOLD = frozenset({NO_DEVICE, PUSH_OFF})
PROGRESS: dict[str, Text] = {
    DeliveryState.PENDING: pgettext_lazy("delivery", "on its way"),
    DeliveryState.DONE: pgettext_lazy("delivery", "sent"),
    DeliveryState.PARKED: pgettext_lazy("delivery", "failed"),
    NO_ADDRESS: _("no address known"),
}
# What the timeline reads of a delivery, in the same query as its event.
DELIVERY = {
    "told_by": F("deliveries__consumer"),
    "told_to": F("deliveries__to"),
    "told_state": F("deliveries__state"),
    "told_remark": F("deliveries__remark"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history. `told`: what the other side was told and how far that is; `current`: the newest."""

    title: str
    at: datetime
    who: str
    detail: str
    told: str
    current: bool


@cache
def titles() -> dict[str, Text]:
    """What each event is called."""
    return {name: title for titles in said_by_rooms("titles", "TITLES") for name, title in titles.items()}


def title(event: Event) -> str:
    """What happened, in the reader's language."""
    return str(titles()[event.name])


def who(event: Event, reader: Actor) -> str:
    """Which side did it; which member of the shop, only the shop itself and operators read."""
    party = str(PARTIES[event.party])
    named = event.party == Party.SELLER and event.user and reader.party != Party.BUYER
    return f"{party} · {event.user.name}" if named and event.user else party


def happened(events: Iterable[Event], reader: Actor) -> list[dict[str, object]]:
    """Events in short: what, when, who. For the person who was not fast enough (R-A4)."""
    return [{"title": title(event), "at": event.occurred_at, "who": who(event, reader)} for event in events]


def timeline(order_id: int, reader: Actor) -> list[Entry]:
    """The history of an order and its claims, newest first; the number of queries does not grow with it.

    reader: has been found to be allowed to see the order.
    """
    rows = Event.objects.for_actor(SYSTEM).filter(order_id=order_id).select_related("user").annotate(**DELIVERY)
    told = [list(group) for _seq, group in groupby(rows.order_by("-seq", "deliveries__pk"), attrgetter("seq"))]
    events = [event for event, *_more in told]
    details: dict[int, str] = {}
    for details_of in said_by_rooms("titles", "details"):
        details |= details_of(events)
    return [_entry(rows, reader, details.get(rows[0].pk, ""), rows[0] is events[0]) for rows in told]


def _entry(rows: list[Any], reader: Actor, detail: str, current: bool) -> Entry:
    """rows: an event, once for each of its deliveries, and once if it has none."""
    event, told = rows[0], " · ".join(_told(row) for row in rows if _tells(row))
    return Entry(title(event), event.occurred_at, who(event, reader), detail, told, current)


def _tells(row: Any) -> bool:
    return row.told_by in CHANNELS and row.told_remark not in NOTHING_TOLD


def _told(row: Any) -> str:
    progress = PROGRESS.get(row.told_remark) or PROGRESS[row.told_state]
    words = {"party": PARTIES[row.told_to], "channel": CHANNELS[row.told_by], "progress": progress}
    return pgettext("delivery", "%(party)s, %(channel)s: %(progress)s") % words
