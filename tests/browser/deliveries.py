"""The states of the delivery page and of the work on ticked rows, as `tests.browser.pages` has those of the others."""

from functools import partial
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.stop import PREPARING, SELLER, Stop, open_row


def correct_parcel(page: Page) -> None:
    """Another tracking number; the carrier stays."""
    open_row(page)
    page.locator("#correct [name=tracking_number]").fill(uuid4().hex[:12])
    page.locator("#correct button").click()
    expect(page.locator("dialog[data-next]")).to_be_visible()


def readdress(page: Page) -> None:
    """Without an address, which an order needs."""
    open_row(page)
    page.locator("details:has(#readdress) > summary").click()
    page.locator("#readdress [name=address]").fill(" ")
    page.locator("#readdress [name=address]").evaluate("field => field.removeAttribute('required')")
    page.locator("#readdress button").click()
    expect(page.locator("#readdress .errorlist")).to_be_visible()


def wrong_code(page: Page) -> None:
    open_row(page)
    page.locator("#hand_over [name=code]").fill("000")
    page.locator("#hand_over button").click()
    page.locator("dialog form button").click()
    expect(page.locator("#hand_over .errorlist")).to_be_visible()


def ask_about_service(page: Page) -> None:
    open_row(page)
    page.locator("#provide button").click()
    expect(page.locator("dialog form")).to_be_visible()


def open_work(page: Page, name: str) -> None:
    """Tick two rows and press a tab under the grid."""
    for box in page.locator("tr[data-href] [name=ticked]").all()[:2]:
        box.check()
    page.locator(f"button[formaction$='/{name}/']").click()
    expect(page.locator("#work-title")).to_be_visible()


def work_refused(page: Page) -> None:
    """Orders without a tracking number, which they need: a result for each row."""
    open_work(page, "dispatch")
    page.locator("#work [name=carrier_for_all]").fill("ゆうパック")
    page.locator("#work .btn.main").click()
    page.locator("dialog form button").click()
    expect(page.locator("#work [role=status]")).to_be_visible()


def ask_about_dispatch(page: Page) -> None:
    open_row(page)
    page.locator("#dispatch [name=carrier]").fill("ゆうパック")
    page.locator("#dispatch [name=tracking_number]").fill("1234-5678-9012")
    page.locator("#dispatch button").click()
    expect(page.locator("dialog form")).to_be_visible()


def ask_about_work(page: Page) -> None:
    open_work(page, "dispatch")
    page.locator("#work .btn.main").click()
    expect(page.locator("dialog form")).to_be_visible()


def take_grid_file(page: Page) -> None:
    """What the Excel button leads to."""
    assert page.evaluate("async () => (await fetch('/orders/grid.xlsx')).status") == 200


STOPS = (
    Stop("delivery-detail", SELLER, "/orders/?view=detail", take_grid_file),
    Stop("delivery-by-cart", SELLER, "/orders/?view=cart"),
    Stop("delivery-sent", SELLER, "/orders/?view=sent"),
    Stop("grid-options", SELLER, "/orders/options/"),
    Stop("work-ship-date", SELLER, PREPARING, partial(open_work, name="plan")),
    Stop("work-dispatch", SELLER, PREPARING, partial(open_work, name="dispatch")),
    Stop("work-result", SELLER, PREPARING, work_refused),
    Stop("work-question", SELLER, PREPARING, ask_about_work, is_popup=True),
    Stop("dispatch-question", SELLER, PREPARING, ask_about_dispatch, is_popup=True),
    Stop("work-alone", SELLER, "/orders/work/dispatch/"),
    Stop("order-sent", SELLER, "/orders/?view=sent&state=delivered", open_row),
    Stop("order-corrected", SELLER, "/orders/?view=sent&state=shipping", correct_parcel, is_popup=True),
    Stop("recipient-refused", SELLER, PREPARING, readdress),
    Stop("code-refused", SELLER, "/orders/?method=pickup", wrong_code),
    Stop("service-question", SELLER, "/orders/?method=online", ask_about_service, is_popup=True),
)
