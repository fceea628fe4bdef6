"""One cancel request rejected from end to end, as the guides 000 (Korean) and 003 (Chinese) show it, and in Japanese."""

from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from claims.states import State
from orders.states import OrderState
from tests.browser import steps
from tests.browser.conftest import NewPerson, Shop
from tests.browser.order_file import NUMBER
from tests.browser.people import Person
from tests.servers import MailServer

pytestmark = pytest.mark.browser


class Guide(NamedTuple):
    """Words that a guide prints, so that a slip in the catalogs is seen; "" where its text is only in a picture."""

    requested: str
    reject: str
    other: str
    shipping_request: str
    question: str = ""
    done: str = ""


GUIDES = {
    "ko": Guide("취소요청", "취소거부", "기타", "배송요청"),
    "zh-hans": Guide("取消要求", "拒绝取消", "其他", "买家已付款", "是否要拒绝取消处理", "已拒绝取消"),
    "ja": Guide("キャンセル要請", "キャンセル拒否", "その他", "配送要請"),
}
REALLY = "Reject a cancel only where the order cannot be canceled any more. Really reject it?"


@pytest.mark.parametrize("language", GUIDES)
def test_a_cancel_request_is_rejected_and_the_order_shipped(
    language: str, shop: Shop, person: NewPerson, order_file: Path, post: MailServer
) -> None:
    """R-O6, R-C2, R-O3, R-C5, R-P6, R-C7, R-C8, R-B9, R-O2, R-A3"""
    seller, buyer = person(language), person("ja")
    steps.import_ten_orders(seller, shop, order_file)
    steps.ask_to_cancel(buyer, shop)
    steps.find_the_request(seller).dblclick()
    expect(seller.row(NUMBER).get_by_role("checkbox")).not_to_be_checked()
    steps.read_the_trade(seller)
    steps.find_it_frozen(seller)
    steps.find_the_request(seller).dblclick()
    explain_too_shortly(seller, GUIDES[language])
    reject(seller, GUIDES[language])
    steps.find_it_to_be_shipped_today(seller)
    expect(seller.row(NUMBER)).to_contain_text(GUIDES[language].shipping_request)
    steps.read_why_not(buyer, post)
    steps.ask_again_in_vain(buyer)
    dispatch(seller)
    steps.find_it_on_its_way(buyer)
    read_the_history(seller)


def explain_too_shortly(seller: Person, guide: Guide) -> None:
    """R-C5: *other* needs 30 characters; 29 are refused with the reason, and nothing is asked."""
    reason, text = seller.panel.locator("[name=reason]"), seller.panel.locator("[name=text]")
    expect(seller.page.locator(".status")).to_contain_text(guide.requested)
    expect(text).to_be_hidden()
    reason.select_option(label=guide.other)
    text.fill(steps.TOO_SHORT)
    expect(seller.panel.locator(".counter")).to_have_text("29 / 30")
    seller.panel.get_by_role("button", name=guide.reject, exact=True).click()
    refusal = "With the reason “Other”, explain it in 30 characters or more: the buyer will read it."
    expect(seller.panel).to_contain_text(seller.says(refusal))
    expect(text).to_be_focused()
    expect(text).to_have_value(steps.TOO_SHORT)
    expect(seller.popup).to_have_count(0)
    assert steps.the_claim().state == State.REQUESTED


def reject(seller: Person, guide: Guide) -> None:
    """R-P6: with 30 characters a popup asks once; OK confirms once."""
    seller.panel.locator("[name=text]").fill(steps.WHY_NOT)
    expect(seller.panel.locator(".counter")).to_have_text("30 / 30")
    ask = seller.button("Reject cancel", within=seller.panel)
    ask.click()
    expect(seller.popup).to_contain_text(seller.says(REALLY))
    expect(seller.popup).to_contain_text(guide.question)
    seller.popup.get_by_text(seller.says("Cancel", "button"), exact=True).click()
    expect(seller.popup).to_have_count(0)
    assert steps.the_claim().state == State.REQUESTED
    ask.click()
    seller.button("OK", within=seller.popup).click()
    expect(seller.popup).to_contain_text(seller.says("The cancel has been rejected."))
    expect(seller.popup).to_contain_text(guide.done)
    seller.link("OK", seller.popup).click()
    expect(seller.popup).to_have_count(0)
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says("Cancel : rejected"))
    expect(seller.button("Reject cancel", within=seller.panel)).to_have_count(0)


def dispatch(seller: Person) -> None:
    """R-O2: carrier and tracking number; the mark of R-C8 goes."""
    seller.row(NUMBER).dblclick()
    expect(seller.panel.locator(".clock")).to_have_text(seller.ship_today())
    seller.panel.locator("[name=carrier]").fill(steps.CARRIER)
    seller.panel.locator("[name=tracking_number]").fill(steps.TRACKING_NUMBER)
    seller.button("Dispatch", within=seller.panel).click()
    seller.button("OK", within=seller.popup).click()
    expect(seller.popup).to_contain_text(seller.says("The order has been dispatched."))
    seller.link("OK", seller.popup).click()
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says(OrderState.SHIPPING.label))
    expect(seller.page.get_by_text(seller.ship_today())).to_have_count(0)


def read_the_history(seller: Person) -> None:
    """R-A3: who did what, why, and what the other side was told; newest first."""
    seller.page.goto(f"/claims/{steps.the_claim().pk}/")
    entries = seller.panel.locator(".life > li")
    titles = ("Dispatched", "Cancel rejected", "Cancel requested", "Order taken from a file")
    said = (f"{steps.CARRIER} {steps.TRACKING_NUMBER}", steps.WHY_NOT, steps.WHY_CANCEL, "")
    expect(entries).to_have_count(len(titles))
    for entry, title, words in zip(entries.all(), titles, said, strict=True):
        expect(entry).to_contain_text(seller.says(title))
        expect(entry).to_contain_text(words)
    for channel in ("Qpost", "mail"):
        words = {
            "party": seller.says("Buyer"),
            "channel": seller.says(channel),
            "progress": seller.says("sent", "delivery"),
        }
        expect(entries.nth(1)).to_contain_text(seller.says("%(party)s, %(channel)s: %(progress)s", "delivery", **words))
    expect(entries.nth(1)).to_contain_text("鈴木 店長")
    assert steps.happened() == ["order.imported", "cancel.requested", "cancel.rejected", "order.dispatched"]
