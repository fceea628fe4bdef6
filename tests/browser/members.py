"""What an owner presses on the page of members."""

from uuid import uuid4

from playwright.sync_api import Page, expect


def invite_member(page: Page) -> None:
    page.locator("[name=email]").fill(f"{uuid4().hex}@demo.invalid")
    page.locator("main .btn.main").click()
    expect(page.locator(".alert.success")).to_be_visible()


def press_role(page: Page) -> None:
    """The role that the member has already."""
    page.locator("form[action$='/role/'] button").first.click()
    expect(page.locator("dialog")).to_be_visible()


def press_removal(page: Page) -> None:
    page.locator("form[action$='/remove/'] button").first.click()
    expect(page.locator("dialog form")).to_be_visible()
