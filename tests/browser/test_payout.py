"""A buyer has the balance paid out: what is wrong is said at the form, a popup asks once, and the page shows the payout."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from orders import money
from orders.models import Order
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import PaymentMethod
from qsm.events.door import change, lock
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.browser.stop import PHONE
from tests.browser.test_every_page import EVERY_RULE, FITS, violations
from tests.factories import PASSWORD, BuyerFactory, OrderFactory

pytestmark = pytest.mark.browser
ACCOUNT = {"bank": "みずほ銀行", "branch": "渋谷支店", "account_number": "123456"}


def give_balance(shop: Shop) -> None:
    """A cash order of the shop's buyer whose refund lies in the balance."""
    buyer = BuyerFactory(seller=shop.seller, user=shop.buyer)
    order = OrderFactory(payment_method=PaymentMethod.CASH, seller=shop.seller, buyer=buyer, paid_yen=2480)
    with change(SYSTEM):
        lock(Order, order.pk)
        money.start(order=order, claim_id=order.pk, yen=2480, by=SYSTEM)


def anybody_can_use(person: Person) -> None:
    assert [*violations(person.page, EVERY_RULE)] == []
    assert person.page.evaluate(FITS)


def test_the_balance_is_paid_out(shop: Shop, person: NewPerson) -> None:
    """R-M1, R-P6: a holder who is not in katakana is refused beside the field, and what was entered stays."""
    give_balance(shop)
    buyer = person("ja")
    buyer.log_in(shop.buyer.email, PASSWORD)
    buyer.page.set_viewport_size(PHONE)
    buyer.page.goto("/my/balance/")
    buyer.page.evaluate(AXE_SCRIPT)
    holder = buyer.page.locator("[name=account_holder]")
    for name, value in ACCOUNT.items():
        buyer.page.locator(f"[name={name}]").fill(value)
    holder.fill("春野")
    buyer.page.locator("#payout .btn.main").click()
    expect(buyer.page.locator("#payout .errorlist")).to_be_visible()
    expect(buyer.page.locator("[name=bank]")).to_have_value(ACCOUNT["bank"])
    anybody_can_use(buyer)
    holder.fill("ハルノ アカリ")
    buyer.page.locator("#payout .btn.main").click()
    expect(buyer.popup).to_contain_text("0123456")
    anybody_can_use(buyer)
    buyer.button("OK", within=buyer.popup).click()
    expect(buyer.popup).to_contain_text(buyer.says("The payout has been requested."))
    buyer.link("OK", buyer.popup).click()
    expect(buyer.page.locator("#payout")).to_have_count(0)
    expect(buyer.page.locator("main")).to_contain_text("***456")
