"""The buyer's balance and its way to a bank account (R-M1, R-M2, R-P4)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders import money
from orders.models import Order, Payout, Transfer
from orders.money import ledger, payouts
from orders.states import PayoutState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import PaymentMethod, User
from qsm.events.door import change, lock
from qsm.lib.machine import Refused
from tests.factories import BuyerFactory, OrderFactory, UserFactory, buyer_of

pytestmark = pytest.mark.django_db
ACCOUNT = {
    "bank": "みずほ銀行",
    "branch": "渋谷支店",
    "account_type": "ordinary",
    "account_number": "0123456",
    "account_holder": "アオヤマ ハナコ",
}
PAGE, ASK = "/my/balance/", "/my/balance/payout/"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def refunded(yen: int = 2480, user: User | None = None) -> Order:
    """A cash order whose refund lies in its buyer's balance."""
    buyer = BuyerFactory(**({"user": user} if user else {}))
    order = OrderFactory(payment_method=PaymentMethod.CASH, seller=buyer.seller, buyer=buyer, paid_yen=yen)
    with change(SYSTEM):
        lock(Order, order.pk)
        money.start(order=order, claim_id=order.pk, yen=yen, by=SYSTEM)
    return order


def ask_for(buyer: Actor, yen: int) -> Payout:
    with change(buyer):
        return payouts.ask_for(by=buyer, yen=yen, **ACCOUNT)


def operator() -> Actor:
    return Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True, is_superuser=True).pk)


def decide(payout: Payout, action: Any, **more: str) -> Payout:
    who = operator()
    with change(who):
        return action(payout=payout, seen=payout.version, by=who, **more)


def logged_in(user_id: int | None) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=user_id))
    return client


def form(**more: Any) -> dict[str, Any]:
    return {**ACCOUNT, "yen": 1000, "key": "k1", **more}


def test_what_is_asked_for_has_left_the_balance() -> None:
    """R-M1, R-M2: so that nobody can ask for the same yen twice."""
    buyer = buyer_of(refunded())
    ask_for(buyer, 2000)
    assert ledger.balance_of(buyer) == 480
    with pytest.raises(Refused, match=r"money\.payout_too_much"):
        ask_for(buyer, 481)
    assert (ledger.balance_of(buyer), ledger.balance(ledger.PAYOUTS)) == (480, 2000)


@pytest.mark.parametrize("yen", [0, -5])
def test_nothing_cannot_be_asked_for(yen: int) -> None:
    """R-M2"""
    with pytest.raises(Refused, match=r"money\.payout_nothing"):
        ask_for(buyer_of(refunded()), yen)


def test_a_balance_is_what_all_shops_have_refunded() -> None:
    """R-M1: the person has one balance, though each shop knows a buyer of its own; a payout draws from all of them."""
    user = UserFactory()
    buyer = buyer_of(refunded(1000, user))
    refunded(500, user)
    refunded(9000)
    assert ledger.balance_of(buyer) == 1500
    payout = ask_for(buyer, 1200)
    assert sorted(payout.transfers.values_list("yen", flat=True)) == [200, 1000]
    assert ledger.balance_of(buyer) == 300


def test_a_paid_payout_is_at_the_bank() -> None:
    """R-M1: who marked it and when is kept, and it can be marked once."""
    buyer = buyer_of(refunded())
    payout = decide(ask_for(buyer, 2480), payouts.pay)
    assert (payout.state, bool(payout.decided_at), bool(payout.decided_by)) == (PayoutState.PAID, True, True)
    assert (ledger.balance(ledger.BANK), ledger.balance(ledger.PAYOUTS), ledger.balance_of(buyer)) == (2480, 0, 0)
    with pytest.raises(Refused, match=r"payout\.wrong_state"):
        decide(payout, payouts.pay)


def test_a_refused_payout_is_back_in_the_balance_with_its_reason() -> None:
    """R-M1: in the accounts from which it came."""
    user = UserFactory()
    orders = [refunded(1000, user), refunded(500, user)]
    buyer = buyer_of(orders[0])
    payout = ask_for(buyer, 1500)
    with pytest.raises(Refused, match=r"money\.payout_reason"):
        decide(payout, payouts.refuse, reason="  ")
    decide(payout, payouts.refuse, reason="口座名義が一致しません。")
    assert [ledger.balance(ledger.of_buyer(order.buyer_id)) for order in orders] == [1000, 500]
    assert "口座名義が一致しません。" in logged_in(buyer.user_id).get(PAGE).content.decode()


def test_only_operators_decide() -> None:
    """R-M1, R-A2"""
    buyer = buyer_of(refunded())
    payout = ask_for(buyer, 100)
    with pytest.raises(Refused, match=r"payout\.wrong_party"), change(buyer):
        payouts.pay(payout=payout, seen=1, by=buyer)


def test_the_page_shows_balance_and_movements_and_asks_once() -> None:
    """R-P4, R-P6: the form, the popup with what was entered, the request; the same click again does no more."""
    order = refunded()
    client = logged_in(order.buyer.user_id)
    page = client.get(PAGE).content.decode()
    assert "¥2,480" in page
    assert order.number in page
    popup = client.post(ASK, form()).content.decode()
    assert "¥1,000" in popup
    assert "0123456" in popup
    assert not Payout.unscoped.exists()
    for _ in range(2):
        assert client.post(ASK, form(confirmed="1")).status_code == 302
    assert Payout.unscoped.get().yen == 1000
    page = client.get(PAGE).content.decode()
    assert "¥1,480" in page
    assert "***456" in page
    assert "0123456" not in page.split("</form>")[-1]


def test_the_form_says_what_is_wrong() -> None:
    """R-M1: more than the balance, a holder in another script, a number with letters."""
    client = logged_in(refunded().buyer.user_id)
    wrong = form(yen=99_999, confirmed="1")
    assert "more than your balance" in client.post(ASK, wrong).content.decode()
    in_popup = client.post(ASK, wrong, headers={"HX-Request": "true"})
    assert (in_popup["HX-Retarget"], in_popup.content.startswith(b"<!doctype")) == ("#payout", False)
    answer = client.post(ASK, form(account_holder="青山花子", account_number="12a", key="k2"))
    assert answer.status_code == 422
    assert "in katakana" in answer.content.decode()
    assert "digits only" in answer.content.decode()


def test_an_account_is_kept_as_banks_write_it() -> None:
    """R-M1: digits and letters of any width, a short number with its zeros."""
    client = logged_in(refunded().buyer.user_id)
    client.post(ASK, form(account_number="１２３４", account_holder="ｱｵﾔﾏ　ﾊﾅｺ", confirmed="1"))
    payout = Payout.unscoped.get()
    assert (payout.account_number, payout.account_holder) == ("0001234", "アオヤマ ハナコ")


def test_nobody_sees_the_money_of_others() -> None:
    """R-A1: neither balance, nor movements, nor payouts."""
    order = refunded()
    ask_for(buyer_of(order), 777)
    page = logged_in(OrderFactory().buyer.user_id).get(PAGE).content.decode()
    assert order.number not in page
    assert "777" not in page


def test_an_operator_decides_on_a_page_of_its_own(settings: Any) -> None:
    """R-P6, R-M1: the question, then the deed; who may only read has no button and no way in."""
    payout = ask_for(buyer_of(refunded()), 2480)
    chief = logged_in(operator().user_id)
    change_page = reverse("admin:orders_payout_change", args=[payout.pk])
    pay = reverse("admin:orders_payout_do", args=[payout.pk, "pay"])
    assert pay in chief.get(change_page).content.decode()
    assert "Has the money been sent" in chief.get(pay).content.decode()
    reader = logged_in(UserFactory(is_staff=True).pk)
    assert reader.post(pay, {"seen": 1, "key": "r"}).status_code == 403
    for _ in range(2):
        assert chief.post(pay, {"seen": 1, "key": "p"}).status_code == 302
    assert Payout.unscoped.get().state == PayoutState.PAID
    assert pay not in chief.get(change_page).content.decode()
    assert chief.post(pay, {"seen": 1, "key": "q"}).status_code == 422
    assert Transfer.unscoped.filter(credit=ledger.BANK).count() == 1


def test_a_deed_that_is_not_there_is_not_found() -> None:
    """R-A1"""
    payout = ask_for(buyer_of(refunded()), 1)
    chief = logged_in(operator().user_id)
    for path in (f"{payout.pk}/do/nothing/", "999999/do/pay/"):
        assert chief.get(f"/admin/orders/payout/{path}").status_code == 404


def test_a_fee_table_begins_tomorrow_and_then_stays() -> None:
    """R-M3, R-M4: the fee that people were shown today cannot be changed under them."""
    chief = logged_in(operator().user_id)
    page = reverse("admin:orders_paymentfee_add")
    today = chief.post(page, {"valid_from": "2026-01-05", "from_yen": 0, "fee_yen": 150})
    assert "tomorrow at the earliest" in today.content.decode()
    chief.post(page, {"valid_from": "2099-01-05", "from_yen": 0, "fee_yen": 150})
    from orders.models import PaymentFee

    fee = PaymentFee.objects.get()
    edit = reverse("admin:orders_paymentfee_change", args=[fee.pk])
    chief.post(edit, {"valid_from": "2099-01-05", "from_yen": 0, "fee_yen": 160})
    fee.refresh_from_db()
    assert fee.fee_yen == 160
    PaymentFee.objects.update(valid_from="2026-01-05")
    assert chief.post(edit, {"valid_from": "2099-01-05", "from_yen": 0, "fee_yen": 1}).status_code == 403


def test_an_operator_reads_an_order_with_its_history() -> None:
    """R-A3"""
    order = refunded()
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert "Refund credited to the balance" in logged_in(operator().user_id).get(page).content.decode()
