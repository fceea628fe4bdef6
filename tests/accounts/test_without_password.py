"""People whose account has no password that could be used: made by an operator, or not set up yet (R-A2)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qsm.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGES = (
    "account_login",
    "account_logout",
    "account_inactive",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
)


@pytest.fixture
def user() -> User:
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def client(user: User, settings: Any) -> Client:
    settings.LANGUAGE_CODE = "en"
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_of_the_account_fails(client: Client, name: str, method: str) -> None:
    answer = getattr(client, method)(reverse(name), follow=True)
    assert answer.status_code < 500


def test_who_has_no_password_sets_one_instead_of_changing_it(client: Client, user: User) -> None:
    page = client.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain == [(reverse("account_set_password"), 302)]
    assert 'name="password1"' in page.content.decode()
    words = {"password1": "a-new-one-of-my-own-2026", "password2": "a-new-one-of-my-own-2026"}
    client.post(reverse("account_set_password"), words)
    user.refresh_from_db()
    assert user.check_password(words["password1"])


def test_who_has_a_password_is_led_to_changing_it(user: User, client: Client) -> None:
    """Nobody sets a new one without the old."""
    user.set_password("the-old-one-2026")
    user.save()
    client.force_login(user)
    answer = client.post(reverse("account_set_password"), {"password1": "other-2026-x", "password2": "other-2026-x"})
    assert answer.headers["Location"] == reverse("account_change_password")
    user.refresh_from_db()
    assert user.check_password("the-old-one-2026")
