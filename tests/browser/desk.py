"""The operators' pages on the way through every page: what waits for them, and what they decide."""

from playwright.sync_api import Page, expect

from tests.browser.stop import OPERATOR, Stop, open_first

# axe's rules that Django's own theme breaks, and how.
DJANGOS_OWN = {
    "target-size": "the filters beside change lists lie closer than WCAG 2.2 asks",
    "link-in-text-block": "links in breadcrumbs and hints differ from the text by color only",
    "label": "the two fields of a moment share one label",
}


def open_row(page: Page) -> None:
    """The first row of a change list."""
    open_first(page, "#result_list tbody th a")


def open_deed(page: Page) -> None:
    """The page of the first thing that an operator can do about the first row."""
    open_row(page)
    open_first(page, ".object-tools a[href*='/do/']")
    expect(page.locator("form .submit-row")).to_be_visible()


def see_clock(page: Page) -> None:
    expect(page.locator("form [type=submit].default")).to_be_visible()


STOPS = (
    Stop("desk", OPERATOR, "/admin/"),
    Stop("desk-penalties", OPERATOR, "/admin/claims/penalty/?state__exact=RAISED"),
    Stop("desk-penalty", OPERATOR, "/admin/claims/penalty/?state__exact=RAISED", open_deed),
    Stop("desk-payouts", OPERATOR, "/admin/orders/payout/"),
    Stop("desk-refunds", OPERATOR, "/admin/orders/refund/?state__exact=failed"),
    Stop("desk-claim", OPERATOR, "/admin/claims/claim/?state__exact=REQUESTED", open_deed),
    Stop("desk-orders", OPERATOR, "/admin/orders/order/?q=638"),
    Stop("desk-order", OPERATOR, "/admin/orders/order/", open_row),
    Stop("desk-announcements", OPERATOR, "/admin/messaging/announcement/"),
    Stop("desk-announcement", OPERATOR, "/admin/messaging/announcement/add/"),
    Stop("desk-clock", OPERATOR, "/admin/events/democlock/", see_clock),
    Stop("desk-deliveries", OPERATOR, "/admin/events/delivery/?state__exact=parked"),
    Stop("desk-inquiries", OPERATOR, "/admin/messaging/shopinquiry/"),
    Stop("desk-buyers-inquiries", OPERATOR, "/admin/messaging/buyerinquiry/"),
)
