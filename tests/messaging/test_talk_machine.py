"""The machines of conversations, exhaustively: who may ask, answer, take up and close in which state (R-B6, R-B8)."""

from itertools import product

import pytest

from messaging import lifecycle
from messaging.models import Thread
from messaging.states import InquiryCategory, Kind, State
from qsm.accounts.access import Actor, Party
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, UserFactory, buyer_of, member_of
from tests.messaging.talk import inquired, noted_orders, written

pytestmark = pytest.mark.django_db
ACTIONS = ("ask", "answer", "take_up", "close")
WORDS = {"ask", "answer"}  # these carry a text


def thread_of(kind: Kind) -> Thread:
    """A conversation of this kind, as it begins."""
    order = OrderFactory()
    match kind:
        case Kind.NOTE:
            noted_orders([order])
        case Kind.QUESTION:
            written(order)
        case Kind.INQUIRY:
            inquired(member_of(order.seller), order)
        case Kind.HELP:
            inquired(buyer_of(order), order)
        case Kind.LETTER:
            words = {"category": InquiryCategory.OTHER, "title": "お知らせ", "text": "ご確認ください"}
            with change(by := actor(Party.OPERATOR)):
                lifecycle.write_to_seller(seller=order.seller, by=by, **words)
    return Thread.unscoped.get()


def actor(party: Party) -> Actor:
    return Actor(party, user_id=UserFactory().pk)


def take(action: str, thread: Thread, by: Actor) -> Thread:
    seen = {} if action == "ask" else {"seen": thread.version}
    text = {"text": "一言"} if action in WORDS else {}
    with change(by):
        return getattr(lifecycle, action)(thread=thread, by=by, **seen, **text)


@pytest.mark.parametrize("kind", Kind)
def test_every_pair_of_state_and_action_for_every_party(kind: Kind) -> None:
    """R-A2: 100 % of the table; what is refused leaves no event and no message."""
    thread, machine = thread_of(kind), lifecycle.MACHINES[kind]
    for state, action, party in product(State, ACTIONS, Party):
        Thread.unscoped.filter(pk=thread.pk).update(state=state)
        thread.refresh_from_db()
        edges = [edge for edge in machine.transitions if edge.action == action and party in edge.by]
        events, messages = Event.unscoped.count(), thread.messages.count()
        if any(state in edge.sources for edge in edges):
            assert take(action, thread, actor(party)).state == edges[0].target
            assert Event.unscoped.latest("pk").name == edges[0].event
            assert thread.messages.count() == messages + (action in WORDS)
        else:
            with pytest.raises(Refused) as refused:
                take(action, thread, actor(party))
            assert refused.value.code == f"{machine.name}.{'wrong_state' if edges else 'wrong_party'}"
            assert (Event.unscoped.count(), thread.messages.count()) == (events, messages)


def test_who_asks_and_who_answers() -> None:
    """R-B6, R-B8"""
    sides = {
        kind: tuple(
            {party for edge in machine.transitions if edge.action == action for party in edge.by}
            for action in ("ask", "answer")
        )
        for kind, machine in lifecycle.MACHINES.items()
    }
    assert sides == {
        Kind.NOTE: ({Party.BUYER}, {Party.SELLER}),
        Kind.QUESTION: ({Party.BUYER}, {Party.SELLER}),
        Kind.INQUIRY: ({Party.SELLER}, {Party.OPERATOR}),
        Kind.HELP: ({Party.BUYER}, {Party.OPERATOR}),
        Kind.LETTER: ({Party.OPERATOR}, {Party.SELLER}),
    }
