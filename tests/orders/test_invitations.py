"""Buyers of imported orders are invited to a log-in, and confirm it with order number and phone (R-O10)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from orders import invitations, lifecycle
from orders.models import Buyer, BuyerInvitation, Order
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import PaymentMethod, Role, User
from qsm.events.deliveries import sweep
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import PASSWORD, BuyerFactory, MemberFactory, OrderFactory, SellerFactory, UserFactory, member_of
from tests.orders.test_payouts import ask_for
from tests.orders.test_refunds import begin

pytestmark = pytest.mark.django_db
ADDRESS = "hanako@example.jp"
GOOD = {"number": "1001", "phone": "090-0000-0001", "password": PASSWORD}


@pytest.fixture
def order() -> Order:
    seller = SellerFactory()
    buyer = BuyerFactory(seller=seller, user=None, email="", mobile="+81-90-0000-0001")
    return OrderFactory(seller=seller, buyer=buyer, number="1001")


def member(order: Order, role: Role = Role.STAFF) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(MemberFactory(seller=order.seller, role=role).user)
    return client


def invited(order: Order, email: str = ADDRESS, key: str = "one") -> str:
    """The path of the link in the mail that the invitation sends."""
    answer = member(order).post(f"/orders/{order.pk}/invite/", {"email": email, "key": key})
    assert answer.status_code == 302
    while sweep("mail"):
        pass
    words = str(mail.outbox[-1].body).split()
    return next(word for word in words if "/welcome/" in word).removeprefix("http://localhost:8000")


def path_of(link: str) -> str:
    return link[link.index("/welcome/") :]


def main_of(answer: HttpResponse) -> str:
    """What a person reads; the address is in the language menu."""
    return answer.content.decode().split('<div class="card">')[1].split("</main>")[0]


def test_the_buyer_confirms_and_sees_the_orders(order: Order) -> None:
    """R-O10: the link goes to the address that the shop typed, and nobody's data is in the history."""
    path = path_of(invited(order))
    assert mail.outbox[-1].to == [ADDRESS]
    stranger = Client()
    assert stranger.get(path).status_code == 200
    assert stranger.post(path, GOOD).status_code == 302
    assert order.product_name in stranger.get("/my/").content.decode()
    buyer = Buyer.unscoped.select_related("user").get(pk=order.buyer_id)
    assert buyer.user is not None
    assert (buyer.user.email, buyer.user.check_password(PASSWORD)) == (ADDRESS, True)
    names = Event.unscoped.filter(order_id=order.pk).values_list("name", flat=True)
    assert list(names) == ["buyer.invited", "buyer.joined"]
    assert ADDRESS not in str(list(Event.unscoped.values_list("data", flat=True)))


def test_a_link_is_good_once(order: Order) -> None:
    """R-O10"""
    path = path_of(invited(order))
    Client().post(path, GOOD)
    again = Client().post(path, {**GOOD, "password": "another password 1"})
    assert again.status_code == 404
    assert User.objects.get(email=ADDRESS).check_password(PASSWORD)


@pytest.mark.parametrize("over", ["replaced", "too old", "tried too often", "forged"])
def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(order: Order, over: str) -> None:
    """R-O10"""
    path, nothing = path_of(invited(order)), Client().get("/welcome/nothing/")
    if over == "replaced":
        invited(order, key="two")
    elif over == "too old":
        BuyerInvitation.unscoped.update(good_until=clock.real() - timedelta(seconds=1))
    elif over == "tried too often":
        for _ in range(invitations.MOST_TRIES):
            assert Client().post(path, {**GOOD, "phone": "090-9999-9999"}).status_code == 422
    else:
        path = path[:-3] + "xx/"
    answer = Client().post(path, GOOD)
    assert (answer.status_code, main_of(answer)) == (404, main_of(nothing))
    assert Buyer.unscoped.get(pk=order.buyer_id).user is None


@pytest.mark.parametrize("wrong", [{"number": "1002"}, {"phone": "090-0000-0002"}, {"phone": ""}, {"password": "1234"}])
def test_only_who_knows_number_and_phone_is_let_in(order: Order, wrong: dict[str, str]) -> None:
    """R-O10: and which of the two was wrong is not said."""
    path = path_of(invited(order))
    assert Client().post(path, {**GOOD, **wrong}).status_code == 422
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize("phone", ["+81-90-0000-0001", "09000000001", "０９０−００００−０００１"])
def test_a_phone_number_may_be_written_in_any_way(order: Order, phone: str) -> None:
    """R-O10"""
    assert Client().post(path_of(invited(order)), {**GOOD, "phone": phone}).status_code == 302


@pytest.mark.parametrize("known", ["非公開", "000-0000-0000", "090-****-0001"])
def test_a_number_that_identifies_nobody_confirms_nothing(order: Order, known: str) -> None:
    """R-O10: neither itself nor anything like it; nobody is invited on it, and the refusal says the way out."""
    path, numbers = path_of(invited(order)), Buyer.unscoped.filter(pk=order.buyer_id)
    numbers.update(mobile=known)
    for phone in (known, "なし", "090-****-0001"):
        assert Client().post(path, {**GOOD, "phone": phone}).status_code == 422
    form = {"email": ADDRESS, "key": "two"}
    answer = member(order).post(f"/orders/{order.pk}/invite/", form)
    assert answer.status_code == 422
    assert "Enter the buyer&#x27;s own number as the recipient&#x27;s phone" in answer.content.decode()
    Order.unscoped.filter(pk=order.pk).update(recipient_mobile="080-0000-0002")
    assert Client().post(path_of(invited(order, key="two")), {**GOOD, "phone": "080-0000-0002"}).status_code == 302


def test_a_second_click_ends_where_the_first_did(order: Order) -> None:
    """R-O10, R-P6: whether the first was done already or both were on their way at once; nobody else is led there."""
    path = path_of(invited(order))
    link = BuyerInvitation.unscoped.select_related("buyer").get()
    own = Client()
    for _click in range(2):
        assert own.post(path, GOOD)["Location"] == "/my/"
    assert own.get(path)["Location"] == "/my/"
    with change(SYSTEM):
        again = invitations.accept(invitation=link, user=None, password=PASSWORD)
    assert again == Buyer.unscoped.get(pk=order.buyer_id).user
    with pytest.raises(Refused, match="over"), change(SYSTEM):
        invitations.accept(invitation=link, user=None, password="another password 1")
    stranger = Client()
    stranger.force_login(UserFactory())
    assert (stranger.get(path).status_code, Client().post(path, GOOD).status_code) == (404, 404)
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_the_password_is_taken_as_typed_and_judged_with_the_person(order: Order) -> None:
    """R-O10: so that it opens the log-in afterwards."""
    path, typed = path_of(invited(order, "hanako-yamada@example.jp")), " correct horse battery "
    like_the_address = Client(HTTP_ACCEPT_LANGUAGE="en").post(path, {**GOOD, "password": "hanako-yamada"})
    assert like_the_address.status_code == 422
    page = like_the_address.content.decode()
    assert "too similar to the" in page
    assert "at least 8 characters" in page
    Client().post(path, {**GOOD, "password": typed})
    log_in = {"login": "hanako-yamada@example.jp", "password": typed}
    assert Client().post("/accounts/login/", log_in).status_code == 302


def test_the_order_number_may_be_in_full_width(order: Order) -> None:
    """R-O10"""
    assert Client().post(path_of(invited(order)), {**GOOD, "number": " １００１"}).status_code == 302


def test_the_link_is_good_for_seven_days_of_real_time(order: Order) -> None:
    """R-O10, R-T3: as that of a member is, however far the demo's clock was moved."""
    path = path_of(invited(order))
    with clock.at(clock.now() + timedelta(days=8)):
        assert Client().get(path).status_code == 200
    with time_machine.travel(clock.real() + timedelta(days=7, minutes=1)):
        assert Client().get(path).status_code == 404


def test_who_is_logged_in_reads_which_log_in_gets_the_orders(order: Order) -> None:
    """R-O10: it may be somebody else's, or another of the own ones."""
    own, user = Client(HTTP_ACCEPT_LANGUAGE="en"), UserFactory()
    own.force_login(user)
    page = own.get(path_of(invited(order))).content.decode()
    assert f"will be added to the log-in {user.email}" in page


def test_nothing_else_goes_to_the_address_before_it_is_confirmed(order: Order) -> None:
    """R-O10: it may be a stranger's; the buyer's notices go there from the confirmation on."""
    path = path_of(invited(order))
    seller, parcel = member_of(order.seller), {"carrier": "ゆうパック", "tracking_number": "1"}
    with change(seller):
        lifecycle.dispatch(order=order, seen=order.version, by=seller, **parcel)
    sweep("mail")
    assert [message.subject for message in mail.outbox] == [f"{order.seller.name}からのご招待：ご注文の確認"]
    assert "None known: notices go to Qpost only" in member(order).get(f"/orders/{order.pk}/").content.decode()
    Client().post(path, GOOD)
    assert Buyer.unscoped.get(pk=order.buyer_id).email == ADDRESS
    parcel["tracking_number"] = "2"
    with change(seller):
        lifecycle.correct(order=order, seen=order.version + 1, by=seller, **parcel)
    sweep("mail")
    assert (len(mail.outbox), mail.outbox[-1].to) == (2, [ADDRESS])


@pytest.mark.parametrize("whose", ["member", "shop"])
def test_a_shop_cannot_invite_itself(order: Order, whose: str) -> None:
    """R-O10, R-M1: or it would have its buyers' balances paid out to itself."""
    email = MemberFactory(seller=order.seller).user.email if whose == "member" else order.seller.notice_email
    answer = member(order).post(f"/orders/{order.pk}/invite/", {"email": email.upper(), "key": "one"})
    assert answer.status_code == 422
    assert "an address of the shop itself" in answer.content.decode()
    assert not BuyerInvitation.unscoped.exists()


def test_a_member_of_the_shop_cannot_confirm_for_its_buyer(order: Order) -> None:
    """R-O10, R-M1: the link stays good for the buyer."""
    path = path_of(invited(order))
    answer = member(order, Role.VIEWER).post(path, GOOD)
    assert answer.status_code == 422
    assert "You are a member of this shop" in answer.content.decode()
    assert Buyer.unscoped.get(pk=order.buyer_id).user is None
    assert Client().post(path, GOOD).status_code == 302


def test_who_judges_a_payout_reads_how_the_log_in_came_to_the_money(order: Order) -> None:
    """R-O10, R-M1: a shop may have invited an address that it made up."""
    Client().post(path_of(invited(order)), GOOD)
    buyer = Buyer.unscoped.select_related("user").get(pk=order.buyer_id)
    Order.unscoped.filter(pk=order.pk).update(payment_method=PaymentMethod.CASH)
    begin(Order.unscoped.get(pk=order.pk))
    payout = ask_for(Actor(Party.BUYER, user_id=buyer.user_id), 2480)
    chief = Client(HTTP_ACCEPT_LANGUAGE="en")
    chief.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = chief.get(f"/admin/orders/payout/{payout.pk}/change/").content.decode()
    assert f"{order.seller.name} · {buyer.name} · log-in confirmed on" in page
    assert f"by an invitation to {ADDRESS}" in page
    assert "a member of this shop" not in page
    MemberFactory(seller=order.seller, user=buyer.user)
    assert "a member of this shop" in chief.get(f"/admin/orders/payout/{payout.pk}/change/").content.decode()


def test_whoever_is_slower_leaves_no_log_in_behind(order: Order) -> None:
    """R-O10: the link is used, or the address has a log-in, between the page's question and the door."""
    invited(order)
    slow = BuyerInvitation.unscoped.select_related("buyer").get()
    other = OrderFactory(buyer__user=None, buyer__mobile="+81-90-0000-0001", number="1001")
    Client().post(path_of(invited(other, key="two")), GOOD)
    codes = []
    for user in (None, UserFactory(), UserFactory()):
        try:
            with change(SYSTEM):
                invitations.accept(invitation=slow, user=user, password=PASSWORD)
        except Refused as refusal:
            codes.append(refusal.code)
    assert codes == ["invitation.log_in_exists", "invitation.over"]
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_a_log_in_that_is_there_is_used_and_never_overwritten(order: Order) -> None:
    """R-O10: its owner logs in first; then number and phone are enough."""
    user = UserFactory(email=ADDRESS, password="the old password 1")
    path = path_of(invited(order))
    answer = Client().post(path, GOOD)
    assert answer["Location"].startswith("/accounts/login/?next=/welcome/")
    user.refresh_from_db()
    assert user.check_password("the old password 1")
    own = Client()
    own.force_login(user)
    assert own.post(path, {"number": "1001", "phone": GOOD["phone"]}).status_code == 302
    assert Buyer.unscoped.get(pk=order.buyer_id).user == user


def test_who_cannot_be_invited(order: Order) -> None:
    """R-O10, R-A1, R-A2: a buyer with a log-in, one without a phone; by a viewer, by another shop."""
    viewer, other = member(order, Role.VIEWER), member(OrderFactory())
    path, form = f"/orders/{order.pk}/invite/", {"email": ADDRESS, "key": "one"}
    assert (viewer.post(path, form).status_code, other.post(path, form).status_code) == (403, 404)
    Buyer.unscoped.filter(pk=order.buyer_id).update(mobile="")
    assert "No phone number" in member(order).post(path, form).content.decode()
    Buyer.unscoped.filter(pk=order.buyer_id).update(user=UserFactory())
    assert "has a log-in already" in member(order).post(path, form).content.decode()


def test_five_a_day(order: Order) -> None:
    """R-O10: nobody's mailbox is filled by a shop."""
    for place in range(invitations.MANY_A_DAY):
        invited(order, key=str(place))
    answer = member(order).post(f"/orders/{order.pk}/invite/", {"email": ADDRESS, "key": "more"})
    assert answer.status_code == 422


def test_the_seller_sees_that_nobody_can_be_mailed(order: Order) -> None:
    """R-O10"""
    page = member(order).get(f"/orders/{order.pk}/").content.decode()
    assert "None known: notices go to Qpost only" in page
    assert f"/orders/{order.pk}/invite/" in page


def test_the_settings_are_the_owners(order: Order) -> None:
    """R-O10, R-A2, R-M2: how imports were paid only operators say, or a shop could turn a file of its own into balances."""
    values = {"payment_of_imports": "cash", "default_carrier": "佐川急便", "export_encoding": "utf-8-sig", "key": "one"}
    for role, status in ((Role.STAFF, 403), (Role.VIEWER, 403), (Role.OWNER, 302)):
        assert member(order, role).post("/orders/settings/", values).status_code == status
    order.seller.refresh_from_db()
    assert (order.seller.payment_of_imports, order.seller.default_carrier) == ("external", "佐川急便")
    owner = member(order, Role.OWNER)
    assert "佐川急便" in owner.get("/orders/import/tracking/").content.decode()
    assert 'value="detail-ja.utf-8-sig" required id="id_as_1" checked' in owner.get("/orders/export/").content.decode()
