"""Operators read and answer inquiries in admin (R-B8)."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from messaging.models import InboxItem, Message, Thread
from messaging.states import State
from qsm.accounts.models import User
from qsm.events import deliveries
from qsm.events.models import Event
from tests.factories import OrderFactory, SellerFactory, UserFactory, buyer_of, member_of
from tests.messaging.talk import inquired, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def operator(*permissions: str) -> Client:
    """An operator with these permissions on top of reading all; with every one for none."""
    user: User = UserFactory(is_staff=True, is_superuser=not permissions)
    rights = Permission.objects.filter(content_type__app_label="messaging", codename__in=permissions)
    user.user_permissions.set(rights)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def deed(model: str, thread: Thread, action: str) -> str:
    return reverse(f"admin:messaging_{model}_do", args=[thread.pk, action])


def test_what_waits_leads_to_the_inquiries() -> None:
    """R-B8"""
    order = OrderFactory()
    inquired(member_of(order.seller), order)
    inquired(buyer_of(order), order)
    page = operator().get("/admin/").content.decode()
    for model in ("shopinquiry", "buyerinquiry"):
        url = f"/admin/messaging/{model}/?state__exact=UNANSWERED"
        assert url in page
        listed = operator().get(url).content.decode()
        assert listed.count("Refund, claim withdrawal &gt; Cancel, refund") == 1


@pytest.mark.parametrize("model", ["shopinquiry", "buyerinquiry"])
def test_an_operator_answers_an_inquiry_and_the_asker_reads_it(model: str) -> None:
    """R-B8, R-B9, R-P6: a page that asks once, then the answer in the inbox."""
    order = OrderFactory()
    asker = member_of(order.seller) if model == "shopinquiry" else buyer_of(order)
    thread = inquired(asker, order)
    client, url = operator(), deed(model, thread, "answer")
    row = client.get(reverse(f"admin:messaging_{model}_change", args=[thread.pk])).content.decode()
    assert "処理できません" in row
    assert url in row
    assert client.get(url).status_code == 200
    form = {"text": "こちらで取り消しました", "seen": thread.version, "key": "o1"}
    answers = [client.post(url, form) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    thread.refresh_from_db()
    assert (thread.state, thread.messages.count()) == (State.ANSWERED, 2)
    deliveries.sweep("inbox")
    assert [item.to for item in InboxItem.unscoped.all()] == [asker.party]


def test_the_slower_of_two_operators_sends_no_second_answer() -> None:
    """R-A4"""
    thread = inquired(member_of(SellerFactory()), None)
    url = deed("shopinquiry", thread, "answer")
    for key, status in (("o1", 302), ("o2", 409)):
        form = {"text": "回答です", "seen": thread.version, "key": key}
        assert operator().post(url, form).status_code == status
    assert Message.unscoped.count() == 2


def test_reading_is_not_answering() -> None:
    """R-A2: by Django's permissions."""
    thread = inquired(member_of(SellerFactory()), None)
    reader, url = operator("view_shopinquiry", "view_message"), deed("shopinquiry", thread, "answer")
    page = reader.get(reverse("admin:messaging_shopinquiry_change", args=[thread.pk]))
    assert page.status_code == 200
    assert url not in page.content.decode()
    assert reader.post(url, {"text": "x", "seen": thread.version, "key": "o1"}).status_code == 403
    assert reader.get(reverse("admin:messaging_letter_add")).status_code == 403


def test_a_conversation_of_shop_and_buyer_is_read_but_not_answered_by_operators() -> None:
    """R-B8: their inquiries only."""
    thread = written(OrderFactory())
    client = operator()
    assert client.get(reverse("admin:messaging_thread_change", args=[thread.pk])).status_code == 200
    for model in ("shopinquiry", "buyerinquiry", "letter"):
        assert client.get(deed(model, thread, "answer")).status_code == 404


def test_an_operator_writes_to_a_shop() -> None:
    """R-B6: the tab *from the operator*; the shop is told."""
    shop = SellerFactory()
    form = {"seller": shop.pk, "category": "other", "title": "メンテナンス", "text": "8月4日です", "key": "o1"}
    client, url = operator(), reverse("admin:messaging_letter_add")
    assert client.get(url).status_code == 200
    assert client.post(url, form).status_code == 302
    assert Thread.objects.for_actor(member_of(shop)).get().title == "メンテナンス"
    assert Event.unscoped.get().name == "letter.asked"
    deliveries.sweep("inbox")
    assert InboxItem.unscoped.get().seller_id == shop.pk


def test_a_letter_cannot_be_saved_as_new_past_the_door() -> None:
    """R-B6, one door: Django's own *save as new* of a page that is there to read writes nothing."""
    shop = SellerFactory()
    form = {"seller": shop.pk, "category": "other", "title": "メンテナンス", "text": "8月4日です", "key": "o1"}
    client = operator()
    client.post(reverse("admin:messaging_letter_add"), form)
    page = reverse("admin:messaging_letter_change", args=[Thread.unscoped.get().pk])
    assert client.post(page, {**form, "_saveasnew": "1"}).status_code == 403
    assert Thread.unscoped.count() == 1
