"""Files with a buyer's cancel: from the form through the popup to both sides' pages (section 4, R-P8)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim
from messaging.attachments import quota
from messaging.attachments.models import Attachment, attachment_storage
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.models import PaymentMethod
from qsm.lib import clock
from tests.claims.doings import browser, shop_browser
from tests.claims.forms import hidden_of
from tests.factories import OrderFactory
from tests.messaging.files import PDF, SVG, picture, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def form_of(order: Order, *files: Any, **changes: Any) -> dict[str, Any]:
    return {
        "reason": "ordered_twice",
        "text": "間違えました",
        "seen": order.version,
        "key": "k1",
        "attachments": list(files),
        **changes,
    }


def address(order: Order) -> str:
    return reverse("my_claims:cancel", args=[order.pk])


def mine(order: Order) -> Client:
    return browser(order.buyer.user_id)


def at_once() -> Order:
    return OrderFactory(state=OrderState.NEW, payment_method=PaymentMethod.CASH)


def names() -> list[str]:
    return list(Attachment.unscoped.order_by("pk").values_list("name", flat=True))


def test_files_go_with_the_request_and_both_sides_see_them() -> None:
    """R-C2, R-P8, R-P4: in the trade panel and on My page, with a picture, name and size."""
    order = OrderFactory()
    page = mine(order)
    form = form_of(order, sent("傷.png", picture("PNG")), sent("receipt.pdf", PDF))
    assert page.post(address(order), form).status_code == 302
    claim = Claim.unscoped.get(order=order)
    shown, saved = Attachment.unscoped.filter(claim_id=claim.pk).order_by("pk")
    panel = shop_browser(order.seller).get(reverse("claims:page", args=[claim.pk])).content.decode()
    assert f'<img src="/files/{shown.pk}/" alt="" width="60" height="40"' in panel
    assert (
        f'<a href="/files/{saved.pk}/"><span>receipt.pdf</span></a> <span class="soft num">{len(PDF)}\xa0bytes' in panel
    )
    own = page.get(reverse("my")).content.decode()
    assert f'<img src="/my/files/{shown.pk}/"' in own
    assert "傷.jpg" in own


def test_the_popup_names_the_files_and_sends_them_on() -> None:
    """R-C1, R-P6: what cannot be undone is asked once, and nobody has to choose the files again."""
    order = at_once()
    page = mine(order)
    popup = page.post(address(order), form_of(order, sent("a.png", picture("PNG")), sent("b.pdf", PDF)))
    assert "a.jpg, b.pdf" in popup.content.decode()
    assert not Claim.unscoped.exists()
    hidden = hidden_of(popup.content.decode())
    assert len(hidden["attachments"]) == 2
    for _ in range(2):
        posted = page.post(address(order), urlencode(hidden, doseq=True), "application/x-www-form-urlencoded")
        assert posted.status_code == 302
    assert names() == ["a.jpg", "b.pdf"]


def test_a_double_click_has_one_effect_and_other_files_are_another_form() -> None:
    """R-P6: the same form, then the same key with a file more, and with another one."""
    order = OrderFactory()
    page = mine(order)
    for _ in range(2):
        assert page.post(address(order), form_of(order, sent("a.pdf", PDF))).status_code == 302
    for files in ((sent("a.pdf", PDF), sent("b.pdf", PDF)), (sent("a.pdf", PDF + b"%"),), (sent("c.pdf", PDF),), ()):
        answer = page.post(address(order), form_of(order, *files))
        assert answer.status_code == 422
        assert "This form was sent before" in answer.content.decode()
    assert names() == ["a.pdf"]


def test_a_refused_file_loses_nothing_of_what_was_entered() -> None:
    """R-P8: the text, the reason and the good file stay; the page says what can be sent."""
    order = OrderFactory()
    page = mine(order)
    answer = page.post(address(order), form_of(order, sent("good.png", picture("PNG")), sent("logo.svg", SVG)))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“logo.svg” is neither a picture nor a PDF. JPEG, PNG, WebP, GIF and PDF can be sent." in shown
    assert "間違えました" in shown
    assert 'value="ordered_twice" selected' in shown
    assert "good.jpg" in shown
    assert not Claim.unscoped.exists()
    tokens = hidden_of(shown)["attachments"]
    again = {**form_of(order), "attachments": tokens}
    assert page.post(address(order), again).status_code == 302
    assert names() == ["good.jpg"]


def test_a_missing_reason_loses_no_file() -> None:
    """R-P8"""
    order = OrderFactory()
    answer = mine(order).post(address(order), form_of(order, sent("a.pdf", PDF), reason=""))
    assert answer.status_code == 422
    assert len(hidden_of(answer.content.decode())["attachments"]) == 1
    assert names() == []


def test_a_cancel_that_is_refused_keeps_no_rows_of_its_files() -> None:
    """R-C3, R-A4: the order moved on while the form was open."""
    order = OrderFactory()
    form = form_of(order, sent("a.pdf", PDF))
    Order.unscoped.filter(pk=order.pk).update(
        state=OrderState.SHIPPING, shipped_at=clock.now(), version=order.version + 1
    )
    assert mine(order).post(address(order), form).status_code in {409, 422}
    assert names() == []


def test_the_refusals_are_said_in_the_readers_language() -> None:
    """R-P8: in all four."""
    order, said = OrderFactory(), set()
    for language in ("ja", "ko", "zh-hans", "en"):
        form = form_of(order, sent("logo.svg", SVG))
        answer = mine(order).post(address(order), form, headers={"Accept-Language": language})
        said |= {line for line in answer.content.decode().splitlines() if "logo.svg" in line}
    assert len(said) == 4


def test_files_cost_one_query_however_many_there_are() -> None:
    """R-P4, R-P8: My page and the trade panel."""
    order = OrderFactory()
    page, shop = mine(order), shop_browser(order.seller)
    page.post(address(order), form_of(order, *(sent(f"{place}.pdf", PDF) for place in range(5))))
    claim = Claim.unscoped.get(order=order)
    for client, path in ((page, reverse("my")), (shop, reverse("claims:page", args=[claim.pk]))):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert "4.pdf" in client.get(path).content.decode()
        assert sum('FROM "messaging_attachment"' in query["sql"] for query in queries) == 1


def test_files_of_several_unfinished_forms_have_the_same_limits() -> None:
    """R-B1: each form was within 4 MB, all their files in one are not."""
    order = OrderFactory()
    page, heavy = mine(order), PDF + b"%" * (3 * 2**20)
    tokens: list[str] = []
    for place in range(2):
        shown = page.post(address(order), form_of(order, sent(f"{place}.pdf", heavy), reason="")).content.decode()
        tokens += hidden_of(shown)["attachments"]
    answer = page.post(address(order), form_of(order, *tokens))
    assert answer.status_code == 422
    assert "“1.pdf” was left out: all files together may have 4 MB at most." in answer.content.decode()
    small = page.post(address(order), form_of(order, *(sent(f"{n}.pdf", PDF) for n in range(5)), reason=""))
    many = [*hidden_of(small.content.decode())["attachments"], *tokens]
    answer = page.post(address(order), form_of(order, *many))
    assert "“0.pdf” was left out: 5 files at most can be sent together." in answer.content.decode()
    assert names() == []


def test_forms_that_are_only_begun_keep_so_much_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-B1: what was sent does not count, nor what others chose."""
    monkeypatch.setattr(quota, "MOST_A_DAY", 3 * len(PDF))
    orders = OrderFactory.create_batch(3, buyer=OrderFactory().buyer)
    page = mine(orders[0])
    for order in orders[:2]:
        files = (sent(f"{place}.pdf", PDF) for place in range(3))
        assert page.post(address(order), form_of(order, *files, key=f"k{order.pk}")).status_code == 302
    begun = [page.post(address(orders[2]), form_of(orders[2], sent(f"b{n}.pdf", PDF), reason="")) for n in range(4)]
    assert ["“b3.pdf” was left out: too many" in answer.content.decode() for answer in begun] == [False] * 3 + [True]
    other = OrderFactory()
    assert mine(other).post(address(other), form_of(other, sent("a.pdf", PDF))).status_code == 302


def test_where_nothing_can_be_canceled_no_file_is_kept() -> None:
    """R-C3: nor by a form that is sent again and again."""
    order = OrderFactory(state=OrderState.RECEIVED)
    before = kept()
    assert mine(order).post(address(order), form_of(order, sent("a.pdf", PDF))).status_code == 422
    assert kept() == before


def kept() -> set[str]:
    storage = attachment_storage()
    days = storage.listdir("")[0] if storage.exists("") else []
    return {name for day in days for name in storage.listdir(day)[1]}


def test_no_file_is_no_mistake() -> None:
    """R-C2, R-P8: as a browser sends a choice of files that nobody made, alone and beside a file that was kept."""
    for before in ([], [sent("a.pdf", PDF)]):
        order = OrderFactory()
        page = mine(order)
        kept = page.post(address(order), form_of(order, *before, reason="")).content.decode()
        tokens = hidden_of(kept).get("attachments", [])
        answer = page.post(address(order), form_of(order, *tokens, ""))
        assert (answer.status_code, len(tokens)) == (302, len(before))
