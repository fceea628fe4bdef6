"""A note to a buyer, through web, worker and a real mail server (rules, section 11)."""

import pytest
from django.urls import reverse

from messaging.models import InboxItem, Message
from orders.models import Order
from qsm.events.models import Delivery
from tests.factories import MemberFactory, OrderFactory
from tests.servers import wait_for
from tests.service.conftest import Street
from tests.service.path import all_done
from tests.service.people import PATIENCE, Person

pytestmark = pytest.mark.service
TEXT = "ご注文の商品の発送が一日遅れます。"


def send(person: Person, order: Order) -> str:
    """Fill in and send a note about an order; the address of its result."""
    url = reverse("messaging:note")
    words = {"category": "delivery", "title": "発送のお知らせ", "text": TEXT, "also_by_mail": "on"}
    asked = person.post(url, person.filled(f"{url}?order={order.pk}", url, **words))
    answer = person.post(url, asked.form(url) | words)
    assert answer.status == 302, answer.prose
    return answer.location


def test_a_note_arrives_in_the_inbox_and_by_mail(street: Street) -> None:
    """R-B1, R-B2, R-B9: the result says so, the buyer reads it in both places."""
    order = OrderFactory()
    person = Person(street.url, MemberFactory(seller=order.seller).user)
    result = send(person, order)
    all_done()
    assert person.get(result).prose.count("sent 1, failed 0") == 2
    buyer = Person(street.url, order.buyer.user)
    item = InboxItem.unscoped.get()
    assert TEXT in buyer.get(reverse("messaging:qpost_notice", args=[item.pk])).prose
    [mail] = street.post.messages
    assert mail["To"] == order.buyer.user.email
    assert TEXT in mail.get_body(("plain",)).get_content()
    assert f"{street.url}{reverse('messaging:my_thread', args=[Message.unscoped.get().thread_id])}" in str(
        mail.get_body(("plain",)).get_content()
    )


def test_what_the_mail_server_refused_is_sent_again(street: Street) -> None:
    """R-B2: the result names the failure; sent again it arrives, once."""
    order = OrderFactory()
    person = Person(street.url, MemberFactory(seller=order.seller).user)
    street.post.refusal = "451 try again later"
    result = send(person, order)
    wait_for(Delivery.objects.filter(consumer="mail").exclude(error="").exists, PATIENCE)
    page = person.get(result)
    assert "sent 0, failed 1" in page.prose
    street.post.refusal = None
    again = f"{result}again/"
    person.follow(person.post(again, page.form(again)))
    all_done()
    assert person.get(result).prose.count("sent 1, failed 0") == 2
    assert len(street.post.messages) == 1
    assert InboxItem.unscoped.count() == 1
