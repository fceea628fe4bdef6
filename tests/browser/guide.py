"""Steps of the sellers' guide 001 (cancel and refund), as seller and buyer take them."""

from playwright.sync_api import Locator, expect

from claims.models import Claim
from claims.states import SellerReason
from messaging.models import Message
from messaging.states import Category
from orders.models import Order
from orders.states import SHIPPING_REQUEST_LABEL
from qsm.events.models import Event
from qsm.lib.machine import Text
from tests.browser.conftest import Shop
from tests.browser.guide_words import GUIDES
from tests.browser.people import Person
from tests.factories import PASSWORD, BuyerFactory, OrderFactory
from tests.servers import MailServer, wait_for

PRODUCT, YEN = "リネンのブックカバー 文庫", 3200
TITLE = "在庫切れのお知らせ"
NOTE = "ご注文の商品が在庫切れとなりました。キャンセルの手続きをいたします。"
MEMO = "在庫切れのためキャンセルいたします。申し訳ございません。"


# Whether all of a popup is in sight, with nothing behind a scroll bar at its side.
IS_WHOLE = """popup => [...popup.querySelectorAll("*")].every(
  (part) => part.scrollWidth <= part.clientWidth + 1 || getComputedStyle(part).overflowX === "visible"
)"""


def ordered(shop: Shop, **columns: object) -> Order:
    """An order of the shop's buyer, new unless told otherwise."""
    buyer = shop.seller.buyers.filter(user=shop.buyer).first() or BuyerFactory(seller=shop.seller, user=shop.buyer)
    paid = {"price_yen": YEN, "total_yen": YEN, "paid_yen": YEN, "product_name": PRODUCT}
    return OrderFactory(seller=shop.seller, buyer=buyer, **{"state": "NEW", **paid, **columns})


def now(order: Order) -> Order:
    """As the database has it."""
    return Order.unscoped.get(pk=order.pk)


def claim_of(order: Order) -> Claim:
    return Claim.unscoped.get(order=order)


def happened(order: Order) -> list[str]:
    """What the order's history holds, oldest first."""
    return list(Event.unscoped.filter(order_id=order.pk).order_by("seq").values_list("name", flat=True))


def open_delivery_page(seller: Person, shop: Shop) -> None:
    """배송관리 in the menu."""
    seller.log_in(shop.owner.email, PASSWORD)
    seller.page.get_by_role("link", name=GUIDES[seller.language].deliveries, exact=True).click()
    expect(seller.page.get_by_role("heading", level=1)).to_have_text(GUIDES[seller.language].deliveries)


def open_delivery_page_again(seller: Person) -> None:
    """Anew, with what others have done meanwhile."""
    seller.page.goto("/orders/")


def search_sent(seller: Person, order: Order) -> None:
    """The tab of orders on their way, and among them the one with this number."""
    seller.page.get_by_role("link", name=seller.says("Shipping / delivered"), exact=True).click()
    seller.page.locator("details.find > summary").click()
    seller.page.locator("form.search [name=number]").fill(order.number)
    seller.page.locator("form.search .btn.main").click()
    expect(seller.page.locator("tr[data-href]")).to_have_count(1)


def ask_to_cancel(buyer: Person, order: Order, text: str) -> None:
    """The buyer's request on My page, which waits for the shop (R-C2)."""
    buyer.link("Cancel the order", on_my_page(buyer, order)).click()
    buyer.page.locator("[name=reason]").select_option(label=GUIDES[buyer.language].buyer_changed_mind)
    buyer.page.locator("[name=text]").fill(text)
    buyer.button("Request a cancel").click()
    expect(buyer.page.get_by_role("status")).to_have_text(buyer.says("The cancel has been requested."))


def find_request(seller: Person, shop: Shop, order: Order) -> None:
    """취소요청 on the main page, again on the claims page, then the double click on the row."""
    seller.log_in(shop.owner.email, PASSWORD)
    label = GUIDES[seller.language].requested
    seller.page.goto("/")
    click_number(seller, label, 1)
    click_number(seller, label, 1)
    seller.row(order.number).dblclick()
    expect(seller.panel.get_by_role("heading", level=2)).to_have_text(seller.says("Trade information"))


def click_number(seller: Person, label: str, count: int) -> None:
    """The number beside a state; under it as many rows."""
    seller.page.get_by_role("link", name=f"{label} {count}", exact=True).click()
    expect(seller.page.locator("tr[data-href]")).to_have_count(count)


def tick_and_open(seller: Person, order: Order) -> None:
    """The check box, then the double click, which leaves the tick; below, the order's information."""
    row = seller.row(order.number)
    row.get_by_role("checkbox").check()
    row.dblclick()
    expect(seller.panel.get_by_role("heading", level=2)).to_contain_text(order.number)
    expect(row.get_by_role("checkbox")).to_be_checked()


def read_order(seller: Person, order: Order) -> None:
    """What the guide shows as order and delivery information."""
    expect(seller.row(order.number)).to_contain_text(seller.says(SHIPPING_REQUEST_LABEL))
    expect(seller.row(order.number)).to_contain_text(GUIDES[seller.language].shipping_request)
    for tab in GUIDES[seller.language].tabs:
        expect(seller.page.locator(".works").get_by_role("button", name=tab, exact=True)).to_be_visible()
    facts = seller.facts()
    assert facts[seller.says("Order number")] == order.number
    assert facts[seller.says("Product name")] == order.product_name
    assert facts[seller.says("Quantity")] == "1"
    assert facts[seller.says("Recipient")] == order.recipient_name


def send_note(seller: Person) -> None:
    """The note to the buyer, from the panel: category, title, text, by e-mail too; asked once, then the result."""
    guide, popup = GUIDES[seller.language], seller.popup
    care = seller.panel.get_by_role("link", name=guide.write, exact=True)
    care.click()
    popup.locator("[name=category]").select_option(label=guide.about)
    popup.locator("[name=title]").fill(TITLE)
    popup.locator("[name=text]").fill(NOTE)
    expect(popup.locator("[name=also_by_mail]")).to_be_checked()
    send = popup.get_by_role("button", name=seller.says("Send", "message"), exact=True)
    send.click()
    expect(popup.locator("[name=seal]")).to_be_attached()
    assert not Message.unscoped.exists()
    send.click()
    read_counts(seller)


def read_counts(seller: Person) -> None:
    """The counts of the popup end at sent 1, failed 0, for the note and for the mail (R-B2)."""
    guide, result = GUIDES[seller.language], seller.popup.locator("#sent")
    counts = seller.says("sent %(sent)s, failed %(failed)s", sent=1, failed=0)
    expect(result.locator("dt")).to_have_text([guide.notes, guide.mails])
    expect(result.locator("dd")).to_have_text([counts, counts], timeout=120_000)
    seller.popup.get_by_role("link", name=seller.says("OK"), exact=True).click()
    expect(seller.popup).to_have_count(0)
    expect(seller.panel).to_contain_text(NOTE)


def mails_to_buyer(post: MailServer, shop: Shop, count: int) -> list[str]:
    """Subject and text of the mails that the buyer has by now, as many as there should be."""
    mine = wait_for(lambda: found if len(found := _to(post, shop.buyer.email)) >= count else None, 120)
    assert len(mine) == count
    return mine


def _to(post: MailServer, address: str) -> list[str]:
    texts = [mail for mail in post.messages if address in mail["To"]]
    return [f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}" for mail in texts]  # type: ignore[union-attr]


def read_letters(buyer: Person, *words: str) -> None:
    """Qpost: each of these words stands in one of the letters."""
    buyer.page.locator("header").get_by_role("link", name=buyer.says("Qpost")).click()
    expect(buyer.page.get_by_role("heading", level=1)).to_have_text(buyer.says("Qpost"))
    texts = []
    for letter in buyer.page.locator("a.letter").evaluate_all("links => links.map((link) => link.href)"):
        buyer.page.goto(letter)
        texts.append(buyer.page.get_by_role("article").inner_text())
    assert all(any(word in text for text in texts) for word in words), texts


def open_tab(seller: Person, label: str) -> Locator:
    """A tab under the grid, for the ticked orders; its form, which was not there before.

    A label leads to its own field, though the panel of an order above has fields of the same names.
    """
    expect(seller.page.locator("#many")).to_have_count(0)
    seller.page.locator(".works").get_by_role("button", name=label, exact=True).click()
    form = seller.page.locator("#many")
    expect(form).to_be_visible()
    return form


def fill_cancel(seller: Person, reason: str, scope: str = "") -> None:
    """취소처리: reason, how far, memo, and the button."""
    guide = GUIDES[seller.language]
    form = open_tab(seller, guide.process)
    expect(form.get_by_role("heading", level=2)).to_have_text(guide.cancel)
    assert form.locator("[name=reason] option").all_inner_texts()[1:] == labels_of_reasons(seller)
    form.get_by_label(guide.memo).fill(MEMO)
    form.locator("[name=reason]").select_option(label=reason)
    if scope:
        form.locator("[name=scope]").select_option(label=scope)
    form.locator(".btn.main").click()


def confirm(seller: Person, *said: Text) -> None:
    """The popup asks once; OK; it says once what was done, and closes."""
    popup = seller.popup
    assert popup.evaluate(IS_WHOLE)
    seller.button("OK", within=popup).click()
    for words in said:
        expect(popup).to_contain_text(seller.says(words))
    assert popup.evaluate(IS_WHOLE)
    seller.link("OK", popup).click()
    expect(popup).to_have_count(0)


def labels_of_reasons(person: Person) -> list[str]:
    return [person.says(reason.label) for reason in SellerReason]


def on_my_page(buyer: Person, order: Order) -> Locator:
    """The order among the buyer's purchases."""
    buyer.page.goto("/my/")
    return buyer.page.get_by_role("article").filter(has_text=order.number)


def progress_of(buyer: Person, order: Order) -> str:
    """How far the refund is, as the order on My page says."""
    card = on_my_page(buyer, order)
    card.locator("summary").filter(has_text=buyer.says("Statement")).click()
    labels, values = card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts()
    said = dict(zip(labels, values, strict=True)).get(buyer.says("Refund's progress"), "")
    return said.split(" · ")[0]  # a settled refund says its way too


def write_to_shop(buyer: Person, order: Order, text: str) -> None:
    """The buyer's own message about an order (R-C10)."""
    buyer.link("Write to the shop", on_my_page(buyer, order)).click()
    buyer.page.locator("[name=category]").select_option(Category.CANCEL_REFUND)
    buyer.page.locator("[name=title]").fill("キャンセルのお願い")
    buyer.page.locator("[name=text]").fill(text)
    buyer.page.locator("main .btn.main").click()
    expect(buyer.page.get_by_role("status")).to_have_text(buyer.says("The message has been sent to the shop."))
