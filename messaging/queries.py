"""Read side of the inbox and of conversations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from messaging.grids import state_chip
from messaging.models import Attachment, InboxItem, Message, Thread
from messaging.notices import Drawn, draw_all
from messaging.states import WITH_BUYER, Kind, State
from messaging.texts import masked
from orders.models import Order
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.counting import Counters, count
from qsm.events.history import PARTIES
from qsm.lib.grid import Chip

SHOWN = 100
GROUPS_SHOWN = 200
# The tabs of the inquiry page, and what customers' conversations are listed by: key and name (R-B6).
TABS = {"customers": WITH_BUYER, "operator": (Kind.LETTER,), "own": (Kind.INQUIRY,)}
GROUPED = {"buyer": ("buyer_id", "buyer__name"), "product": ("order__product_code", "order__product_name")}


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
    """The newest inbox items of an actor, in the active language; the number of queries does not grow with them."""
    items = InboxItem.objects.for_actor(actor).select_related("event").order_by("-arrived_at", "-pk")[:SHOWN]
    drawn = draw_all([(item.event, item.to) for item in items])
    return [Letter(item, notice) for item, notice in zip(items, drawn, strict=True)]


def _unread(actor: Actor) -> QuerySet[InboxItem]:
    return InboxItem.objects.for_actor(actor).filter(read_at__isnull=True)


UNREAD = Counters(_unread, lambda: {"unread": Q()})


def unread(actor: Actor) -> int:
    """How many inbox items the actor has not opened."""
    return count(actor, UNREAD)[0]["unread"]


def noted(order: Order) -> bool:
    """Whether the shop has written to the buyer about this order before (R-C12). The order was found to be the asker's."""
    return _said_about(order, Party.SELLER).exists()


def latest_from_buyer(order: Order) -> Message | None:
    """The buyer's newest own message to the shop about this order, if any (R-C10)."""
    return _said_about(order, Party.BUYER).order_by("-pk").first()


def orders_with_word_of(party: Party, order_ids: Iterable[int]) -> set[int]:
    """Those of these orders about which the shop or the buyer has written to the other, in one query (R-C10, R-C12)."""
    rows = Message.objects.for_actor(SYSTEM).filter(thread__kind__in=WITH_BUYER, party=party)
    return set(rows.filter(thread__order_id__in=order_ids).values_list("thread__order_id", flat=True))


def _unanswered(actor: Actor) -> QuerySet[Thread]:
    return Thread.objects.for_actor(actor).filter(kind__in=WITH_BUYER, state=State.UNANSWERED)


# How many conversations with customers wait for the shop's answer (R-P1).
UNANSWERED = Counters(_unanswered, lambda: {"unanswered": Q()})


def _said_about(order: Order, party: Party) -> QuerySet[Message]:
    rows = Message.objects.for_actor(SYSTEM)
    return rows.filter(thread__order_id=order.pk, thread__kind__in=WITH_BUYER, party=party)


def files_of_claim(claim_id: int, actor: Actor) -> QuerySet[Attachment]:
    """What came with a claim, as its sides and operators see it (R-P8)."""
    return Attachment.objects.for_actor(actor).filter(claim_id=claim_id).order_by("pk")


def conversation(thread: Thread) -> QuerySet[Message]:
    """What was said in a conversation that the actor was found to take part in, oldest first."""
    return _said(Message.objects.for_actor(SYSTEM).filter(thread=thread))


def with_files(rows: QuerySet[Message]) -> QuerySet[Message]:
    """With the files of each message, whose readers are the message's own, in one query more (R-B1)."""
    files = Attachment.objects.for_actor(SYSTEM).order_by("pk")
    return rows.prefetch_related(Prefetch("attachments", files))


def _said(rows: QuerySet[Message]) -> QuerySet[Message]:
    return with_files(rows.select_related("user", "thread").order_by("pk"))


def unanswered_by_tab(actor: Actor) -> dict[str, int]:
    """How many conversations of each tab wait for an answer, in one query; the shop's own wait for the operator."""
    rows = Thread.objects.for_actor(actor).filter(state=State.UNANSWERED)
    return rows.aggregate(**{name: Count("pk", filter=Q(kind__in=kinds)) for name, kinds in TABS.items()})


@dataclass(frozen=True, slots=True)
class Group:
    """Conversations with one customer, or about one product."""

    label: str
    query: str
    count: int
    waiting: int
    last_at: datetime


def groups(actor: Actor, by: str) -> list[Group]:
    """Customers' conversations `by` customer or product, those that wait and the newest first (R-B6)."""
    rows = Thread.objects.for_actor(actor).filter(kind__in=WITH_BUYER, asked_at__isnull=False)
    key, name = GROUPED[by]
    counted = rows.values(key, label=Max(name)).annotate(
        count=Count("pk"), waiting=Count("pk", filter=Q(state=State.UNANSWERED)), last_at=Max("asked_at")
    )
    return [
        Group(
            masked(row["label"]) if by == "buyer" else row["label"],
            urlencode({by: row[key]}) if row[key] else "",
            row["count"],
            row["waiting"],
            row["last_at"],
        )
        for row in counted.order_by("-waiting", "-last_at")[:GROUPS_SHOWN]
    ]


@dataclass(frozen=True, slots=True)
class Talk:
    """The whole exchange of a shop with a buyer about one order, and the conversation that waits for an answer."""

    messages: list[Message]

    @property
    def waiting(self) -> Thread | None:
        """The newest conversation in which the buyer has no answer yet: the N of the inbox button (R-B5)."""
        threads = (message.thread for message in reversed(self.messages))
        return next((thread for thread in threads if thread.state == State.UNANSWERED), None)


def about_order(order: Order) -> Talk:
    """What was said about an order that the actor was found to see, with its files, in two queries (R-B5)."""
    rows = Message.objects.for_actor(SYSTEM).filter(thread__order_id=order.pk, thread__kind__in=WITH_BUYER)
    return Talk(list(_said(rows)))


@dataclass(frozen=True, slots=True)
class BuyerThread:
    """A conversation as its buyer sees it in the list."""

    thread: Thread

    @property
    def chip(self) -> Chip | None:
        """Whether an answer is still to come; nothing to say of a note that nobody answered."""
        return state_chip(self.thread.state) if self.thread.asked_at else None

    @property
    def other(self) -> str:
        """The shop's name, or the operator."""
        return self.thread.seller.name if self.thread.seller else str(PARTIES[Party.OPERATOR])


def threads(actor: Actor) -> list[BuyerThread]:
    """The buyer's newest conversations, in one query."""
    rows = Thread.objects.for_actor(actor).select_related("seller", "order").order_by("-began_at", "-pk")
    return [BuyerThread(thread) for thread in rows[:SHOWN]]
