"""Cancels on the way through every page: what buyer and seller press about them."""

from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.stop import BUYER, REQUESTED, SELLER, Stop, open_row


def press_approve(page: Page) -> None:
    open_row(page)
    page.locator("button[form=approve]").click()
    expect(page.locator("dialog form")).to_be_visible()


def tick_all(page: Page, action: str) -> None:
    """The form for all rows of the page."""
    page.locator("[data-select-all]").check()
    page.locator(f"button[formaction$='{action}']").click()
    page.wait_for_load_state()


def approve_ticked(page: Page) -> None:
    tick_all(page, "/ticked/approve/")
    page.locator("main .btn.main").click()
    expect(page.locator("dialog .rows")).to_be_visible()


def ticked_orders(page: Page, to: str) -> None:
    """The form for the orders of the page, as the delivery page opens it."""
    boxes = page.locator("tr[data-href] input[type=checkbox]")
    ticked = "&".join(f"ticked={boxes.nth(place).get_attribute('value')}" for place in range(min(boxes.count(), 3)))
    page.goto(f"{to}?{ticked}")


def cancel_ticked(page: Page) -> None:
    ticked_orders(page, "/claims/orders/cancel/")
    page.locator("[name=reason]").select_option("out_of_stock")
    page.locator("[name=memo]").fill("The goods are gone. We are sorry.")
    page.locator("main .btn.main").click()
    expect(page.locator("dialog .alert").first).to_be_visible()


def open_waiting(buyer: Page) -> None:
    """The form of a cancel that the shop has to approve."""
    buyer.goto("/my/")
    links = buyer.locator("article a[href$='/cancel/']").evaluate_all("links => links.map((link) => link.href)")
    for link in links:
        buyer.goto(link)
        if buyer.locator("form[data-waits]").count():
            return
    raise LookupError("no order of the demo's buyer waits for the shop's approval")


def cancel_at_once(buyer: Page) -> None:
    """What cannot be undone is asked once, on a page of its own."""
    links = buyer.locator("article a[href$='/cancel/']").evaluate_all("links => links.map((link) => link.href)")
    for link in links:
        buyer.goto(link)
        if not buyer.locator("form[data-waits]").count():
            break
    buyer.locator("[name=reason]").select_option("ordered_twice")
    buyer.locator("main .btn.main").click()
    buyer.wait_for_load_state()


def write_in_another_language(page: Page) -> None:
    """The order goes to Japan; the form marks it before anything is sent."""
    open_row(page)
    page.locator("#reject [name=reason]").select_option("other")
    page.locator("#reject [name=text]").press_sequentially("재고가 없어 취소할 수 없습니다.")
    expect(page.locator("#reject .alert.warning")).to_be_visible()


def press_take_back(buyer: Page) -> None:
    buyer.locator("form[action$='/take-back/'] button").first.click()
    expect(buyer.locator("dialog form")).to_be_visible()


STOPS = (
    Stop("claims-by-condition", SELLER, "/claims/?tab=condition"),
    Stop("claim-approve", SELLER, REQUESTED, press_approve, is_popup=True),
    Stop("claim-language", SELLER, REQUESTED, write_in_another_language),
    Stop("claims-approve", SELLER, REQUESTED, approve_ticked, is_popup=True),
    Stop("claims-reject", SELLER, REQUESTED, partial(tick_all, action="/ticked/reject/")),
    Stop("orders-cancel", SELLER, "/orders/?state=new", partial(ticked_orders, to="/claims/orders/cancel/")),
    Stop("orders-cancel-popup", SELLER, "/orders/?state=new", cancel_ticked, is_popup=True),
    Stop("orders-refund", SELLER, "/orders/?state=shipping", partial(ticked_orders, to="/claims/orders/refund/")),
    Stop("penalties", SELLER, "/claims/penalties/"),
    Stop("standing", SELLER, "/claims/standing/"),
    Stop("take-back", BUYER, "/my/", press_take_back, is_popup=True),
    Stop("cancel-at-once", BUYER, "/my/", cancel_at_once),
)
