"""A buyer's picture on its way to the shop, with JavaScript and without (section 4, R-P8)."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from claims.models import Claim
from claims.states import CancelReason
from orders.states import OrderState
from qsm.accounts.models import PaymentMethod
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.factories import PASSWORD, BuyerFactory, OrderFactory
from tests.messaging.files import SVG, telling_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("with_script", [True, False], ids=["script", "plain"])
def test_the_shop_sees_the_picture_that_the_buyer_attached(
    with_script: bool, shop: Shop, person: NewPerson, tmp_path: Path
) -> None:
    """R-C1, R-P6, R-P8: a wrong file beside it is refused by name; the good one stays chosen through the popup."""
    photo, drawing = tmp_path / "傷 photo.png", tmp_path / "logo.svg"
    photo.write_bytes(telling_picture())
    drawing.write_bytes(SVG)
    columns = {"state": OrderState.NEW, "payment_method": PaymentMethod.CASH}
    order = OrderFactory(seller=shop.seller, buyer=BuyerFactory(seller=shop.seller, user=shop.buyer), **columns)
    buyer, seller = (person("ja", java_script_enabled=with_script) for _ in range(2))
    buyer.log_in(shop.buyer.email, PASSWORD)
    buyer.page.goto(f"/my/orders/{order.pk}/cancel/")
    buyer.page.locator("[name=reason]").select_option(CancelReason.ORDERED_TWICE)
    buyer.page.locator("[type=file]").set_input_files([photo, drawing])
    buyer.button("Cancel the order").click()
    expect(buyer.page.locator("#id_attachments_error")).to_contain_text("logo.svg")
    expect(buyer.page.get_by_role("checkbox", name="傷 photo.jpg")).to_be_checked()
    buyer.button("Cancel the order").click()
    expect(buyer.page.get_by_text("傷 photo.jpg")).to_be_visible()
    buyer.page.get_by_role("button", name=buyer.says("OK"), exact=True).click()
    expect(buyer.page.get_by_text(buyer.says("The order has been canceled.")).first).to_be_visible()
    claim = Claim.unscoped.get(order=order)
    seller.log_in(shop.owner.email, PASSWORD)
    seller.page.goto(f"/claims/{claim.pk}/")
    is_shown(seller)


def is_shown(seller: Person) -> None:
    """A small picture in the panel, upright, whose link leads to it."""
    link = seller.page.get_by_role("link", name="傷 photo.jpg")
    image = link.locator("img")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 40)
    assert image.evaluate("image => image.naturalHeight") == 60
    answer = seller.page.request.get(str(link.get_attribute("href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
