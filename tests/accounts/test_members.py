"""Who belongs to a shop, and what owners may do about it (R-A2)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from qsm.accounts import invitations, members
from qsm.accounts.models import Invitation, Member, Role, User
from qsm.events.door import change
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import PASSWORD, MemberFactory, SellerFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db
STRONG = "a quiet pond in autumn"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def logged_in(user_id: int | None) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


def form(**entered: Any) -> dict[str, Any]:
    return {"seen": 1, "key": "k1", **entered}


def link_in_mail() -> str:
    [message] = mail.outbox
    found = re.search(r"https?://[^/]+(/join/\S+)", message.body)
    assert found
    return found[1]


def invite(client: Client, email: str, role: str = Role.STAFF, key: str = "k1") -> str:
    """The path that the invited person finds in the mail."""
    mail.outbox.clear()
    answer = client.post(reverse("member_invite"), form(email=email, role=role, key=key))
    assert answer.headers["Location"] == "/members/"
    invitations.send_due()
    return link_in_mail()


ADDRESSES = [("get", "members"), ("post", "member_invite"), ("post", "member_role"), ("post", "member_remove")]


@pytest.mark.parametrize("role", [Role.STAFF, Role.VIEWER])
@pytest.mark.parametrize(("method", "name"), [*ADDRESSES, ("post", "invitation_withdraw")])
def test_only_owners_see_and_change_members(role: Role, method: str, name: str) -> None:
    """R-A2"""
    owner = member_of(SellerFactory(), Role.OWNER)
    seller = Member.objects.get(user_id=owner.user_id).seller
    other = logged_in(member_of(seller, role).user_id)
    args = [] if name in {"members", "member_invite"} else [Member.objects.get(user_id=owner.user_id).pk]
    answer = getattr(other, method)(reverse(name, args=args), form(email="a@example.jp", role="owner", confirmed="1"))
    assert answer.status_code == 403
    assert "/members/" not in other.get("/").content.decode()
    assert "/members/" in logged_in(owner.user_id).get("/").content.decode()
    assert Member.objects.filter(seller=seller).count() == 2
    assert not Invitation.objects.exists()


def test_an_invited_person_sets_a_password_and_belongs_to_the_shop() -> None:
    """R-A2: by a signed link in the mail, once."""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    path = invite(logged_in(owner.user_id), "New.Person@Example.jp", Role.VIEWER)
    assert mail.outbox[0].to == ["new.person@example.jp"]
    person = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert shop.name in person.get(path).content.decode()
    weak = person.post(path, {"name": "新人", "password": "12345678"})
    assert weak.status_code == 422
    assert not User.objects.filter(email="new.person@example.jp").exists()
    assert person.post(path, {"name": "新人", "password": STRONG}).headers["Location"] == "/"
    assert person.get("/claims/").status_code == 200
    assert Member.objects.get(user__email="new.person@example.jp").role == Role.VIEWER
    for click in (person.get(path), person.post(path, {"name": "新人", "password": STRONG})):
        assert click.headers["Location"] == "/"  # R-P6: the second click ends where the first did
    assert (Client().get(path).status_code, logged_in(UserFactory().pk).get(path).status_code) == (410, 410)
    again = Client()
    assert again.login(email="new.person@example.jp", password=STRONG)


def test_who_has_an_account_joins_with_it() -> None:
    """R-A2: and nobody else can, nor set that account's password."""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    known = UserFactory(email="known@example.jp", password=PASSWORD)
    path = invite(logged_in(owner.user_id), known.email)
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert "/accounts/login/?next=/join/" in stranger.get(path).content.decode()
    stranger.post(path, {"name": "x", "password": STRONG})
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    other = logged_in(UserFactory().pk)
    assert known.email in other.post(path).content.decode()
    assert not Member.objects.filter(seller=shop, user=known).exists()
    logged_in(known.pk).post(path)
    assert Member.objects.get(seller=shop, user=known).role == Role.STAFF


@pytest.mark.parametrize("how", ["forged", "withdrawn", "renewed", "old", "suspended"])
def test_a_link_is_void(how: str) -> None:
    """R-A2"""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    client = logged_in(owner.user_id)
    path = invite(client, "new@example.jp")
    match how:
        case "forged":
            path = path[:-3] + "abc/"
        case "withdrawn":
            client.post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]), form(key="k2"))
        case "renewed":
            assert invite(client, "new@example.jp", key="k3") != path
        case "suspended":
            type(shop).objects.update(is_active=False)
    late = clock.real() + timedelta(days=7, minutes=1) if how == "old" else clock.real()
    with time_machine.travel(late):
        assert Client().get(path).status_code == 410
        assert Client().post(path, {"name": "x", "password": STRONG}).status_code == 410
    assert not User.objects.filter(email="new@example.jp").exists()


def test_the_role_changes_what_a_member_may_do_at_once() -> None:
    """R-A2"""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    staff = member_of(shop)
    row = Member.objects.get(user_id=staff.user_id)
    working = logged_in(staff.user_id)
    assert working.get("/orders/import/").status_code == 200
    logged_in(owner.user_id).post(reverse("member_role", args=[row.pk]), form(role="viewer"))
    assert working.get("/orders/import/").status_code == 403


def test_a_removal_asks_once_and_closes_the_shop_at_once() -> None:
    """R-A2, R-P6"""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    staff = member_of(shop)
    row = Member.objects.get(user_id=staff.user_id)
    client, url = logged_in(owner.user_id), reverse("member_remove", args=[row.pk])
    assert "Really remove?" in client.post(url, form()).content.decode()
    assert Member.objects.filter(pk=row.pk).exists()
    for _click in range(2):
        assert client.post(url, form(confirmed="1")).status_code in {302, 404}
    assert not Member.objects.filter(pk=row.pk).exists()
    assert logged_in(staff.user_id).get("/orders/").status_code == 403


@pytest.mark.parametrize("how", ["member_role", "member_remove"])
def test_the_last_owner_stays(how: str) -> None:
    """R-A2: an owner who may not log in is none."""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    MemberFactory(seller=shop, role=Role.OWNER, user=UserFactory(is_active=False))
    row = Member.objects.get(user_id=owner.user_id)
    answer = logged_in(owner.user_id).post(reverse(how, args=[row.pk]), form(role="staff", confirmed="1"))
    assert answer.status_code == 422
    assert "last owner" in answer.content.decode()
    row.refresh_from_db()
    assert row.role == Role.OWNER


def test_of_two_owners_who_remove_each_other_one_stays() -> None:
    """R-A2: whose right was taken meanwhile can do nothing any more."""
    shop = SellerFactory()
    one, other = member_of(shop, Role.OWNER), member_of(shop, Role.OWNER)
    rows = {by.user_id: Member.objects.get(user_id=by.user_id) for by in (one, other)}
    with change(one):
        members.remove(member=rows[other.user_id], by=one)
    with pytest.raises(Refused, match="members.owners_only"), change(other):
        members.remove(member=rows[one.user_id], by=other)
    assert [member.user_id for member in Member.objects.filter(seller=shop)] == [one.user_id]


def test_members_of_another_shop_are_not_there() -> None:
    """R-A1, R-A2"""
    owner = member_of(SellerFactory(), Role.OWNER)
    foreign = MemberFactory()
    client = logged_in(owner.user_id)
    for name in ("member_role", "member_remove"):
        for pk in (foreign.pk, 10**9):
            answer = client.post(reverse(name, args=[pk]), form(role="viewer", confirmed="1"))
            assert answer.status_code == 404, name
    assert Member.objects.filter(pk=foreign.pk, role=Role.STAFF).exists()


def test_who_is_a_member_is_not_invited() -> None:
    """R-A2"""
    owner = member_of(shop := SellerFactory(), Role.OWNER)
    staff = MemberFactory(seller=shop)
    sent = form(email=staff.user.email.upper(), role="staff")
    answer = logged_in(owner.user_id).post(reverse("member_invite"), sent)
    assert answer.status_code == 422
    assert "a member already" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_mail_server_that_is_away_loses_no_invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-A2: it is tried again later, and sent once."""
    owner = member_of(SellerFactory(), Role.OWNER)
    logged_in(owner.user_id).post(reverse("member_invite"), form(email="new@example.jp", role="staff"))
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMultiAlternatives.send", lambda *_: 1 / 0)
        assert invitations.send_due() == 0
    assert invitations.send_due() == 0
    assert mail.outbox == []
    with time_machine.travel(clock.real() + timedelta(minutes=2)):
        assert invitations.send_due() == 1
        assert invitations.send_due() == 0
    assert len(mail.outbox) == 1
