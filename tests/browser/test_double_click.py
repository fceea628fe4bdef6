"""A double click has one effect: a script holds the second click back, and without one the server does (R-P6)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from claims.states import CancelReason, RejectReason
from qsm.events.models import Event
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.factories import PASSWORD, BuyerFactory, OrderFactory, requested_cancel

pytestmark = pytest.mark.browser


def ready_to_reject(seller: Person, shop: Shop) -> tuple[str, Locator]:
    """In front of the popup's OK; what is said afterwards, and the button."""
    claim = requested_cancel(OrderFactory(seller=shop.seller))
    seller.log_in(shop.owner.email, PASSWORD)
    seller.page.goto(f"/claims/{claim.pk}/")
    seller.panel.locator("[name=reason]").select_option(RejectReason.READY_TO_SHIP)
    seller.button("Reject cancel", within=seller.panel).click()
    ok = seller.page.get_by_role("button", name=seller.says("OK"), exact=True)
    expect(ok).to_be_visible()
    return seller.says("The cancel has been rejected."), ok


def ready_to_request(buyer: Person, shop: Shop) -> tuple[str, Locator]:
    """In front of the button that requests a cancel; what is said afterwards, and the button."""
    order = OrderFactory(seller=shop.seller, buyer=BuyerFactory(seller=shop.seller, user=shop.buyer))
    buyer.log_in(shop.buyer.email, PASSWORD)
    buyer.page.goto(f"/my/orders/{order.pk}/cancel/")
    buyer.page.locator("[name=reason]").select_option(CancelReason.ORDERED_TWICE)
    return buyer.says("The cancel has been requested."), buyer.button("Request a cancel")


DEEDS = pytest.mark.parametrize(
    ("ready", "event"),
    [(ready_to_reject, "cancel.rejected"), (ready_to_request, "cancel.requested")],
    ids=["reject", "request"],
)
Ready = Callable[[Person, Shop], tuple[str, Locator]]


@DEEDS
def test_a_double_click_sends_one_request(ready: Ready, event: str, shop: Shop, person: NewPerson) -> None:
    """R-P6, R-A3"""
    somebody = person("ja")
    said, button = ready(somebody, shop)
    sent: list[str] = []
    somebody.page.on("request", lambda request: sent.append(request.method))
    button.dblclick(no_wait_after=True)
    expect(somebody.page.get_by_text(said)).to_have_count(1)
    assert sent.count("POST") == 1
    assert Event.unscoped.filter(name=event).count() == 1


@DEEDS
def test_without_script_the_second_click_is_answered_like_the_first(
    ready: Ready, event: str, shop: Shop, person: NewPerson
) -> None:
    """R-P6, R-A3: the server has done what the first click asked when the browser gives it up for the second one."""
    somebody = person("ja", java_script_enabled=False)
    said, button = ready(somebody, shop)
    answers = give_up_the_first_answer(somebody.page)
    place = button.bounding_box()
    assert place is not None
    with somebody.page.expect_event("requestfailed"):
        somebody.page.mouse.click(place["x"] + 5, place["y"] + 5)
    with somebody.page.expect_response(lambda response: response.request.method == "POST"):
        somebody.page.mouse.click(place["x"] + 5, place["y"] + 5)
    expect(somebody.page.get_by_text(said).first).to_be_visible()
    assert answers == [302, 302]
    assert Event.unscoped.filter(name=event).count() == 1


def give_up_the_first_answer(page: Page) -> list[int]:
    """Let the server answer every form that is sent, but keep the first answer from the browser; how it answered."""
    answers: list[int] = []

    def on_request(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort("aborted")
        else:
            route.fulfill(response=answer)

    page.route("**/*", on_request)
    return answers
