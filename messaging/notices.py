"""All notices of all rooms, how one is drawn for a reader, and those of conversations (R-B9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from messaging.models import Message
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import INBOX, Notice
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
    notice = declared()[event.name, to]
    facts = notice.facts(event)
    title, text = str(notice.title).format(**facts), str(notice.text).format(**facts)
    return Drawn(title, text, facts["url"], facts.get("address", ""))


def _facts(event: Event) -> dict[str, str]:
    message = Message.objects.for_actor(SYSTEM).select_related("thread__order", "thread__seller").get(event=event)
    thread = message.thread
    return {
        "shop": thread.seller.name if thread.seller else "",
        "order": thread.order.number if thread.order else "",
        "title": thread.title,
        "text": message.text,
    }


def for_seller(event: Event) -> Mapping[str, str]:
    """Parameters of a notice to the shop; it leads to the conversation."""
    return {**_facts(event), "url": reverse("messaging:thread", args=[event.thread_id])}


def for_buyer(event: Event) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the conversation on My page."""
    return {**_facts(event), "url": reverse("messaging:my_thread", args=[event.thread_id])}


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
