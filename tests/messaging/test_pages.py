"""Notes, their result and conversations as people meet them on pages (rules, section 11)."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Message, Thread
from messaging.states import MOST_PER_HOUR, TEXT_MAX, TITLE_MAX, State
from orders.models import Order
from qsm.accounts.models import Role, Seller
from qsm.events import deliveries
from qsm.events.demo_clock import forget
from qsm.events.models import Delivery, DeliveryState
from tests.factories import OrderFactory, SellerFactory, buyer_of, member_of, requested_cancel
from tests.messaging.talk import client_of, noted_orders, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def staff(shop: Seller, role: Role = Role.STAFF) -> Client:
    return client_of(member_of(shop, role))


def buyer(order: Order) -> Client:
    return client_of(buyer_of(order))


def said(**more: Any) -> dict[str, Any]:
    return {
        "category": "cancel_refund",
        "title": "在庫のお知らせ",
        "text": "在庫がなくなりました。",
        "also_by_mail": "on",
        "key": "k1",
        **more,
    }


def orders_of_one_shop(number: int) -> list[Order]:
    shop = SellerFactory()
    return [OrderFactory(seller=shop) for _order in range(number)]


def send(client: Client, words: dict[str, Any]) -> Any:
    """Press the button, read what is asked, and press it again."""
    asked = client.post(reverse("messaging:note"), words)
    return client.post(reverse("messaging:note"), {**words, "seal": asked.context["seal"]})


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_the_note_is_offered_for_ticked_orders_with_its_fields() -> None:
    """R-B1: by mail too, at first; both channels."""
    first, second = orders_of_one_shop(2)
    page = text_of(
        staff(first.seller).get(reverse("messaging:note"), {"ticked": [f"{first.pk}:{first.version}", second.pk]})
    )
    assert first.number in page
    assert second.number in page
    assert 'name="also_by_mail" id="message_also_by_mail" checked' in page
    assert reverse("messaging:inquire") in page


def test_ticked_claims_lead_to_a_note_about_their_orders() -> None:
    """R-B1: from the grid of the claims page; another shop's claim is as if it did not exist."""
    claim, foreign = requested_cancel(), requested_cancel()
    client = staff(claim.seller)
    assert reverse("claims:note") in text_of(client.get(reverse("claims:list")))
    page = text_of(client.get(reverse("claims:note"), {"ticked": [f"{claim.pk}:1", foreign.pk]}, follow=True))
    assert claim.order.number in page
    assert foreign.order.number not in page


def test_who_cannot_be_reached_by_mail_is_said_before() -> None:
    """R-O10: the seller sees that the inbox has to do."""
    order, without = orders_of_one_shop(2)
    without.buyer.user = None
    without.buyer.email = ""
    without.buyer.save()
    client, url = staff(order.seller), reverse("messaging:note")
    hint = "No mail address is known of 1 buyer"
    assert hint in text_of(client.get(url, {"ticked": [order.pk, without.pk]}))
    assert hint not in text_of(client.get(url, {"ticked": order.pk}))


def test_sending_leads_to_the_result_which_counts_what_was_delivered() -> None:
    """R-B2: nothing is called sent before it is delivered."""
    orders = orders_of_one_shop(2)
    client = staff(orders[0].seller)
    answer = send(client, said(ticked=[order.pk for order in orders]))
    page = text_of(client.get(answer.headers["Location"]))
    assert page.count("sent 0, failed 0") == 2
    deliveries.sweep("inbox")
    page = text_of(client.get(answer.headers["Location"]))
    assert "sent 2, failed 0" in page
    deliveries.sweep("mail")
    page = text_of(client.get(answer.headers["Location"]))
    assert page.count("sent 2, failed 0") == 2
    assert len(mail.outbox) == 2


def test_the_result_asks_for_itself_until_all_is_said() -> None:
    """R-B2: the counts change while it is open; the last answer ends the asking."""
    [order] = orders_of_one_shop(1)
    url = reverse("messaging:sent", args=[noted_orders([order])])
    client, htmx = staff(order.seller), {"HX-Request": "true", "HX-Target": "sent"}
    assert 'hx-trigger="every 2s"' in text_of(client.get(url))
    assert client.get(url, headers=htmx).status_code == 200
    deliveries.sweep("inbox")
    deliveries.sweep("mail")
    last = client.get(url, headers=htmx)
    assert last.status_code == 286
    assert text_of(last).count("sent 1, failed 0") == 2


def test_a_failed_mail_is_counted_and_can_be_sent_again() -> None:
    """R-B2: no address is a failure too, and says so; what was sent is not sent twice."""
    order, without = orders_of_one_shop(2)
    without.buyer.user = None
    without.buyer.email = ""
    without.buyer.save()
    sending = noted_orders([order, without])
    for channel in ("inbox", "mail"):
        deliveries.sweep(channel)
    client, url = staff(order.seller), reverse("messaging:sent", args=[sending])
    page = text_of(client.get(url))
    assert "sent 2, failed 0" in page
    assert "sent 1, failed 1" in page
    assert "no address known" in page
    without.buyer.email = "found@example.jp"
    without.buyer.save()
    assert client.post(reverse("messaging:send_again", args=[sending])).headers["Location"] == url
    deliveries.sweep("mail")
    assert text_of(client.get(url)).count("sent 2, failed 0") == 2
    assert sorted(message.to for message in mail.outbox) == sorted([[order.buyer.email], ["found@example.jp"]])


def test_a_mail_that_the_server_refused_counts_as_failed_at_once(settings: Any) -> None:
    """R-B2: though it is tried again by itself."""
    [order] = orders_of_one_shop(1)
    sending = noted_orders([order])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    deliveries.sweep("mail")
    assert Delivery.objects.get(consumer="mail").state == DeliveryState.PENDING
    assert "sent 0, failed 1" in text_of(staff(order.seller).get(reverse("messaging:sent", args=[sending])))


def test_a_double_click_sends_once_and_answers_the_same() -> None:
    """R-P6"""
    [order] = orders_of_one_shop(1)
    client = staff(order.seller)
    answers = [send(client, said(ticked=order.pk)) for _click in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Message.unscoped.count() == 1


def test_a_note_is_asked_about_once() -> None:
    """R-P6: a note cannot be taken back; whoever changes the words is asked anew."""
    first, second = orders_of_one_shop(2)
    client, words = staff(first.seller), said(ticked=[first.pk, second.pk])
    asked = client.post(reverse("messaging:note"), words)
    assert "Really send it to the buyers of 2 orders?" in text_of(asked)
    changed = {**words, "text": "別の言葉です", "seal": asked.context["seal"]}
    assert client.post(reverse("messaging:note"), changed).status_code == 200
    assert not Message.unscoped.exists()
    assert client.post(reverse("messaging:note"), {**words, "seal": asked.context["seal"]}).status_code == 302
    assert Message.unscoped.count() == 2


def test_personal_data_in_an_answer_is_shown_once_too() -> None:
    """R-B3"""
    thread = written(OrderFactory())
    client, url = staff(thread.seller), reverse("messaging:answer", args=[thread.pk])
    words = {"text": "yun@example.jp へご連絡ください", "seen": thread.version, "key": "a1"}
    warning = client.post(url, words)
    assert "<mark>yun@example.jp" in text_of(warning)
    assert client.post(url, {**words, "seal": warning.context["seal"]}).status_code == 302
    assert Message.unscoped.latest("pk").text == words["text"]


def test_personal_data_is_shown_once_and_then_sent() -> None:
    """R-B3: marked before it is sent, in these words, never refused."""
    [order] = orders_of_one_shop(1)
    client = staff(order.seller)
    words = said(ticked=order.pk, text="お電話は090-1234-5678までお願いします。")
    warning = client.post(reverse("messaging:note"), words)
    assert warning.status_code == 200
    assert "<mark>090-1234-5678" in text_of(warning)
    assert not Message.unscoped.exists()
    seal = warning.context["seal"]
    other = client.post(reverse("messaging:note"), {**words, "text": "yun@example.jp", "seal": seal})
    assert "<mark>yun@example.jp" in text_of(other)
    assert client.post(reverse("messaging:note"), {**words, "seal": seal}).status_code == 302
    assert Message.unscoped.get().text == words["text"]


def test_personal_data_is_marked_while_somebody_writes() -> None:
    """R-B3: the buyer's own name too."""
    [order] = orders_of_one_shop(1)
    url = reverse("messaging:check")
    client = staff(order.seller)
    assert "<mark>青山 花子" in text_of(client.post(url, {"ticked": order.pk, "text": "青山 花子"}))
    assert "<mark>" not in text_of(client.post(url, {"ticked": order.pk, "text": "在庫がありません"}))


def test_no_more_is_looked_through_than_may_be_sent() -> None:
    """R-B3: a made-up form has no worker look through megabytes."""
    [order] = orders_of_one_shop(1)
    known = order.buyer.name
    words = {"ticked": order.pk, "title": "。" * TITLE_MAX + known, "text": "。" * TEXT_MAX + known}
    assert known not in text_of(staff(order.seller).post(reverse("messaging:check"), words))


@pytest.mark.parametrize("panel", ["orders:page", "claims:page"])
def test_the_panels_show_the_whole_exchange_about_the_order(panel: str) -> None:
    """R-B5: fetched by the panel, a link without script; nothing of other orders."""
    claim = requested_cancel()
    order, other = claim.order, OrderFactory(seller=claim.seller, buyer=claim.order.buyer)
    noted_orders([order], text="まもなく発送します")
    written(order, text="早くお願いします")
    written(other, text="これは別の注文です")
    client = staff(claim.seller)
    pk = claim.pk if panel == "claims:page" else order.pk
    url = reverse("messaging:talk", args=[order.pk])
    assert f'hx-get="{url}"' in text_of(client.get(reverse(panel, args=[pk])))
    for headers in ({}, {"HX-Request": "true"}):
        talk = text_of(client.get(url, headers=headers))
        assert "まもなく発送します" in talk
        assert "早くお願いします" in talk
        assert "これは別の注文です" not in talk


def test_an_unanswered_message_puts_an_n_on_the_inbox_button() -> None:
    """R-B5: the button then opens the inquiry page on it."""
    order = OrderFactory()
    client, url = staff(order.seller), reverse("messaging:talk", args=[order.pk])
    assert 'class="new">N' not in text_of(client.get(url))
    thread = written(order)
    page = text_of(client.get(url))
    assert 'class="new">N' in page
    assert reverse("messaging:thread", args=[thread.pk]) in page
    client.post(
        reverse("messaging:answer", args=[thread.pk]), {"text": "承知しました", "seen": thread.version, "key": "a1"}
    )
    assert 'class="new">N' not in text_of(client.get(url))


def test_a_viewer_reads_and_writes_nothing() -> None:
    """R-A2"""
    thread = written(OrderFactory())
    viewer = staff(thread.seller, Role.VIEWER)
    page = text_of(viewer.get(reverse("messaging:thread", args=[thread.pk])))
    assert "まだ発送されませんか" in page
    assert "<textarea" not in page.partition('id="panel"')[2]
    assert viewer.get(reverse("messaging:note")).status_code == 403
    assert viewer.post(reverse("messaging:answer", args=[thread.pk]), {}).status_code == 403


def test_an_answer_reaches_the_buyer_and_the_buyer_writes_on() -> None:
    """R-B5, R-B9"""
    order = OrderFactory()
    customer, shop = buyer(order), staff(order.seller)
    sent = {"category": "delivery", "title": "いつ届きますか", "text": "教えてください", "key": "b1"}
    assert customer.post(reverse("messaging:write", args=[order.pk]), sent).status_code == 302
    thread = Thread.unscoped.get()
    answer = {"text": "明日届きます", "seen": thread.version, "key": "s1"}
    assert shop.post(reverse("messaging:answer", args=[thread.pk]), answer).status_code == 302
    page = text_of(customer.get(reverse("messaging:my_thread", args=[thread.pk])))
    assert "明日届きます" in page
    assert "いつ届きますか" in text_of(customer.get(reverse("messaging:my_threads")))
    customer.post(reverse("messaging:my_thread", args=[thread.pk]), {"text": "ありがとう", "key": "b2"})
    thread.refresh_from_db()
    assert (thread.state, thread.messages.count()) == (State.UNANSWERED, 3)


def test_the_inquiry_to_the_operator_is_prefilled() -> None:
    """R-B8, R-C13: the category of two levels, the order bound to it; several orders by their numbers."""
    first, second = orders_of_one_shop(2)
    client, url = staff(first.seller), reverse("messaging:inquire")
    page = text_of(client.get(url, {"order": first.pk, "category": "cancel_refund"}))
    assert '<optgroup label="Refund, claim withdrawal">' in page
    assert '<option value="cancel_refund" selected>' in page
    client.post(url, said(ticked=first.pk, category="cancel_refund"))
    assert Thread.unscoped.get().order_id == first.pk
    both = text_of(client.get(url, {"ticked": [first.pk, second.pk], "category": "claim_management"}))
    assert f"{first.number}, {second.number}" in both


def test_a_buyer_asks_the_operator_about_an_order() -> None:
    """R-C13"""
    order = OrderFactory()
    url = reverse("messaging:help", args=[order.pk])
    assert '<option value="cancel_refund" selected>' in text_of(buyer(order).get(url, {"category": "cancel_refund"}))
    assert buyer(order).post(url, said(category="cancel_refund")).status_code == 302
    assert Thread.unscoped.get().seller_id is None


OF_A_SHOP = (("talk", "order"), ("thread", "thread"), ("answer", "thread"), ("take_up", "thread"), ("close", "thread"))
OF_A_BUYER = (("write", "order"), ("help", "order"), ("my_thread", "thread"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "what"), [*OF_A_SHOP, *OF_A_BUYER])
def test_what_is_somebody_elses_looks_like_nothing(name: str, what: str, method: str) -> None:
    """R-A1"""
    thread = written(OrderFactory())
    stranger = OrderFactory()
    client = buyer(stranger) if (name, what) in OF_A_BUYER else staff(stranger.seller)
    pk = thread.pk if what == "thread" else thread.order_id
    foreign, absent = (
        getattr(client, method)(reverse(f"messaging:{name}", args=[number]), said(seen=1), follow=True)
        for number in (pk, 10**9)
    )
    assert foreign.status_code in {404, 405}
    assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content)
    assert Message.unscoped.count() == 1


@pytest.mark.parametrize("name", ["note", "inquire", "check"])
def test_a_foreign_order_among_the_ticked_ones_is_as_if_it_did_not_exist(name: str) -> None:
    """R-A1: it is neither named nor written about."""
    own, foreign = OrderFactory(), OrderFactory()
    client, url = staff(own.seller), reverse(f"messaging:{name}")
    for other in (foreign.pk, 10**9, "x", 10**30):
        assert foreign.number not in text_of(client.get(url, {"ticked": [own.pk, other]}, follow=True))
        client.post(url, said(ticked=[own.pk, other], key=f"k{other}"))
    assert set(Thread.unscoped.values_list("order_id", flat=True)) <= {own.pk}


@pytest.mark.parametrize("name", ["sent", "send_again"])
def test_another_shops_result_is_not_found(name: str) -> None:
    """R-A1"""
    sending = noted_orders([OrderFactory()])
    client = staff(SellerFactory())
    assert client.post(reverse("messaging:send_again", args=[sending])).status_code == 404
    assert client.get(reverse(f"messaging:{name}", args=[sending]), follow=True).status_code == 404


def test_queries_of_the_pages_do_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal at 1, 5 and 50 rows: list, groups, conversation, result, My page."""
    monkeypatch.setitem(MOST_PER_HOUR, "buyer", 100)
    order = OrderFactory()
    client, customer = staff(order.seller), buyer(order)
    orders, counts = [order], dict[str, list[int]]()
    for rows in (1, 5, 50):
        orders += [OrderFactory(seller=order.seller, buyer=order.buyer) for _row in range(rows - len(orders))]
        for row in orders[Thread.unscoped.filter(kind="question").count() :]:
            written(row)
        pages = {
            "list": (client, reverse("messaging:inquiries")),
            "customers": (client, reverse("messaging:by_customer")),
            "products": (client, reverse("messaging:by_product")),
            "exchange": (client, reverse("messaging:talk", args=[order.pk])),
            "result": (client, reverse("messaging:sent", args=[noted_orders(orders)])),
            "mine": (customer, reverse("messaging:my_threads")),
        }
        for name, (reader, url) in pages.items():
            forget()  # the clock is read anew after a second: always or never
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(url).status_code == 200
            counts.setdefault(name, []).append(len(queries))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
