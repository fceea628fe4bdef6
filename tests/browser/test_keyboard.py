"""The main job by keyboard alone: what has the focus is always seen, and the focus comes back to where it was."""

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from claims.models import Claim
from claims.states import State
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.factories import PASSWORD, OrderFactory, requested_cancel

pytestmark = pytest.mark.browser

REASON = "お名前を刺しゅうで入れた一点物のため、製作後の取り消しはできません。"
FARTHEST = 80  # presses of Tab
# Whether what has the focus is drawn with an outline, inside the window, and not covered by something else.
IS_SEEN = """() => {
  const element = document.activeElement;
  if (element === document.body) return true;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const there = document.elementFromPoint(x, y);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const uncovered = there !== null && (element.contains(there) || there.contains(element));
  return outlined && uncovered ? true : element.outerHTML.slice(0, 200);
}"""


def test_a_cancel_is_rejected_by_keyboard(shop: Shop, person: NewPerson) -> None:
    """R-P8, R-C5, R-P6"""
    claims = [requested_cancel(OrderFactory(seller=shop.seller)) for _ in range(3)]
    seller = person("ja")
    log_in(seller, shop)
    seller = switch_language(seller)
    go_to(seller, seller.counter("Cancel requested", 3))
    press(seller, "Enter")
    expect(seller.page.locator("tr[data-href]")).to_have_count(3)
    walk_through_the_rows(seller)
    open_and_leave_the_panel(seller)
    fill_in_the_form(seller)
    leave_the_popup(seller)
    say_ok_twice(seller)
    decided = Claim.unscoped.get(state=State.REJECTED)
    assert decided.pk == claims[1].pk
    assert decided.reject_text == REASON


def press(seller: Person, *keys: str) -> None:
    for key in keys:
        seller.page.keyboard.press(key)


def go_to(seller: Person, target: Locator, key: str = "Tab") -> None:
    """Press a key until the target has the focus; every stop on the way must be seen."""
    expect(target).to_be_visible()
    for _ in range(FARTHEST):
        press(seller, key)
        assert seller.page.evaluate(IS_SEEN) is True
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached with {key}")


def log_in(seller: Person, shop: Shop) -> None:
    seller.page.goto("/accounts/login/")
    go_to(seller, seller.page.locator("[name=login]"))
    seller.page.keyboard.type(shop.owner.email)
    go_to(seller, seller.page.locator("[name=password]"))
    seller.page.keyboard.type(PASSWORD)
    press(seller, "Enter")
    seller.page.wait_for_url(lambda url: "/accounts/" not in url)


def switch_language(seller: Person) -> Person:
    """Escape closes the choice and gives the focus back; then Korean is chosen. The person, who now reads Korean."""
    choice = seller.page.locator("details.pick")
    go_to(seller, choice.locator("summary"))
    press(seller, "Enter")
    expect(choice).to_have_attribute("open", "")
    press(seller, "Tab", "Escape")
    expect(choice).not_to_have_attribute("open", "")
    expect(choice.locator("summary")).to_be_focused()
    press(seller, "Enter")
    go_to(seller, choice.locator("button[lang=ko]"))
    press(seller, "Enter")
    expect(seller.page.locator("html")).to_have_attribute("lang", "ko")
    return replace(seller, language="ko")


def walk_through_the_rows(seller: Person) -> None:
    """One row is in the tab order; arrows, Home and End move, and stop at the ends."""
    first, second, last = seller.page.locator("tr[data-href]").all()
    go_to(seller, first)
    moves = (
        ("ArrowUp", first),
        ("ArrowDown", second),
        ("End", last),
        ("ArrowDown", last),
        ("Home", first),
        ("ArrowDown", second),
    )
    for key, row in moves:
        press(seller, key)
        expect(row).to_be_focused()
        assert seller.page.evaluate(IS_SEEN) is True


def open_and_leave_the_panel(seller: Person) -> None:
    """Enter opens it and leads into it; Escape closes it and leads back to the row."""
    row = seller.page.locator("tr[data-href]").nth(1)
    heading = seller.panel.get_by_role("heading", level=2)
    press(seller, "Enter")
    expect(heading).to_be_focused()
    press(seller, "Escape")
    expect(heading).to_have_count(0)
    expect(row).to_be_focused()
    assert seller.page.evaluate(IS_SEEN) is True
    press(seller, " ")
    expect(heading).to_be_focused()
    expect(row).to_have_attribute("aria-selected", "true")


def fill_in_the_form(seller: Person) -> None:
    reason, text = seller.panel.locator("[name=reason]"), seller.panel.locator("[name=text]")
    go_to(seller, reason)
    press(seller, *["ArrowDown"] * 4)
    expect(reason).to_have_value("other")
    go_to(seller, text)
    seller.page.keyboard.insert_text(REASON)


def leave_the_popup(seller: Person) -> None:
    """Escape takes the question away, and the focus is on the button that asked."""
    button = seller.button("Reject cancel", within=seller.panel)
    go_to(seller, button)
    press(seller, "Enter")
    expect(seller.popup).to_be_visible()
    press(seller, "Escape")
    expect(seller.popup).to_have_count(0)
    expect(button).to_be_focused()


def say_ok_twice(seller: Person) -> None:
    """Once to the question, once to the confirmation; the claim's own page follows."""
    press(seller, "Enter")
    go_to(seller, seller.button("OK", within=seller.popup))
    press(seller, "Enter")
    expect(seller.link("OK", seller.popup)).to_be_focused()
    press(seller, "Enter")
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says("Cancel : rejected"))
