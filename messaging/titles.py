"""What the events of a conversation are called, and what it is about."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from messaging.models import Thread
from qsm.accounts.access import SYSTEM
from qsm.events.models import Event

TITLES = {
    "note.sent": _("Note to the buyer"),
    "note.mailed": _("Note to the buyer, also by mail"),
    "talk.asked": _("Message from the buyer"),
    "talk.answered": _("Answer to the buyer"),
    "talk.taken_up": _("Message taken up"),
    "talk.closed": _("Message needs no answer"),
    "inquiry.asked": _("Inquiry to the operator"),
    "inquiry.answered": _("Answer of the operator"),
    "inquiry.taken_up": _("Inquiry taken up"),
    "inquiry.closed": _("Inquiry closed"),
    "help.asked": _("Buyer's inquiry to the operator"),
    "help.answered": _("Answer of the operator to the buyer"),
    "help.taken_up": _("Buyer's inquiry taken up"),
    "help.closed": _("Buyer's inquiry closed"),
    "letter.asked": _("Message from the operator"),
    "letter.answered": _("Answer to the operator"),
    "letter.taken_up": _("Message from the operator taken up"),
    "letter.closed": _("Message from the operator closed"),
}


def details(events: Iterable[Event]) -> dict[int, str]:
    """By id of the event: the title that the conversation was given; one query for all of them."""
    said = {event.pk: event.thread_id for event in events if event.thread_id}
    threads = Thread.objects.for_actor(SYSTEM).in_bulk(set(said.values())) if said else {}
    return {pk: threads[thread_id].title for pk, thread_id in said.items() if thread_id in threads}
