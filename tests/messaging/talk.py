"""Conversations for tests, begun by actions."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.test import Client

from messaging import lifecycle
from messaging.models import Thread
from messaging.states import Category, InquiryCategory
from orders.models import Order
from qsm.accounts.access import Actor
from qsm.accounts.models import User
from qsm.events.door import change
from tests.factories import buyer_of, member_of

TITLE = "在庫のお知らせ"
TEXT = "ご注文の商品の在庫がなくなりました。"


def noted_orders(orders: Sequence[Order], by: Actor | None = None, **words: Any) -> uuid.UUID:
    """A member of the shop sends a note to the buyers of these orders."""
    by = by or member_of(orders[0].seller)
    said = {"category": Category.CANCEL_REFUND, "title": TITLE, "text": TEXT, "also_by_mail": True, **words}
    with change(by):
        return lifecycle.send_notes(orders=orders, by=by, **said)


def written(order: Order, **words: Any) -> Thread:
    """The buyer writes to the shop about an order."""
    said = {"category": Category.CANCEL_REFUND, "title": "質問", "text": "まだ発送されませんか", **words}
    with change(by := buyer_of(order)):
        return lifecycle.write_to_shop(order=order, by=by, **said)


def inquired(by: Actor, order: Order | None) -> Thread:
    """A shop or a buyer asks the operator."""
    said = {"category": InquiryCategory.CANCEL_REFUND, "title": "キャンセルについて", "text": "処理できません"}
    with change(by):
        return lifecycle.inquire(order=order, by=by, **said)


def answered(thread: Thread) -> Thread:
    """A member of the shop answers on what the test has seen of the conversation."""
    with change(by := member_of(thread.seller)):
        return lifecycle.answer(thread=thread, seen=thread.version, by=by, text="承知しました")


def client_of(actor: Actor) -> Client:
    """A browser in which this person is logged in, reading English."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=actor.user_id or 0))
    return client
