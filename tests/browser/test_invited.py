"""Who is invited by mail opens its link, fills in one form, and is there: members of a shop and its buyers."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from qsm.accounts.models import Member
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.browser.stop import PHONE
from tests.browser.test_every_page import EVERY_RULE, FITS, violations
from tests.factories import PASSWORD, BuyerFactory, OrderFactory
from tests.servers import MailServer

pytestmark = pytest.mark.browser
GUEST = "guest@example.jp"


def invite(seller: Person, path: str, post: MailServer) -> str:
    """The path of the link in the mail that the form on a page sends."""
    seller.page.goto(path)
    seller.page.locator("[name=email]").fill(GUEST)
    seller.page.locator("main .btn.main").click()
    [mail] = post.wait_for_messages(1)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"/(?:join|welcome)/\S+", text)
    assert found
    return found[0]


def fill_in(guest: Person, link: str, **fields: str) -> None:
    """Open the link on a phone and send its form, which anybody can read and use."""
    guest.page.set_viewport_size(PHONE)
    guest.page.goto(link)
    for name, value in fields.items():
        guest.page.locator(f"[name={name}]").fill(value)
    guest.page.evaluate(AXE_SCRIPT)
    assert [*violations(guest.page, EVERY_RULE)] == []
    assert guest.page.evaluate(FITS)
    guest.page.locator("main .btn.main").click()
    guest.page.wait_for_url(lambda url: link not in url)


def test_a_new_member_joins(shop: Shop, person: NewPerson, post: MailServer) -> None:
    """R-A2: with an account that the link makes; the shop's main page says so."""
    seller, guest = person("ja"), person("ko")
    seller.log_in(shop.owner.email, PASSWORD)
    fill_in(guest, invite(seller, "/members/", post), name="이 하나", password=PASSWORD)
    expect(guest.page.get_by_role("status")).to_contain_text(shop.seller.name)
    assert Member.objects.filter(seller=shop.seller, user__email=GUEST).exists()


def test_a_buyer_finds_the_own_orders(shop: Shop, person: NewPerson, post: MailServer) -> None:
    """R-O10: with the order number and the phone that only the buyer knows."""
    buyer = BuyerFactory(seller=shop.seller, user=None, email="", mobile="+81-90-0000-0001")
    order = OrderFactory(seller=shop.seller, buyer=buyer, number="638000999")
    seller, guest = person("ja"), person("zh-hans")
    seller.log_in(shop.owner.email, PASSWORD)
    link = invite(seller, f"/orders/{order.pk}/invite/", post)
    fill_in(guest, link, number=order.number, phone="090-0000-0001", password=PASSWORD)
    expect(guest.page.get_by_role("article")).to_contain_text(order.product_name)
