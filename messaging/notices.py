"""All notices of all rooms, how one is drawn for a reader, and those of conversations (R-B9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from messaging.models import Message
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import INBOX, Notice, told_by
from qsm.events.rooms import said_by_rooms


@dataclass(frozen=True, slots=True)
class Drawn:
    """A notice in one reader's language. `address`: where its mail goes, nothing for the reader's own."""

    title: str
    text: str
    url: str
    address: str = ""


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
    return draw_all([(event, to)])[0]


def draw_all(told: Sequence[tuple[Event, str]]) -> list[Drawn]:
    """The notices of events, each for a party; the number of queries does not grow with them. Raises KeyError as `draw`."""
    found: dict[int, Any] = {}
    for subjects_of in said_by_rooms("notices", "subjects"):
        found |= subjects_of([event for event, _to in told])
    return [_drawn(declared()[event.name, to], event, found[event.pk]) for event, to in told]


def _drawn(notice: Notice, event: Event, subject: Any) -> Drawn:
    facts = notice.facts(event, subject)
    title, text = str(notice.title).format(**facts), str(notice.text).format(**facts)
    return Drawn(title, text, facts["url"], facts.get("address", ""))


def subjects(events: Iterable[Event]) -> dict[int, Message]:
    """By id of the event: the message that came with it, with its files, in two queries for all of them."""
    told = {event.pk for event in told_by(NOTICES, events)}
    rows = Message.objects.for_actor(SYSTEM).select_related("thread__order", "thread__seller")
    rows = rows.prefetch_related("attachments")
    return {message.event_id: message for message in rows.filter(event__in=told)}


def _facts(message: Message) -> dict[str, str]:
    thread = message.thread
    return {
        "shop": thread.seller.name if thread.seller else "",
        "order": thread.order.number if thread.order else "",
        "title": thread.title,
        "text": "\n\n".join(filter(None, (message.text, _files(message)))),
    }


def _files(message: Message) -> str:
    """That files came with it: no mail carries them, for only the page asks who reads (R-A1, R-B1)."""
    if not (count := len(message.attachments.all())):
        return ""
    words = ngettext(
        "%(count)s file came with it. You find it in the conversation.",
        "%(count)s files came with it. You find them in the conversation.",
        count,
    )
    return words % {"count": count}


def for_seller(_event: Event, message: Message) -> Mapping[str, str]:
    """Parameters of a notice to the shop; it leads to the conversation."""
    return {**_facts(message), "url": reverse("messaging:thread", args=[message.thread_id])}


def for_buyer(_event: Event, message: Message) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the conversation on My page."""
    return {**_facts(message), "url": reverse("messaging:my_thread", args=[message.thread_id])}


FROM_SHOP = _("Message from {shop}: {title}")
ABOUT_ORDER = _("{shop} writes about your order {order}:\n\n{text}")
NOTICES = (
    Notice("note.sent", Party.BUYER, FROM_SHOP, ABOUT_ORDER, for_buyer, channels=(INBOX,)),
    Notice("note.mailed", Party.BUYER, FROM_SHOP, ABOUT_ORDER, for_buyer),
    Notice("talk.answered", Party.BUYER, _("Answer from {shop}: {title}"), ABOUT_ORDER, for_buyer),
    Notice(
        "talk.asked",
        Party.SELLER,
        _("Message from a buyer, order {order}: {title}"),
        _("The buyer of order {order} writes:\n\n{text}"),
        for_seller,
    ),
    Notice(
        "inquiry.answered",
        Party.SELLER,
        _("Answer from the operator: {title}"),
        _("The operator has answered your inquiry:\n\n{text}"),
        for_seller,
    ),
    Notice(
        "help.answered",
        Party.BUYER,
        _("Answer from the operator: {title}"),
        _("The operator has answered your inquiry about order {order}:\n\n{text}"),
        for_buyer,
    ),
    Notice(
        "letter.asked",
        Party.SELLER,
        _("Message from the operator: {title}"),
        _("The operator writes to your shop:\n\n{text}"),
        for_seller,
    ),
)
