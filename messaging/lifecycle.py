"""The life of a conversation: somebody asks, somebody answers (R-B1, R-B5, R-B8, R-C10); and of an inbox item: it is read.

A conversation of a shop with a buyer is about one order and part of its history; with the operator it may be about none.
What was written is never changed. `attachments`: files that were accepted before; each message has rows of its own for them,
which share the contents (R-B1).
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.attachments.lifecycle import attach_to_message
from messaging.attachments.uploads import Upload
from messaging.models import InboxItem, Message, Thread
from messaging.states import (
    MOST_PER_HOUR,
    TEXT_MAX,
    TITLE_MAX,
    WITH_BUYER,
    Category,
    InquiryCategory,
    Kind,
    State,
)
from orders.models import Order
from orders.work import MOST_TICKED
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import Seller
from qsm.events.door import expect, lock, move, must_be_open, record
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Machine, Refused, Transition

WAITING = frozenset({State.UNANSWERED, State.IN_PROGRESS})


def _machine(name: str, asker: frozenset[str], answerer: frozenset[str], initial: frozenset[str]) -> Machine:
    """A conversation in which one side asks and the other answers."""
    anywhere = frozenset(State)
    return Machine(
        name=name,
        initial=initial,
        transitions=(
            Transition("ask", anywhere, State.UNANSWERED, asker, f"{name}.asked", _("Write again")),
            Transition(
                "answer", anywhere, State.ANSWERED, answerer, f"{name}.answered", pgettext_lazy("button", "Answer")
            ),
            Transition(
                "take_up",
                frozenset({State.UNANSWERED}),
                State.IN_PROGRESS,
                answerer,
                f"{name}.taken_up",
                _("Mark as in progress"),
            ),
            Transition("close", WAITING, State.ANSWERED, answerer, f"{name}.closed", _("Needs no answer")),
        ),
        wrong_state=_("This conversation has moved on. Open it again to see where it stands."),
        wrong_party=_("You may not do this in a conversation. Ask the shop's owner or staff."),
    )


SELLER, BUYER, OPERATOR = (frozenset({party}) for party in (Party.SELLER, Party.BUYER, Party.OPERATOR))
TALK = _machine("talk", BUYER, SELLER, frozenset({State.UNANSWERED, State.ANSWERED}))
INQUIRY = _machine("inquiry", SELLER, OPERATOR, frozenset({State.UNANSWERED}))
HELP = _machine("help", BUYER, OPERATOR, frozenset({State.UNANSWERED}))
LETTER = _machine("letter", OPERATOR, SELLER, frozenset({State.UNANSWERED}))
MACHINES = {Kind.NOTE: TALK, Kind.QUESTION: TALK, Kind.INQUIRY: INQUIRY, Kind.HELP: HELP, Kind.LETTER: LETTER}


def send_notes(
    *,
    orders: Sequence[Order],
    by: Actor,
    category: str,
    title: str,
    text: str,
    also_by_mail: bool,
    attachments: Sequence[Upload] = (),
) -> uuid.UUID:
    """The shop writes to the buyer of each of these orders: one conversation and one event each (R-B1).

    category: a Category; title, text: as the buyer reads them; also_by_mail: to the buyer's address too, where one is
    known. Returns what the notes have in common: their result is asked for by it (R-B2). All are sent or none.
    Raises Refused: `message.wrong_party`, `message.no_orders`, `message.too_many_orders`, or as `_checked` does.
    """
    must_be_open()
    _only(SELLER, by)
    if not orders:
        raise Refused("message.no_orders", _("Choose at least one order to write about."))
    if len(orders) > MOST_TICKED:
        raise Refused("message.too_many_orders", _("A note can go to 100 orders at most. Choose fewer."))
    title, text = _checked(by, category, Category, title, text, len(orders))
    sending, event = uuid.uuid4(), "note.mailed" if also_by_mail else "note.sent"
    for order in lock(Order, *(order.pk for order in orders)):
        about = {"order": order, "seller_id": order.seller_id, "buyer_id": order.buyer_id}
        thread = Thread(kind=Kind.NOTE, category=category, title=title, **about)
        _begin(thread, event, by, text, attachments, sending)
    return sending


def write_to_shop(
    *, order: Order, by: Actor, category: str, title: str, text: str, attachments: Sequence[Upload] = ()
) -> Thread:
    """The buyer writes to the shop about an order: the own request that R-C10 asks for, if it says so.

    category: a Category. Raises Refused: `message.wrong_party`, or as `_checked` does.
    """
    _only(BUYER, by)
    title, text = _checked(by, category, Category, title, text)
    [order] = lock(Order, order.pk)
    about = {"order": order, "seller_id": order.seller_id, "buyer_id": order.buyer_id}
    thread = Thread(kind=Kind.QUESTION, category=category, title=title, **about)
    return _begin(thread, "talk.asked", by, text, attachments)


def inquire(
    *, order: Order | None, by: Actor, category: str, title: str, text: str, attachments: Sequence[Upload] = ()
) -> Thread:
    """A shop asks the operator, or a buyer about an own order (R-B8, R-C13).

    order: what it is about, if that is one order; a buyer always names one. category: an InquiryCategory.
    Raises Refused: `message.wrong_party`, or as `_checked` does.
    """
    must_be_open()
    _only(SELLER | BUYER, by)
    title, text = _checked(by, category, InquiryCategory, title, text)
    thread = Thread(order=order, category=category, title=title)
    if by.party is Party.SELLER:
        thread.kind, thread.seller_id = Kind.INQUIRY, by.seller_id
        return _begin(thread, "inquiry.asked", by, text, attachments)
    thread.kind, thread.buyer_id = Kind.HELP, order.buyer_id if order else None
    return _begin(thread, "help.asked", by, text, attachments)


def write_to_seller(
    *, seller: Seller, by: Actor, category: str, title: str, text: str, attachments: Sequence[Upload] = ()
) -> Thread:
    """The operator writes to a shop (R-B6). category: an InquiryCategory.

    Raises Refused: `message.wrong_party`, or as `_checked` does.
    """
    must_be_open()
    _only(OPERATOR, by)
    title, text = _checked(by, category, InquiryCategory, title, text)
    thread = Thread(kind=Kind.LETTER, seller_id=seller.pk, category=category, title=title)
    return _begin(thread, "letter.asked", by, text, attachments)


def ask(*, thread: Thread, by: Actor, text: str, attachments: Sequence[Upload] = ()) -> Thread:
    """Write once more, as the side that asks: it waits for an answer anew. A message is added, so nothing can clash.

    Raises Refused: as `_checked` does, or the machine's.
    """
    thread = _locked(thread)
    machine = MACHINES[Kind(thread.kind)]
    expect(thread, machine, "ask", by=by, seen=thread.version)
    text = _fitting(by, text)
    event = move(thread, machine, "ask", by=by, seen=thread.version, asked_at=clock.now())
    _say(thread, event, by, text, attachments)
    return thread


def answer(*, thread: Thread, seen: int, by: Actor, text: str, attachments: Sequence[Upload] = ()) -> Thread:
    """Answer, as the side that was asked. Raises Conflict when somebody else was faster, and Refused as `ask` does."""
    thread = _locked(thread)
    machine = MACHINES[Kind(thread.kind)]
    expect(thread, machine, "answer", by=by, seen=seen)
    text = _fitting(by, text)
    event = move(thread, machine, "answer", by=by, seen=seen)
    _say(thread, event, by, text, attachments)
    return thread


def take_up(*, thread: Thread, seen: int, by: Actor) -> Thread:
    """Say that somebody works on it: unanswered becomes in progress. Raises Conflict, or Refused from the machine."""
    thread = _locked(thread)
    move(thread, MACHINES[Kind(thread.kind)], "take_up", by=by, seen=seen)
    return thread


def close(*, thread: Thread, seen: int, by: Actor) -> Thread:
    """Nothing is left to answer, a word of thanks for example. Raises Conflict, or Refused from the machine."""
    thread = _locked(thread)
    move(thread, MACHINES[Kind(thread.kind)], "close", by=by, seen=seen)
    return thread


def mark_read(*, item: InboxItem, by: Actor) -> None:
    """The first working member or the buyer who opens it has read it; a viewer changes nothing (R-A2)."""
    if by.party is Party.VIEWER:
        return
    InboxItem.unscoped.filter(pk=item.pk, read_at__isnull=True).update(read_at=clock.now(), read_by_id=by.user_id)


def _begin(
    thread: Thread, event: str, by: Actor, text: str, attachments: Sequence[Upload], sending: uuid.UUID | None = None
) -> Thread:
    """The first message of a conversation; it waits for an answer unless it is the shop's own note."""
    is_note = thread.kind == Kind.NOTE
    thread.began_at = clock.now()
    thread.state, thread.asked_at = (State.ANSWERED, None) if is_note else (State.UNANSWERED, clock.now())
    thread.save(force_insert=True)
    _say(thread, record(event, thread, by=by, data={"category": thread.category}), by, text, attachments, sending)
    return thread


def _say(
    thread: Thread, event: Event, by: Actor, text: str, attachments: Sequence[Upload], sending: uuid.UUID | None = None
) -> None:
    message = Message.unscoped.create(
        thread=thread,
        event=event,
        party=by.party,
        user_id=by.user_id,
        text=text,
        sent_at=clock.now(),
        sending=sending,
    )
    attach_to_message(attachments, message=message, by=by)


def _locked(thread: Thread) -> Thread:
    if thread.kind in WITH_BUYER and thread.order_id:
        lock(Order, thread.order_id)
    [thread] = lock(Thread, thread.pk)
    return thread


def _only(parties: frozenset[str], by: Actor) -> None:
    if by.party not in parties:
        raise Refused("message.wrong_party", TALK.wrong_party)


def _checked(
    by: Actor, category: str, categories: Iterable[str], title: str, text: str, messages: int = 1
) -> tuple[str, str]:
    """Title and text as they are kept: the title in one line.

    Raises Refused: `message.category`, `message.no_title`, `message.title_too_long`, or as `_fitting` does.
    """
    if category not in list(categories):
        raise Refused("message.category", _("Choose one of the listed categories."), field="category")
    title = " ".join(title.split())
    if not title:
        raise Refused("message.no_title", _("Enter a title."), field="title")
    if len(title) > TITLE_MAX:
        raise Refused("message.title_too_long", _("The title has more than 100 characters. Shorten it."), field="title")
    return title, _fitting(by, text, messages)


def _fitting(by: Actor, text: str, messages: int = 1) -> str:
    """The text, trimmed. Raises Refused: `message.no_text`, `message.text_too_long`, `message.too_many`."""
    text = text.strip()
    if not text:
        raise Refused("message.no_text", _("Write what you want to say."), field="text")
    if len(text) > TEXT_MAX:
        raise Refused("message.text_too_long", _("The text has more than 2,000 characters. Shorten it."), field="text")
    since = clock.now() - timedelta(hours=1)
    if Message.unscoped.filter(user_id=by.user_id or 0, sent_at__gt=since).count() + messages > MOST_PER_HOUR[by.party]:
        raise Refused(
            "message.too_many",
            _("You have sent very many messages within an hour. Nothing was sent. Wait a while, then send it again."),
        )
    return text
