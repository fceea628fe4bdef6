"""The mail of the path as it arrives: in the reader's language, for people and for programs (R-B9, R-C7)."""

from email.message import EmailMessage

import pytest
from django.utils import translation

from messaging.notices import draw
from qsm.accounts.access import Party
from qsm.events.models import Event
from tests.factories import OrderFactory, SellerFactory, UserFactory, requested_cancel
from tests.service.conftest import PostOffice, Street
from tests.service.path import all_done, rejected

pytestmark = pytest.mark.service
CANCEL = {"ja": "キャンセル", "ko": "취소", "zh-hans": "取消", "en": "cancel"}
WHY = "すでに梱包が終わり、本日の集荷を待っているところですので、キャンセルをお受けできません。"


def mail_to(post: PostOffice, event: Event, to: Party) -> EmailMessage:
    [mail] = [mail for mail in post.messages if mail["Message-ID"] == f"<event-{event.pk}.{to}@127.0.0.1>"]
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    [found] = [part for part in mail.iter_parts() if part.get_content_type() == kind]
    return str(found.get_content()).replace("\r\n", "\n")


def reads(mail: EmailMessage, event: Event, to: Party, language: str, link: str) -> None:
    """Subject and both bodies are the notice in this language, with the way back to the console."""
    with translation.override(language):
        notice = draw(event, to)
    assert mail["Subject"].strip() == notice.title
    assert CANCEL[language] in notice.title.lower()
    text, html = part(mail, "text/plain"), part(mail, "text/html")
    assert notice.text in text
    assert link in text
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else language}">' in html
    assert f'href="{link}"' in html
    assert notice.title in html


@pytest.mark.parametrize("language", CANCEL)
def test_mails_are_in_the_language_of_their_reader(street: Street, language: str) -> None:
    """R-B9, R-C2, R-C7: request to the shop, rejection to the buyer, each with text, html and a link."""
    shop = SellerFactory(language=language)
    order = OrderFactory(seller=shop, buyer__user=UserFactory(language=language))
    claim = requested_cancel(order)
    event = rejected(street.url, claim, reason="other", text=WHY)
    all_done()
    requested = Event.unscoped.get(claim_id=claim.pk, name="cancel.requested")
    to_shop = mail_to(street.post, requested, Party.SELLER)
    to_buyer = mail_to(street.post, event, Party.BUYER)
    reads(to_shop, requested, Party.SELLER, language, f"{street.url}/claims/{claim.pk}/")
    reads(to_buyer, event, Party.BUYER, language, f"{street.url}/my/?order={order.pk}")
    assert WHY in part(to_buyer, "text/plain")
    assert (to_shop["To"], to_buyer["To"]) == (shop.notice_email, order.buyer.user.email)
    for mail in (to_shop, to_buyer):
        assert mail["From"] == "QSM <no-reply@127.0.0.1>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_content_type() == "multipart/alternative"
    assert len(street.post.messages) == 2
