"""Read side of the inbox and of conversations."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from messaging.models import InboxItem, Message, Thread
from messaging.notices import Drawn, draw
from messaging.states import WITH_BUYER, State
from orders.models import Order
from qsm.accounts.access import SYSTEM, Actor, Party

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """An inbox item as its reader sees it."""

    item: InboxItem
    notice: Drawn

    @property
    def arrived_at(self) -> datetime:
        return self.item.arrived_at

    @property
    def unread(self) -> bool:
        return self.item.read_at is None


def letters(actor: Actor) -> list[Letter]:
    """The newest inbox items of an actor, in the active language."""
    items = InboxItem.objects.for_actor(actor).select_related("event").order_by("-arrived_at", "-pk")[:SHOWN]
    return [Letter(item, draw(item.event, item.to)) for item in items]


def unread(actor: Actor) -> int:
    """How many inbox items the actor has not opened."""
    return InboxItem.objects.for_actor(actor).filter(read_at__isnull=True).count()


def noted(order: Order) -> bool:
    """Whether the shop has written to the buyer about this order before (R-C12). The order was found to be the asker's."""
    return _said_about(order, Party.SELLER).exists()


def latest_from_buyer(order: Order) -> Message | None:
    """The buyer's newest own message to the shop about this order, if any (R-C10)."""
    return _said_about(order, Party.BUYER).order_by("-pk").first()


def unanswered(actor: Actor) -> int:
    """How many conversations with customers wait for the shop's answer (R-P1)."""
    return Thread.objects.for_actor(actor).filter(kind__in=WITH_BUYER, state=State.UNANSWERED).count()


def _said_about(order: Order, party: Party) -> QuerySet[Message]:
    rows = Message.objects.for_actor(SYSTEM)
    return rows.filter(thread__order_id=order.pk, thread__kind__in=WITH_BUYER, party=party)


def conversation(thread: Thread) -> QuerySet[Message]:
    """What was said in a conversation that the actor was found to take part in, oldest first."""
    return Message.objects.for_actor(SYSTEM).filter(thread=thread).select_related("user", "thread").order_by("pk")
