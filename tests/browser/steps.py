"""Steps of the path that are the same with JavaScript and without it."""

from contextlib import suppress
from html import unescape
from pathlib import Path

from playwright.sync_api import Locator, TimeoutError, expect

from claims.models import Claim
from claims.states import CancelReason, RejectReason
from orders.machine import NOT_HELD
from orders.models import Buyer, Order
from orders.states import SHIPPING_REQUEST_LABEL, OrderState
from qsm.events.models import Event
from tests.browser.conftest import Shop
from tests.browser.order_file import BUYER, NUMBER, PRODUCT
from tests.browser.people import Person
from tests.factories import PASSWORD
from tests.servers import MailServer, wait_for

WHY_CANCEL = "家族が同じ物を注文していました。"
WHY_NOT = "お届け先のお名前を刺しゅうで入れた一点物のため、製作後の取り消しはできません。"[:30]
TOO_SHORT = WHY_NOT[:29]
BARRED = "The shop has rejected a cancel of this order, so it cannot be requested again. Write to the shop instead."
CARRIER, TRACKING_NUMBER = "ヤマト宅急便", "4400-1234-5678"


def the_order() -> Order:
    return Order.unscoped.get(number=NUMBER)


def the_claim() -> Claim:
    return Claim.unscoped.get(order__number=NUMBER)


def happened() -> list[str]:
    """What the order's history holds, oldest first."""
    return list(Event.unscoped.filter(order_id=the_order().pk).order_by("seq").values_list("name", flat=True))


def import_ten_orders(seller: Person, shop: Shop, file: Path) -> None:
    """The seller's file goes in; then the buyer proves to be one of its people."""
    seller.log_in(shop.owner.email, PASSWORD)
    seller.link("Order files").click()
    seller.page.locator("input[type=file]").set_input_files(file)
    seller.button("Send the file").click()
    take_the_file(seller, rows=10)
    Buyer.unscoped.filter(seller=shop.seller, name=BUYER).update(user=shop.buyer)


def take_the_file(seller: Person, rows: int) -> None:
    """A look at what would become of the lines, then the file is taken; whoever runs no script asks anew."""
    result = seller.page.locator("#file")
    take = result.locator("form[action$='/take/'] button")
    expect_after_asking(seller, take)
    expect(result).to_contain_text(f"{seller.says('New', 'line')} {rows}")
    expect(result).to_contain_text(f"{seller.says('Errors', 'line')} 0")
    assert not Order.unscoped.exists()
    take.click()
    expect_after_asking(seller, result.locator(".chip.ok"))
    expect(result).to_contain_text(f"{seller.says('New', 'line')} {rows}")


def expect_after_asking(seller: Person, there: Locator) -> None:
    """What a worker brings about; the page asks for it by itself, and has a link for those without script."""
    for _ in range(60):
        try:
            expect(there).to_be_visible(timeout=1000)
            return
        except AssertionError:
            with suppress(TimeoutError):
                seller.link("Refresh").click(timeout=500)
    expect(there).to_be_visible()


def order_on_my_page(buyer: Person) -> Locator:
    buyer.page.goto("/my/")
    return buyer.page.get_by_role("article").filter(has_text=NUMBER)


def ask_to_cancel(buyer: Person, shop: Shop) -> None:
    """R-C2: the order is in preparation, so the request waits for the shop."""
    buyer.log_in(shop.buyer.email, PASSWORD)
    order = order_on_my_page(buyer)
    expect(order).to_contain_text(PRODUCT)
    buyer.link("Cancel the order", order).click()
    buyer.page.locator("[name=reason]").select_option(CancelReason.ORDERED_TWICE)
    buyer.page.locator("[name=text]").fill(WHY_CANCEL)
    buyer.button("Request a cancel").click()
    expect(buyer.page.get_by_role("status")).to_have_text(buyer.says("The cancel has been requested."))
    expect(order).to_contain_text(buyer.says("Cancel requested"))
    assert happened() == ["order.imported", "cancel.requested"]


def find_the_request(seller: Person) -> Locator:
    """From the number on the main page to the one row of the claims page; the row."""
    seller.page.goto("/")
    seller.counter("Cancel requested", 1).click()
    expect(seller.page.get_by_role("heading", level=1)).to_have_text(seller.says("Cancel/Return/Non-receipt"))
    expect(seller.page.locator("tr[data-href]")).to_have_count(1)
    return seller.row(NUMBER)


def read_the_trade(seller: Person) -> None:
    """R-P8: what the order is, and why the buyer wants to cancel."""
    expect(seller.panel.get_by_role("heading", level=2)).to_have_text(seller.says("Trade information"))
    facts = seller.facts()
    expected = {
        "Order number": NUMBER,
        "Product name": PRODUCT,
        "Option": "Color: Ivory",
        "Quantity": "2",
        "Order total": "¥6,800",
        "Buyer": BUYER,
        "Recipient": BUYER,
        "Phone": "+81-90-1000-0000",
        "Address": "〒390-0872 長野県 松本市 城西 1-2-3",
    }
    assert {label: facts.get(seller.says(label)) for label in expected} == expected
    expect(seller.panel).to_contain_text(seller.says(CancelReason.ORDERED_TWICE.label))
    expect(seller.panel).to_contain_text(WHY_CANCEL)


def find_it_frozen(seller: Person) -> None:
    """R-O3: no dispatch and no ship date while the cancel is open; the page says why and what to do."""
    seller.link("Delivery management").click()
    seller.row(NUMBER).get_by_role("link").click()
    for work in ("Dispatch", "Change ship date"):
        step = seller.panel.locator(".step").filter(has=seller.page.get_by_role("heading", name=seller.says(work)))
        expect(seller.button(work, within=step)).to_be_disabled()
        expect(step).to_contain_text(seller.says(NOT_HELD.message))
    assert seller.panel.locator("[name=tracking_number]").count() == 0


def find_it_to_be_shipped_today(seller: Person) -> None:
    """R-C5, R-C8: the request list is empty; the order is back in 배송요청, with the mark."""
    seller.page.goto("/")
    expect(seller.counter("Cancel requested", 0)).to_be_visible()
    seller.counter("To ship today", 1).click()
    row = seller.row(NUMBER)
    expect(row).to_contain_text(seller.says(SHIPPING_REQUEST_LABEL))
    expect(row.locator(".chip")).to_have_text(seller.ship_today())
    order = the_order()
    assert (order.state, order.held_by, order.cancel_barred) == (OrderState.PREPARING, None, True)


def read_why_not(buyer: Person, post: MailServer) -> None:
    """R-C7, R-B9: the reason is in Qpost, in the mail that arrived, and on My page."""
    mails = wait_for(lambda: [mail for mail in post.messages if "buyer@example.jp" in mail["To"]])
    [mail] = mails
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert WHY_NOT in text
    assert buyer.says(RejectReason.OTHER.label) in text
    assert NUMBER in mail["Subject"]
    wait_for(lambda: the_claim().order.buyer.inbox.exists())
    order = order_on_my_page(buyer)
    expect(order).to_contain_text(WHY_NOT)
    buyer.page.locator("header").get_by_role("link", name=buyer.says("Qpost")).click()
    buyer.page.get_by_role("link", name=NUMBER).click()
    expect(buyer.page.get_by_role("article")).to_contain_text(WHY_NOT)


def ask_again_in_vain(buyer: Person) -> None:
    """R-C7: a second cancel is not offered, and refused with the reason when it is asked for all the same."""
    order, barred = order_on_my_page(buyer), buyer.says(BARRED)
    expect(order).to_contain_text(barred)
    expect(buyer.link("Cancel the order", order)).to_have_count(0)
    path = f"/my/orders/{the_order().pk}/cancel/"
    token = buyer.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {
        "csrfmiddlewaretoken": token,
        "reason": "other",
        "seen": the_order().version,
        "key": "by hand",
    }
    answer = buyer.page.request.post(path, form=form, headers={"Accept-Language": buyer.language})
    assert answer.status == 422
    assert barred in unescape(answer.text())
    buyer.page.goto(path)
    expect(buyer.page.locator("main")).to_contain_text(barred)
    assert happened().count("cancel.requested") == 1


def find_it_on_its_way(buyer: Person) -> None:
    order = order_on_my_page(buyer)
    expect(order.locator(".chip")).to_have_text(buyer.says(OrderState.SHIPPING.label))
