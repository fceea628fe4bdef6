"""Operators with a part of the permissions stay with that part (R-A2)."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from qsm.accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
EVERYTHING = ("add", "change", "delete", "view")


@pytest.fixture
def keeper() -> User:
    """An operator who keeps people and groups, and is no superuser."""
    user = UserFactory(is_staff=True)
    names = [f"{verb}_{model}" for verb in EVERYTHING for model in ("user", "group", "authenticator")]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def at_work(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_who_keeps_people_cannot_take_rights(keeper: User) -> None:
    form = {"email": keeper.email, "name": "新しい名前", "language": "ja", "is_active": "on"}
    rights = {"is_staff": "on", "is_superuser": "on"}
    person = UserFactory()
    address = "/admin/accounts/user/{}/change/"
    taken = at_work(keeper).post(address.format(person.pk), form | rights | {"email": person.email})
    person.refresh_from_db()
    assert (taken.status_code, person.name) == (302, "新しい名前")
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert at_work(keeper).post(address.format(keeper.pk), form | rights).status_code == 403


@pytest.mark.parametrize("address", ["{}/change/", "{}/password/", "{}/delete/"])
def test_who_keeps_people_cannot_touch_operators(keeper: User, address: str) -> None:
    chief = UserFactory(is_staff=True, is_superuser=True)
    form = {"post": "yes", "password1": "a new and long one", "password2": "a new and long one"}
    assert at_work(keeper).post(f"/admin/accounts/user/{address.format(chief.pk)}", form).status_code == 403


def test_only_superusers_keep_groups(keeper: User) -> None:
    assert at_work(keeper).get("/admin/auth/group/").status_code == 403
    assert at_work(UserFactory(is_staff=True, is_superuser=True)).get("/admin/auth/group/").status_code == 200


def test_a_lost_second_factor_is_taken_away_and_its_secret_shown_to_nobody(keeper: User) -> None:
    factor = Authenticator.objects.create(user=UserFactory(), type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    page = f"/admin/mfa/authenticator/{factor.pk}"
    shown = at_work(UserFactory(is_staff=True, is_superuser=True)).get(f"{page}/change/")
    assert (shown.status_code, b"JBSWY3DPEHPK3PXP" in shown.content) == (200, False)
    assert at_work(keeper).post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_an_address_has_one_spelling() -> None:
    """However an operator types it, nobody gets a second account under it."""
    client = at_work(UserFactory(is_staff=True, is_superuser=True))
    form: dict[str, Any] = {"name": "花子", "password1": "a new and long one", "password2": "a new and long one"}
    first = client.post("/admin/accounts/user/add/", {**form, "email": "Hanako@Example.jp"})
    again = client.post("/admin/accounts/user/add/", {**form, "email": "hanako@example.JP"})
    assert (first.status_code, again.status_code) == (302, 200)
    assert list(User.objects.filter(email__iexact="hanako@example.jp").values_list("email", flat=True)) == [
        "hanako@example.jp"
    ]


def test_after_an_operator_changed_an_address_the_old_one_opens_nothing() -> None:
    user = UserFactory(email="old@example.jp", password="correct horse battery")
    log_in = {"login": "old@example.jp", "password": "correct horse battery"}
    assert Client().post("/accounts/login/", log_in).status_code == 302
    User.objects.filter(pk=user.pk).update(email="new@example.jp")
    assert Client().post("/accounts/login/", log_in).status_code == 200
    assert Client().post("/accounts/login/", log_in | {"login": "new@example.jp"}).status_code == 302
