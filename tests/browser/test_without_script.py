"""The main job in a browser that runs no JavaScript: rows carry links, popups are pages, the next page confirms."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from claims.states import RejectReason, State
from orders.states import OrderState
from tests.browser import steps
from tests.browser.conftest import NewPerson, Shop
from tests.browser.order_file import NUMBER
from tests.browser.people import Person
from tests.browser.test_path import REALLY
from tests.servers import MailServer

pytestmark = pytest.mark.browser


def test_a_cancel_request_is_rejected_without_script(
    shop: Shop, person: NewPerson, order_file: Path, post: MailServer
) -> None:
    """R-C5, R-P6"""
    seller, buyer = (person("ja", java_script_enabled=False) for _ in range(2))
    steps.import_ten_orders(seller, shop, order_file)
    steps.ask_to_cancel(buyer, shop)
    steps.find_the_request(seller).get_by_role("link").click()
    steps.read_the_trade(seller)
    steps.find_it_frozen(seller)
    steps.find_the_request(seller).get_by_role("link").click()
    explain_too_shortly(seller)
    reject(seller)
    steps.find_it_to_be_shipped_today(seller)
    steps.read_why_not(buyer, post)
    steps.ask_again_in_vain(buyer)
    dispatch(seller)
    steps.find_it_on_its_way(buyer)


def send(seller: Person, text: str) -> None:
    seller.panel.locator("[name=reason]").select_option(label=seller.says(RejectReason.OTHER.label))
    seller.panel.locator("[name=text]").fill(text)
    seller.button("Reject cancel", within=seller.panel).click()


def explain_too_shortly(seller: Person) -> None:
    send(seller, steps.TOO_SHORT)
    refusal = "With the reason “Other”, explain it in 30 characters or more: the buyer will read it."
    expect(seller.panel).to_contain_text(seller.says(refusal))
    expect(seller.panel.locator("[name=text]")).to_have_value(steps.TOO_SHORT)


def reject(seller: Person) -> None:
    """The popup is a page: its way back changes nothing, its OK rejects, and the claim's page says so."""
    send(seller, steps.WHY_NOT)
    expect(seller.page.locator("main")).to_contain_text(seller.says(REALLY))
    seller.page.get_by_role("link", name=seller.says("Cancel", "button"), exact=True).click()
    assert steps.the_claim().state == State.REQUESTED
    send(seller, steps.WHY_NOT)
    seller.button("OK").click()
    expect(seller.page.get_by_role("status")).to_have_text(seller.says("The cancel has been rejected."))
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says("Cancel : rejected"))


def dispatch(seller: Person) -> None:
    seller.row(NUMBER).get_by_role("link").click()
    seller.panel.locator("[name=carrier]").fill(steps.CARRIER)
    seller.panel.locator("[name=tracking_number]").fill(steps.TRACKING_NUMBER)
    seller.button("Dispatch", within=seller.panel).click()
    expect(seller.page.locator("main")).to_contain_text(steps.TRACKING_NUMBER)
    seller.button("OK").click()
    expect(seller.page.get_by_role("status")).to_have_text(seller.says("The order has been dispatched."))
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says(OrderState.SHIPPING.label))
