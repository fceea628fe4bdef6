"""Logging in: limits, an optional second factor, no way to learn who has an account."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
LOG_IN = "/accounts/login/"


ACCOUNT_PAGES = ("2fa/", "2fa/totp/activate/", "password/change/", "logout/")


@pytest.fixture(autouse=True)
def no_tries_yet(settings: Any) -> None:
    """And a quick hash: what is tried here is the limit."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def tried(client: Client, email: str, password: str) -> HttpResponse:
    return client.post(LOG_IN, {"login": email, "password": password}, headers={"Accept-Language": "en"})


def plain(answer: HttpResponse, email: str) -> bytes:
    """A page without what differs each time: the token, and the address that was typed."""
    lines = answer.content.replace(email.encode(), b"").splitlines()
    return b"\n".join(line for line in lines if b"csrf" not in line)


def test_members_log_in_with_address_and_password() -> None:
    member = MemberFactory(user=UserFactory(password=PASSWORD))
    client = Client()
    assert tried(client, member.user.email, PASSWORD).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_ten_wrong_passwords_close_the_door_for_the_right_one_too() -> None:
    """≤ 10 tries per account in 15 minutes reach the check."""
    user = UserFactory(password=PASSWORD)
    for _try in range(10):
        assert tried(Client(), user.email, "wrong").status_code == 200
    blocked = tried(Client(), user.email, PASSWORD)
    assert "sessionid" not in blocked.cookies


def test_guessing_at_many_accounts_opens_no_door_again() -> None:
    """The counts of earlier guesses are not pushed out by later ones."""
    user = UserFactory(password=PASSWORD)
    for _try in range(10):
        tried(Client(), user.email, "wrong")
    for number in range(1000):
        cache.set(f"allauth:rl:somebody-else-{number}", [0.0], 900)
    assert "sessionid" not in tried(Client(), user.email, PASSWORD).cookies


def test_known_and_unknown_people_look_alike() -> None:
    user = UserFactory(password=PASSWORD)
    for _try in range(12):
        known, unknown = (tried(Client(), email, "wrong") for email in (user.email, "nobody@example.jp"))
        assert known.status_code == unknown.status_code
        assert plain(known, user.email) == plain(unknown, "nobody@example.jp")


def test_nobody_signs_up() -> None:
    answer = Client().post(
        "/accounts/signup/", {"email": "new@example.jp", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "sessionid" not in answer.cookies
    assert not UserFactory._meta.model.objects.filter(email="new@example.jp").exists()


def test_a_second_factor_is_asked_for_where_somebody_has_one() -> None:
    user = UserFactory(password=PASSWORD)
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    client = Client()
    answer = tried(client, user.email, PASSWORD)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/my/").status_code == 302
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/my/").status_code == 200


@pytest.mark.parametrize("page", ACCOUNT_PAGES)
def test_the_pages_of_the_account_open(page: str) -> None:
    client, user = Client(), UserFactory(password=PASSWORD)
    tried(client, user.email, PASSWORD)
    assert client.get(f"/accounts/{page}", follow=True).status_code == 200


def test_logging_in_changes_the_session() -> None:
    client, user = Client(), UserFactory(password=PASSWORD)
    client.get(LOG_IN)
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    tried(client, user.email, PASSWORD)
    assert client.session.session_key != before


def test_the_language_is_kept_for_mails(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    answer = client.post("/language/", {"language": "ko", "next": "https://evil.example/"})
    user.refresh_from_db()
    assert (answer.headers["Location"], user.language) == ("/", "ko")
    client.post("/language/", {"language": "tlh", "next": "/my/"})
    user.refresh_from_db()
    assert user.language == "ko"


def test_headers_of_every_kind_of_page(client: Client, settings: Any) -> None:
    """A strict policy: no inline script or style, no framing, no sniffing."""
    client.force_login(MemberFactory().user)
    for url in ("/", "/claims/", "/no-such-page/", "/accounts/logout/", "/healthz"):
        headers = client.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]
