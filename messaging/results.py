"""What became of the notes of one form: sent is delivered, not just handed on (R-B2)."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from messaging.models import Message
from qsm.accounts.access import Actor
from qsm.events.models import Delivery, DeliveryState
from qsm.events.notices import INBOX, MAIL, NO_ADDRESS


class Fate(StrEnum):
    """What became of one delivery so far."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


TONES = {Fate.WAITING: "", Fate.SENT: "ok", Fate.FAILED: "late"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way that a note goes, to the inbox or by mail."""

    delivery: Delivery

    @property
    def fate(self) -> Fate:
        """A mail that the server refused counts as failed from its first try, though it is tried again by itself."""
        delivery = self.delivery
        if delivery.state == DeliveryState.DONE:
            return Fate.FAILED if delivery.remark else Fate.SENT
        return Fate.FAILED if delivery.state == DeliveryState.PARKED or delivery.error else Fate.WAITING

    @property
    def tone(self) -> str:
        return TONES[self.fate]

    @property
    def text(self) -> str:
        """In words, with what a failure means."""
        match self.fate:
            case Fate.SENT:
                return pgettext("delivery", "sent")
            case Fate.WAITING:
                return pgettext("delivery", "on its way")
        if self.delivery.remark == NO_ADDRESS:
            return _("failed: no address known")
        if self.delivery.state == DeliveryState.PARKED:
            return pgettext("delivery", "failed")
        return _("failed; it is tried again by itself")


@dataclass(frozen=True, slots=True)
class Result:
    """One note: its order, and the ways that it goes."""

    message: Message

    @property
    def order_number(self) -> str:
        return self.message.thread.order.number if self.message.thread.order else ""

    @property
    def inbox(self) -> Way | None:
        return self._way(INBOX)

    @property
    def mail(self) -> Way | None:
        """None for a note that was not to go by mail."""
        return self._way(MAIL)

    def _way(self, consumer: str) -> Way | None:
        found = (row for row in self.message.event.deliveries.all() if row.consumer == consumer)
        return next((Way(delivery) for delivery in found), None)


@dataclass(frozen=True, slots=True)
class Results:
    """All notes of one form."""

    sending: uuid.UUID
    rows: tuple[Result, ...]

    @property
    def counts(self) -> list[dict[str, object]]:
        """Sent, failed and waiting, of notes and of mails; the latter only where mails were asked for."""
        notes = [row.inbox for row in self.rows if row.inbox]
        mails = [row.mail for row in self.rows if row.mail]
        counts = [{"label": _("Notes"), **_count(notes)}]
        return [*counts, {"label": _("E-mails"), **_count(mails)}] if mails else counts

    @property
    def waiting(self) -> bool:
        return self._any(Fate.WAITING)

    @property
    def failed(self) -> bool:
        return self._any(Fate.FAILED)

    def _any(self, fate: Fate) -> bool:
        return any(way and way.fate == fate for row in self.rows for way in (row.inbox, row.mail))


def results(actor: Actor, sending: uuid.UUID) -> Results:
    """What became of the notes of one form, of those that the actor may see; two queries for any number of them."""
    deliveries = Prefetch("event__deliveries", Delivery.objects.order_by("pk"))
    rows = Message.objects.for_actor(actor).filter(sending=sending).select_related("thread__order", "event")
    return Results(sending, tuple(Result(message) for message in rows.prefetch_related(deliveries).order_by("pk")))


def deliveries_of(actor: Actor, sending: uuid.UUID) -> QuerySet[Delivery]:
    """The deliveries of the notes of one form; `try_again` takes those that failed."""
    events = Message.objects.for_actor(actor).filter(sending=sending).values("event_id")
    return Delivery.objects.filter(event__in=events)


def _count(ways: Iterable[Way]) -> dict[str, int]:
    found = Counter(way.fate for way in ways)
    return {"sent": found[Fate.SENT], "failed": found[Fate.FAILED], "waiting": found[Fate.WAITING]}
