"""A page in one state, and the steps that lead to many of them."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, ViewportSize, expect

NOBODY, SELLER, BUYER, OPERATOR = "nobody", "seller", "buyer", "operator"
SIZES = DESK, PHONE = ViewportSize(width=1360, height=900), ViewportSize(width=360, height=780)
PREPARING = "/orders/?state=preparing&order=ordered_at"  # the oldest first, about which nobody asks anything
REQUESTED = "/claims/?status=cancel_requested"


@dataclass(frozen=True)
class Stop:
    """A page in one state: who opens which address, what is done there, and in windows of which size it exists.

    is_popup: something lies over the page, so that a picture shows the window and not the whole page.
    """

    name: str
    who: str
    path: str
    then: Callable[[Page], None] = lambda page: None
    is_popup: bool = False
    sizes: tuple[ViewportSize, ...] = SIZES

    def open(self, page: Page) -> None:
        page.goto(self.path)
        self.then(page)


def first_row(page: Page) -> Locator:
    """A place in the first row on which no link and no field lies: its delivery state or its claim's."""
    return page.locator("tr[data-href]").first.locator("td").nth(1)


def open_row(page: Page) -> None:
    first_row(page).dblclick()
    expect(page.locator("#panel h2").first).to_be_focused()


def open_first(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()
