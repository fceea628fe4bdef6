"""Read side of the inbox."""

from dataclasses import dataclass
from datetime import datetime

from messaging.models import InboxItem
from messaging.notices import Drawn, draw
from qsm.accounts.access import Actor

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
