"""Shops, buyers and the operator write to each other (rules, section 11)."""

import pytest
from django.db import DatabaseError, transaction

from messaging import lifecycle
from messaging.models import InboxItem, Message, Thread
from messaging.queries import UNANSWERED, latest_from_buyer, letters, noted
from messaging.states import MOST_PER_HOUR, InquiryCategory, Kind, State
from qsm.accounts.access import Actor, Party
from qsm.accounts.counting import count
from qsm.accounts.models import Role
from qsm.events import deliveries
from qsm.events.door import Conflict, change
from qsm.events.models import Delivery, Event
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, UserFactory, buyer_of, member_of
from tests.messaging.talk import answered, inquired, noted_orders, written

pytestmark = pytest.mark.django_db


def unanswered(actor: Actor) -> int:
    return count(actor, UNANSWERED)[0]["unanswered"]


def test_a_note_is_an_event_of_its_order_and_reaches_inbox_mail_and_devices() -> None:
    """R-B1, R-B9"""
    order = OrderFactory()
    noted_orders([order])
    event = Event.unscoped.get(order_id=order.pk)
    assert (event.name, event.to_state) == ("note.mailed", State.ANSWERED)
    assert set(Delivery.objects.values_list("consumer", "to")) == {
        ("inbox", "buyer"),
        ("mail", "buyer"),
        ("push", "buyer"),
    }
    deliveries.sweep("inbox")
    [letter] = letters(buyer_of(order))
    assert "在庫" in letter.notice.text


def test_without_also_by_mail_there_is_no_mail() -> None:
    """R-B1"""
    noted_orders([OrderFactory()], also_by_mail=False)
    assert set(Delivery.objects.values_list("consumer", flat=True)) == {"inbox"}


def test_a_note_goes_to_the_buyer_of_each_ticked_order() -> None:
    """R-B1: one conversation and one event for each."""
    first = OrderFactory()
    orders = [first, *(OrderFactory(seller=first.seller) for _more in range(3))]
    noted_orders(orders)
    assert {thread.order_id for thread in Thread.unscoped.all()} == {order.pk for order in orders}
    assert Message.unscoped.values("sending").distinct().count() == 1


def test_whether_the_shop_has_written_before() -> None:
    """R-C12: a note or an answer about that order, by the shop."""
    order, other = OrderFactory(), OrderFactory()
    written(order)
    assert not noted(order)
    noted_orders([order])
    assert noted(order)
    assert not noted(other)


def test_the_buyers_own_message_about_the_order() -> None:
    """R-C10: what the buyer wrote to the shop, not what the shop wrote nor what the operator was asked."""
    order = OrderFactory()
    noted_orders([order])
    inquired(buyer_of(order), order)
    assert latest_from_buyer(order) is None
    thread = written(order, text="キャンセルしてください")
    message = latest_from_buyer(order)
    assert message is not None
    assert (message.thread_id, message.text) == (thread.pk, "キャンセルしてください")
    assert latest_from_buyer(OrderFactory(buyer=order.buyer, seller=order.seller)) is None


def test_a_buyers_answer_to_a_note_counts_as_a_message_of_the_buyer() -> None:
    """R-C10, R-B5"""
    order = OrderFactory()
    noted_orders([order])
    thread = Thread.unscoped.get()
    with change(by := buyer_of(order)):
        lifecycle.ask(thread=thread, by=by, text="キャンセルでお願いします")
    thread.refresh_from_db()
    assert (thread.state, thread.asked_at is not None) == (State.UNANSWERED, True)
    assert latest_from_buyer(order) is not None


def test_an_answer_ends_the_waiting_and_is_told() -> None:
    """R-B5, R-B9"""
    order = OrderFactory()
    thread = written(order)
    seller = member_of(order.seller)
    assert unanswered(seller) == 1
    assert (answered(thread).state, unanswered(seller)) == (State.ANSWERED, 0)
    told = Delivery.objects.filter(event__name="talk.answered")
    assert set(told.values_list("consumer", "to")) == {("inbox", "buyer"), ("mail", "buyer"), ("push", "buyer")}


def test_the_slower_of_two_answers_is_not_sent() -> None:
    """R-A4"""
    thread = written(OrderFactory())
    answered(thread)
    with pytest.raises(Conflict) as conflict:
        answered(thread)
    assert [event.name for event in conflict.value.events] == ["talk.answered"]
    assert Message.unscoped.count() == 2


def test_an_orders_conflict_tells_of_the_order_only() -> None:
    """R-A4: a note is no change of the order."""
    from orders.lifecycle import dispatch

    order = OrderFactory()
    seller = member_of(order.seller)
    with change(seller):
        dispatch(order=order, seen=1, by=seller, carrier="ゆうパック", tracking_number="1")
    noted_orders([order])
    with pytest.raises(Conflict) as conflict, change(seller):
        dispatch(order=order, seen=1, by=seller, carrier="ゆうパック", tracking_number="1")
    assert [event.name for event in conflict.value.events] == ["order.dispatched"]


@pytest.mark.parametrize(("state", "seen_as"), [("take_up", State.IN_PROGRESS), ("close", State.ANSWERED)])
def test_a_message_can_be_taken_up_or_need_no_answer(state: str, seen_as: State) -> None:
    """R-B6"""
    thread = written(OrderFactory())
    with change(by := member_of(thread.seller)):
        thread = getattr(lifecycle, state)(thread=thread, seen=thread.version, by=by)
    assert (thread.state, unanswered(by)) == (seen_as, 0)


def test_an_inquiry_without_an_order_is_answered_by_the_operator_and_told() -> None:
    """R-B8, R-B9"""
    seller = member_of(OrderFactory().seller)
    thread = inquired(seller, None)
    operator = Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)
    with change(operator):
        thread = lifecycle.take_up(thread=thread, seen=thread.version, by=operator)
        lifecycle.answer(thread=thread, seen=thread.version, by=operator, text="対応いたします")
    assert list(Event.unscoped.order_by("pk").values_list("name", "seq", "order_id")) == [
        ("inquiry.asked", 1, None),
        ("inquiry.taken_up", 2, None),
        ("inquiry.answered", 3, None),
    ]
    deliveries.sweep("inbox")
    assert InboxItem.unscoped.get().seller_id == seller.seller_id


def test_a_buyers_inquiry_is_no_business_of_the_shop() -> None:
    """R-C13, R-A1: neither the conversation nor the order's history tells of it; the answer reaches the buyer."""
    order = OrderFactory()
    thread = inquired(buyer_of(order), order)
    assert thread.kind == Kind.HELP
    assert not Thread.objects.for_actor(member_of(order.seller)).exists()
    assert not Message.objects.for_actor(member_of(order.seller)).exists()
    assert not Event.unscoped.filter(order_id=order.pk).exists()
    operator = Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)
    with change(operator):
        lifecycle.answer(thread=thread, seen=thread.version, by=operator, text="確認しました")
    deliveries.sweep("inbox")
    assert InboxItem.unscoped.get().buyer_id == order.buyer_id


@pytest.mark.parametrize("party", [Party.VIEWER, Party.BUYER, Party.OPERATOR, Party.SYSTEM])
def test_only_working_members_send_notes(party: Party) -> None:
    """R-A2"""
    order = OrderFactory()
    by = Actor(party, user_id=UserFactory().pk, seller_id=order.seller_id, role=Role.VIEWER)
    with pytest.raises(Refused, match="wrong_party"):
        noted_orders([order], by=by)
    assert not Message.unscoped.exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": " \n "}, "message.no_title"),
        ({"title": "あ" * 101}, "message.title_too_long"),
        ({"text": " \n "}, "message.no_text"),
        ({"text": "あ" * 2001}, "message.text_too_long"),
        ({"category": InquiryCategory.SETTLEMENT}, "message.category"),
    ],
)
def test_what_cannot_be_sent(words: dict[str, str], code: str) -> None:
    """R-B1: with the field that it is about."""
    with pytest.raises(Refused) as refused:
        noted_orders([OrderFactory()], **words)
    assert refused.value.code == code
    assert refused.value.field in words


def test_a_flood_is_stopped_before_anything_of_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-B1: so many messages per person and hour, counted in the database."""
    monkeypatch.setitem(MOST_PER_HOUR, "seller", 3)
    order = OrderFactory()
    by = member_of(order.seller)
    noted_orders([order, OrderFactory(seller=order.seller)], by=by)
    with pytest.raises(Refused, match="too_many"):
        noted_orders([order, OrderFactory(seller=order.seller)], by=by)
    assert Message.unscoped.count() == 2
    noted_orders([order], by=by)
    noted_orders([order], by=member_of(order.seller))


def test_what_was_said_stays_as_it_was_said() -> None:
    """R-B5: the database refuses to change it."""
    written(OrderFactory())
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.unscoped.update(text="そんなことは言っていない")


def test_a_title_is_one_line() -> None:
    """A mail's subject comes from it."""
    noted_orders([OrderFactory()], title="在庫\r\nBcc: x@example.jp")
    assert Thread.unscoped.get().title == "在庫 Bcc: x@example.jp"
