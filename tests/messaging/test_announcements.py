"""What the operator announces to the shops, and who has read it (R-P7)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from messaging.announcements.models import Announcement
from qsm.accounts.models import Role, User
from qsm.lib import clock
from tests.factories import BuyerFactory, SellerFactory, member_of

pytestmark = pytest.mark.django_db
WORDS = {
    "ja": "年末年始の配送",
    "ko": "연말연시 배송",
    "zh-hans": "年末年初的配送",
    "en": "Delivery at the turn of the year",
}


def announced(**moved: float) -> Announcement:
    texts = {
        f"{what}_{short}": WORDS[code]
        for code, short in (("ja", "ja"), ("ko", "ko"), ("zh-hans", "zh"), ("en", "en"))
        for what in ("title", "text")
    }
    return Announcement.objects.create(published_at=clock.now() + timedelta(**moved), **texts)


def logged_in(user_id: int | None, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


def in_header(client: Client) -> int:
    return int(client.get("/inbox/").context["frame"].announcements["count"])


@pytest.mark.parametrize("language", WORDS)
def test_each_person_reads_it_in_the_own_language(language: str) -> None:
    """R-P7"""
    item = announced()
    client = logged_in(member_of(SellerFactory()).user_id, language)
    for path in ("/announcements/", f"/announcements/{item.pk}/"):
        assert WORDS[language] in client.get(path).content.decode()


def test_it_is_marked_for_each_person_until_it_is_opened() -> None:
    """R-P7: unread mark, in the header and in the list."""
    shop = SellerFactory()
    one, other = logged_in(member_of(shop).user_id), logged_in(member_of(shop, Role.VIEWER).user_id)
    item = announced()
    announced(days=-3)
    assert [in_header(one), in_header(other)] == [2, 2]
    one.get(f"/announcements/{item.pk}/")
    assert [in_header(one), in_header(other)] == [1, 2]
    marks = [line.unread for line in one.get("/announcements/").context["lines"]]
    assert marks == [False, True]
    other.get(f"/announcements/{item.pk}/")
    assert in_header(other) == 1


def test_what_is_dated_ahead_is_not_there_yet_and_old_ones_do_not_call() -> None:
    """R-P7: dated."""
    client = logged_in(member_of(SellerFactory()).user_id)
    ahead, old = announced(days=1), announced(days=-120)
    assert client.get(f"/announcements/{ahead.pk}/").status_code == 404
    assert in_header(client) == 0
    assert [line.item.pk for line in client.get("/announcements/").context["lines"]] == [old.pk]


def test_the_header_costs_one_query_however_many_there_are() -> None:
    """R-P7: the mark is on every page."""
    client = logged_in(member_of(SellerFactory()).user_id)
    counts = []
    for more in (0, 1, 20):
        for _each in range(more):
            announced()
        with CaptureQueriesContext(connection) as captured:
            client.get("/inbox/")
        counts.append(sum('FROM "messaging_announcement"' in query["sql"] for query in captured))
    assert counts == [1, 1, 1]


def test_only_shops_are_told() -> None:
    """R-P7: My page has no announcements of the shops'."""
    item = announced()
    buyer = logged_in(BuyerFactory().user_id)
    assert buyer.get("/announcements/").status_code == 403
    assert buyer.get(f"/announcements/{item.pk}/").status_code == 403


def test_the_operator_writes_it_in_four_languages(settings: Any) -> None:
    """R-P7: none may be left out."""
    operator = User.objects.create_superuser("op@example.jp", name="運営")
    client = logged_in(operator.pk)
    form: dict[str, str] = {"published_at_0": "2026-08-13", "published_at_1": "09:00:00"}
    form |= {f"{what}_{short}": short for what in ("title", "text") for short in ("ja", "ko", "zh", "en")}
    assert client.post("/admin/messaging/announcement/add/", {**form, "title_ko": ""}).status_code == 200
    assert client.post("/admin/messaging/announcement/add/", form).status_code == 302
    assert Announcement.objects.get().title_ko == "ko"
