"""Files that shops, buyers and the operator send with their messages, from each form to every reader (R-B1, R-B8)."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.attachments.models import Attachment
from messaging.models import Message, Thread
from orders.models import Order
from qsm.events import deliveries
from qsm.events.invariants import violations
from tests.claims.forms import hidden_of
from tests.factories import OrderFactory, SellerFactory, UserFactory, buyer_of, member_of
from tests.messaging.files import PDF, SVG, picture, sent
from tests.messaging.talk import client_of, inquired, noted_orders, written

pytestmark = pytest.mark.django_db
WORDS = {"category": "cancel_refund", "title": "在庫のお知らせ", "text": "写真をご覧ください。", "key": "k1"}
MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Path:
    """A folder of the test's own for what is put aside."""
    own = {**settings.STORAGES["attachments"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "attachments": own}
    return tmp_path


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def orders_of_one_shop(number: int) -> list[Order]:
    shop = SellerFactory()
    return [OrderFactory(seller=shop) for _order in range(number)]


def shop(order: Order) -> Client:
    return client_of(member_of(order.seller))


def buyer(order: Order) -> Client:
    return client_of(buyer_of(order))


def operator() -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def note_to(*orders: Order, files: Any = (), **changes: Any) -> dict[str, Any]:
    ticked = [order.pk for order in orders]
    return {**WORDS, "also_by_mail": "on", "ticked": ticked, "attachments": list(files), **changes}


def carried(asked: Any) -> dict[str, list[str]]:
    """What the page that asks once sends on beside the words."""
    hidden = hidden_of(asked.content.decode())
    return {name: hidden.get(name, []) for name in ("attachments", "seal", "key")}


def note_sent(client: Client, form: dict[str, Any]) -> Any:
    """Press the button, read what is asked, and press it again; the files are chosen once."""
    asked = client.post(reverse("messaging:note"), form)
    return client.post(reverse("messaging:note"), {**form, **carried(asked)})


def names() -> list[str]:
    return list(Attachment.unscoped.order_by("pk").values_list("name", flat=True))


def test_the_files_of_a_note_reach_the_buyer_of_each_order_and_are_kept_once(kept: Path) -> None:
    """R-B1: 4 MB together are the shop's, however many buyers read them; each buyer has an address of their own."""
    orders = orders_of_one_shop(3)
    heavy = sent("guide.pdf", PDF + b"%" * 3 * MEGABYTE)
    result = note_sent(shop(orders[0]), note_to(*orders, files=[sent("棚.png", picture("PNG")), heavy]))
    assert result.status_code == 302
    assert len(stored(kept)) == 2
    assert Attachment.unscoped.values("stored").distinct().count() == 2
    for order in orders:
        thread = Thread.unscoped.get(order=order)
        shown, saved = Attachment.unscoped.filter(message__thread=thread).order_by("pk")
        page = buyer(order).get(reverse("messaging:my_thread", args=[thread.pk])).content.decode()
        assert f'<img src="/my/files/{shown.pk}/" alt="" width="60" height="40"' in page
        assert "棚.jpg" in page
        assert f'<a href="/my/files/{saved.pk}/"><span>guide.pdf</span></a> <span class="soft num">3.0\xa0MB' in page
        panel = shop(order).get(reverse("messaging:talk", args=[order.pk])).content.decode()
        assert f'<img src="/files/{shown.pk}/"' in panel
        assert f'<a href="/files/{saved.pk}/">' in panel
    assert violations() == []


def test_a_file_of_a_note_is_read_by_that_buyer_that_shop_and_operators_only() -> None:
    """R-B1, R-A1: the other buyers of the same note have their own; a foreign file is as if it did not exist."""
    first, second = orders_of_one_shop(2)
    note_sent(shop(first), note_to(first, second, files=[sent("a.pdf", PDF)]))
    file = Attachment.unscoped.get(order=first)
    at_shop, mine = reverse("messaging:file", args=[file.pk]), reverse("messaging:my_file", args=[file.pk])
    in_admin = reverse("admin:messaging_attachment_file", args=[file.pk])
    for client, path in ((shop(first), at_shop), (buyer(first), mine), (operator(), in_admin)):
        assert b"".join(client.get(path)) == PDF  # type: ignore[call-overload]
    stranger = OrderFactory()
    for client, path in ((shop(stranger), at_shop), (buyer(stranger), mine), (buyer(second), mine)):
        answer, nobodys = client.get(path), client.get(path.replace(str(file.pk), str(file.pk + 999)))
        assert (answer.status_code, answer.content) == (404, nobodys.content)


def test_a_refused_note_loses_no_file() -> None:
    """R-B1, R-P6: a missing title, then a file of a wrong kind beside a good one; what was taken is asked about and sent."""
    [order] = orders_of_one_shop(1)
    client, url = shop(order), reverse("messaging:note")
    answer = client.post(url, note_to(order, files=[sent("a.pdf", PDF)], title=""))
    assert answer.status_code == 422
    tokens = carried(answer)["attachments"]
    assert len(tokens) == 1
    answer = client.post(url, note_to(order, files=[*tokens, sent("b.png", picture("PNG")), sent("c.svg", SVG)]))
    assert answer.status_code == 422
    assert "“c.svg” is neither a picture nor a PDF." in answer.content.decode()
    assert "写真をご覧ください。" in answer.content.decode()
    tokens = carried(answer)["attachments"]
    assert not Message.unscoped.exists()
    assert note_sent(client, note_to(order, files=tokens)).status_code == 302
    assert names() == ["a.pdf", "b.jpg"]


def test_a_file_that_was_unticked_is_not_sent() -> None:
    """R-B1, R-P6: on the page that asks once."""
    [order] = orders_of_one_shop(1)
    client, url = shop(order), reverse("messaging:note")
    asked = carried(client.post(url, note_to(order, files=[sent("a.pdf", PDF), sent("b.pdf", PDF)])))
    assert client.post(url, note_to(order, **{**asked, "attachments": asked["attachments"][1:]})).status_code == 302
    assert names() == ["b.pdf"]


def test_a_double_click_sends_the_files_once_and_other_files_are_another_form() -> None:
    """R-B1, R-P6"""
    [order] = orders_of_one_shop(1)
    client, url = shop(order), reverse("messaging:note")
    again = note_to(order, **carried(client.post(url, note_to(order, files=[sent("a.pdf", PDF)]))))
    first, second = (client.post(url, again) for _click in range(2))
    assert first.url == second.url  # type: ignore[attr-defined]
    other = {**again, "attachments": [*again["attachments"], sent("b.pdf", PDF)]}
    assert client.post(url, other).status_code == 422
    assert (names(), Message.unscoped.count()) == (["a.pdf"], 1)


def test_the_check_of_personal_data_looks_at_words_only(kept: Path) -> None:
    """R-B1, R-B3: it marks, and neither takes nor keeps a file."""
    [order] = orders_of_one_shop(1)
    form = note_to(order, files=[sent("a.pdf", PDF)], text="090-1234-5678")
    assert "phone number" in shop(order).post(reverse("messaging:check"), form).content.decode()
    assert stored(kept) == []


def test_the_mail_of_a_note_says_that_files_are_there_and_carries_none() -> None:
    """R-B1, R-B9: in the reader's language; a note without files says nothing of them."""
    first, second = orders_of_one_shop(2)
    for order in (first, second):
        order.buyer.user.language = "ja" if order is first else "en"
        order.buyer.user.save()
    note_sent(shop(first), note_to(first, second, files=[sent("a.pdf", PDF), sent("b.pdf", PDF)]))
    noted_orders([second])
    deliveries.sweep("mail")
    said = [(str(letter.body), letter.attachments) for letter in mail.outbox]
    assert "添付ファイルが2点あります。" in said[0][0]
    assert "2 files came with it. You find them in the conversation." in said[1][0]
    assert "came with it" not in said[2][0]
    assert [attachments for _body, attachments in said] == [[], [], []]


def test_a_shop_answers_a_buyer_with_files_that_outlast_the_warning() -> None:
    """R-B1, R-B3, R-B5: what looks like personal data is shown once; the file stays chosen."""
    thread = written(OrderFactory())
    url = reverse("messaging:answer", args=[thread.pk])
    form = {"text": "090-1234-5678", "seen": thread.version, "key": "k1", "attachments": [sent("a.pdf", PDF)]}
    client = client_of(member_of(thread.seller))
    warned = client.post(url, form)
    assert "This looks like personal data." in warned.content.decode()
    kept = carried(warned)
    assert client.post(url, {**form, **kept}).status_code == 302
    file = Attachment.unscoped.get()
    assert (file.name, file.seller_id, file.buyer_id) == ("a.pdf", thread.seller_id, thread.buyer_id)
    page = client.get(reverse("messaging:thread", args=[thread.pk])).content.decode()
    assert f'href="/files/{file.pk}/"' in page


def test_a_buyer_writes_to_the_shop_with_files_and_once_more() -> None:
    """R-B1, R-C10: both sides see them where they read."""
    order = OrderFactory()
    page = buyer(order)
    form = {**WORDS, "attachments": [sent("傷.png", picture("PNG"))]}
    for _click in range(2):
        assert page.post(reverse("messaging:write", args=[order.pk]), form).status_code == 302
        form["attachments"] = [sent("傷.png", picture("PNG"))]
    thread = Thread.unscoped.get()
    own = reverse("messaging:my_thread", args=[thread.pk])
    assert page.post(own, {"text": "こちらも", "key": "k2", "attachments": [sent("b.pdf", PDF)]}).status_code == 302
    assert names() == ["傷.jpg", "b.pdf"]
    for client, path in ((page, own), (shop(order), reverse("messaging:thread", args=[thread.pk]))):
        shown = client.get(path).content.decode()
        assert "傷.jpg" in shown
        assert "b.pdf" in shown


@pytest.mark.parametrize("asker", ["shop", "buyer"])
def test_a_file_of_an_inquiry_is_read_by_who_asked_and_the_operator_only(asker: str) -> None:
    """R-B8, R-A1: the other side of the order never sees what the operator was asked."""
    order = OrderFactory()
    asking, other = (shop(order), buyer(order)) if asker == "shop" else (buyer(order), shop(order))
    url = reverse("messaging:inquire") if asker == "shop" else reverse("messaging:help", args=[order.pk])
    form = {**WORDS, "ticked": order.pk, "attachments": [sent("proof.pdf", PDF)]}
    assert asking.post(url, form).status_code == 302
    file, thread = Attachment.unscoped.get(), Thread.unscoped.get()
    at_shop, mine = reverse("messaging:file", args=[file.pk]), reverse("messaging:my_file", args=[file.pk])
    own, foreign = (at_shop, mine) if asker == "shop" else (mine, at_shop)
    assert (asking.get(own).status_code, other.get(foreign).status_code) == (200, 404)
    model = "shopinquiry" if asker == "shop" else "buyerinquiry"
    row = operator().get(reverse(f"admin:messaging_{model}_change", args=[thread.pk])).content.decode()
    assert reverse("admin:messaging_attachment_file", args=[file.pk]) in row
    assert "proof.pdf" in row
    assert violations() == []


def test_an_operator_answers_with_a_file() -> None:
    """R-B8: from the page in admin to the shop that asked; a wrong file is refused there as everywhere."""
    order = OrderFactory()
    thread = inquired(member_of(order.seller), order)
    url = reverse("admin:messaging_shopinquiry_do", args=[thread.pk, "answer"])
    form = {"text": "ご確認ください", "seen": thread.version, "key": "k1"}
    client = operator()
    assert 'enctype="multipart/form-data"' in client.get(url).content.decode()
    refused = client.post(url, {**form, "attachments": [sent("a.pdf", PDF), sent("c.svg", SVG)]})
    assert refused.status_code == 422
    kept = hidden_of(refused.content.decode())["attachments"]
    assert client.post(url, {**form, "attachments": kept}).status_code == 302
    page = shop(order).get(reverse("messaging:thread", args=[thread.pk])).content.decode()
    assert f'href="/files/{Attachment.unscoped.get().pk}/"' in page


def test_an_operator_writes_to_a_shop_with_a_file() -> None:
    """R-B6"""
    seller = SellerFactory()
    letter = {**WORDS, "seller": seller.pk, "attachments": [sent("terms.pdf", PDF)]}
    assert operator().post(reverse("admin:messaging_letter_add"), letter).status_code == 302
    reading = client_of(member_of(seller)).get(reverse("messaging:thread", args=[Thread.unscoped.get().pk]))
    assert "terms.pdf" in reading.content.decode()


def test_files_cost_one_query_however_many_messages_there_are() -> None:
    """R-B5, R-P4: in the panels, on My page and in the operators' list of what was said."""
    [order] = orders_of_one_shop(1)
    for key in ("k1", "k2", "k3"):
        note_sent(shop(order), note_to(order, files=[sent(f"{key}.pdf", PDF)], key=key))
    thread = written(order)
    pages = (
        (shop(order), reverse("messaging:talk", args=[order.pk]), "k3.pdf"),
        (buyer(order), reverse("messaging:my_thread", args=[thread.pk]), "質問"),
        (operator(), reverse("admin:messaging_thread_change", args=[thread.pk]), "質問"),
    )
    for client, path, words in pages:
        with CaptureQueriesContext(connection) as queries:
            assert words in client.get(path).content.decode()
        assert sum('FROM "messaging_attachment"' in query["sql"] for query in queries) == 1
