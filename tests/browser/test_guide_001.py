"""The sellers' guide 001, cancel and refund, step by step: the seller in one window, the buyer in another."""

import pytest
from playwright.sync_api import expect

from claims.kinds.common import CLAIM_FREE
from claims.models import Penalty
from claims.states import Fault, Kind, State
from messaging.models import Message
from orders.models import Order, Refund
from orders.money.ledger import balance_of
from orders.states import OrderState, RefundState, RefundWay
from qsm.accounts.models import PaymentMethod
from tests.browser import guide
from tests.browser.conftest import NewPerson, Shop, Town
from tests.browser.guide import MEMO, NOTE, PRODUCT, TITLE, claim_of, happened, now
from tests.browser.guide_words import GUIDES
from tests.browser.people import Person
from tests.factories import CartFactory, buyer_of, requested_cancel
from tests.messaging.talk import noted_orders
from tests.servers import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", GUIDES)]
WISH = "購入するのをやめました。"
NO_MESSAGE = (
    "A reason of the buyer's needs the buyer's own request, and the buyer has written no message about this "
    "order. Ask the buyer to cancel on My page, or send an inquiry to the operator: "
    "refund, claim withdrawal > cancel, refund."
)
EVENTS = ["note.mailed", "cancel.by_seller", "refund.credited", "cancel.completed", "order.canceled"]


def test_before_dispatch_a_cash_order_is_canceled_and_its_money_is_in_the_balance(
    language: str, shop: Shop, person: NewPerson, post: MailServer
) -> None:
    """R-P2, R-B1, R-B2, R-B9, R-C9, R-C12, R-M1, R-M3, R-M4, R-P6, R-P4"""
    order = guide.ordered(shop, payment_method=PaymentMethod.CASH)
    seller, buyer = person(language), person(language)
    tell_beforehand(seller, shop, order)
    [mail] = guide.mails_to_buyer(post, shop, 1)
    assert TITLE in mail
    assert NOTE in mail
    ask_about_cancel(seller)
    assert happened(order) == ["note.mailed"]
    guide.confirm(seller, "The cancel has been processed.")
    expect_no_new_orders(seller)
    guide.mails_to_buyer(post, shop, 2)
    buyer.log_in(shop.buyer.email, guide.PASSWORD)
    find_it_canceled(buyer, order)
    assert guide.progress_of(buyer, order) == buyer.says(RefundState.DONE.label)
    guide.read_letters(buyer, NOTE, MEMO)
    buyer.page.goto("/my/balance/")
    expect(buyer.page.locator(".sum")).to_have_text("¥3,200")
    claim = claim_of(order)
    assert (claim.kind, claim.state, claim.fault, claim.memo) == (Kind.CANCEL, State.COMPLETED, Fault.SELLER, MEMO)
    assert now(order).state == OrderState.CANCELED
    assert balance_of(buyer_of(order)) == guide.YEN
    assert happened(order) == EVENTS
    assert not Penalty.unscoped.exists()


def test_before_dispatch_a_card_order_is_canceled_and_its_payment_voided(
    language: str, shop: Shop, person: NewPerson, site: Town, post: MailServer
) -> None:
    """R-C9, R-M1, R-P5, R-P4: being voided as long as nobody has asked the gateway, then done."""
    order = guide.ordered(shop, payment_method=PaymentMethod.CARD)
    seller, buyer = person(language), person(language)
    tell_beforehand(seller, shop, order)
    for process in ("beat", "worker"):
        site.console.kill(process)
    ask_about_cancel(seller)
    guide.confirm(seller, "The cancel has been processed.")
    buyer.log_in(shop.buyer.email, guide.PASSWORD)
    card = guide.on_my_page(buyer, order)
    expect(card).to_contain_text(buyer.says("Canceling"))
    expect(card).to_contain_text(MEMO)
    expect(card).to_contain_text(buyer.says("The payment company is voiding the payment"))
    assert guide.progress_of(buyer, order) == buyer.says(RefundState.VOIDING.label)
    assert (claim_of(order).state, now(order).state) == (State.REFUNDING, OrderState.NEW)
    for process in ("worker", "beat"):
        site.console.start(process)
    guide.wait_for(lambda: claim_of(order).state == State.COMPLETED, 120)
    find_it_canceled(buyer, order)
    assert guide.progress_of(buyer, order) == buyer.says(RefundState.DONE.label)
    refund = Refund.unscoped.get(order=order)
    assert (refund.state, refund.yen, refund.fee_yen) == (RefundState.DONE, guide.YEN, 0)
    assert now(order).state == OrderState.CANCELED
    assert balance_of(buyer_of(order)) == 0


def tell_beforehand(seller: Person, shop: Shop, order: Order) -> None:
    """Steps 1 to 4 of the guide: delivery page, the number, tick and double click, the note."""
    guide.open_delivery_page(seller, shop)
    guide.click_number(seller, GUIDES[seller.language].new, 1)
    guide.tick_and_open(seller, order)
    guide.read_order(seller, order)
    guide.send_note(seller)


def ask_about_cancel(seller: Person) -> None:
    """Steps 5 to 7: the tab, the reason, the memo, the button; the popup shows what is refunded how."""
    words = GUIDES[seller.language]
    guide.click_number(seller, words.new, 1)
    seller.page.locator("tr[data-href]").get_by_role("checkbox").check()
    guide.fill_cancel(seller, words.out_of_stock, scope=words.one)
    expect(seller.popup).to_contain_text("¥3,200")
    expect(seller.popup.locator(".alert")).to_have_count(0)


def expect_no_new_orders(seller: Person) -> None:
    """The order is not counted any more."""
    words = GUIDES[seller.language]
    expect(seller.page.get_by_role("link", name=f"{words.new} 1", exact=True)).to_have_count(0)


def find_it_canceled(buyer: Person, order: Order) -> None:
    """My page: canceled, with the shop's reason and memo."""
    card = guide.on_my_page(buyer, order)
    expect(card).to_contain_text(PRODUCT)
    expect(card.locator("h2 .chip")).to_have_text(buyer.says(OrderState.CANCELED.label))
    expect(card).to_contain_text(GUIDES[buyer.language].out_of_stock)
    expect(card).to_contain_text(MEMO)


def test_a_reason_of_the_buyers_needs_the_buyers_own_words(
    language: str, shop: Shop, person: NewPerson, site: Town
) -> None:
    """R-C9, R-C10, R-C12, R-B5: refused with both ways out; possible once the buyer has written."""
    order = guide.ordered(shop, payment_method=PaymentMethod.CASH)
    seller, buyer, words = person(language), person(language), GUIDES[language]
    guide.open_delivery_page(seller, shop)
    tick(seller, order)
    guide.fill_cancel(seller, words.changed_mind)
    expect(seller.popup).to_contain_text(seller.says(NO_MESSAGE))
    expect(seller.popup).to_contain_text(seller.says("None of these is possible."))
    expect(seller.button("OK", within=seller.popup)).to_have_count(0)
    expect(seller.link("Send an inquiry to the operator", seller.popup)).to_be_visible()
    assert happened(order) == []
    buyer.log_in(shop.buyer.email, guide.PASSWORD)
    guide.write_to_shop(buyer, order, WISH)
    guide.open_delivery_page_again(seller)
    guide.tick_and_open(seller, order)
    expect(seller.panel).to_contain_text(WISH)
    guide.fill_cancel(seller, words.changed_mind)
    expect(seller.popup.locator(".alert")).to_contain_text(seller.says("Write the note first"))
    guide.confirm(seller, "The cancel has been processed.")
    claim = claim_of(order)
    assert (claim.state, claim.fault) == (State.COMPLETED, Fault.BUYER)
    assert Message.unscoped.get(pk=claim.message_id).text == WISH
    assert now(order).state == OrderState.CANCELED
    assert Penalty.unscoped.get().claim_id == claim.pk
    expect(guide.on_my_page(buyer, order)).to_contain_text(words.changed_mind)


def test_a_whole_cart_is_canceled_as_far_as_it_can_be(language: str, shop: Shop, person: NewPerson, site: Town) -> None:
    """R-C9, R-O3: the ticked order and its mates; the one with an open claim stays out, and the popup says why."""
    cart = CartFactory(seller=shop.seller)
    columns = {"cart": cart, "payment_method": PaymentMethod.CASH}
    new, preparing, waiting = (guide.ordered(shop, state=state, **columns) for state in ("NEW", *["PREPARING"] * 2))
    requested_cancel(waiting)
    noted_orders([new, preparing])
    seller, words = person(language), GUIDES[language]
    guide.open_delivery_page(seller, shop)
    tick(seller, new)
    guide.fill_cancel(seller, words.out_of_stock, scope=seller.says("All orders of their carts"))
    rows = seller.popup.locator(".rows > li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text=waiting.number)).to_contain_text(seller.says("Not possible"))
    expect(rows.filter(has_text=waiting.number)).to_contain_text(seller.says(CLAIM_FREE.message))
    for order in (new, preparing):
        expect(rows.filter(has_text=order.number)).to_contain_text(seller.says("Possible"))
    guide.confirm(seller, "The cancel has been processed.")
    assert [now(order).state for order in (new, preparing, waiting)] == ["CANCELED", "CANCELED", "PREPARING"]
    assert claim_of(waiting).state == State.REQUESTED


def test_after_dispatch_an_order_is_refunded(language: str, shop: Shop, person: NewPerson, post: MailServer) -> None:
    """R-P2, R-B1, R-C11, R-C12, R-M1, R-M3, R-P4: found among the orders on their way, told, refunded whole."""
    order = guide.ordered(shop, state="SHIPPING", payment_method=PaymentMethod.CASH)
    guide.ordered(shop, state="SHIPPING")
    seller, buyer, words = person(language), person(language), GUIDES[language]
    guide.open_delivery_page(seller, shop)
    guide.search_sent(seller, order)
    guide.tick_and_open(seller, order)
    guide.send_note(seller)
    guide.search_sent(seller, order)
    tick(seller, order)
    form = guide.open_tab(seller, words.refund)
    expect(form).to_contain_text(words.late)
    form.get_by_label(words.memo).fill(MEMO)
    form.locator(".btn.main").click()
    expect(seller.popup.locator(".alert")).to_have_count(0)
    expect(seller.popup).to_contain_text("¥3,200")
    guide.confirm(seller, "The refund has been processed.")
    guide.mails_to_buyer(post, shop, 2)
    buyer.log_in(shop.buyer.email, guide.PASSWORD)
    card = guide.on_my_page(buyer, order)
    expect(card.locator("h2 .chip")).to_have_text(buyer.says(OrderState.REFUNDED.label))
    expect(card).to_contain_text(words.late)
    expect(card).to_contain_text(MEMO)
    guide.read_letters(buyer, NOTE, MEMO)
    claim, refund = claim_of(order), Refund.unscoped.get(order=order)
    assert (claim.kind, claim.state, claim.fault) == (Kind.RETURN, State.COMPLETED, Fault.SELLER)
    assert (now(order).state, refund.yen, refund.fee_yen) == (OrderState.REFUNDED, guide.YEN, 108)
    assert balance_of(buyer_of(order)) == guide.YEN


def test_a_request_is_approved_from_the_claims_page(
    language: str, shop: Shop, person: NewPerson, post: MailServer
) -> None:
    """R-C2, R-O3, R-P1, R-P3, R-P8, R-C4, R-M4, R-P6, R-P4: requested and canceled, as both sides see it."""
    order = guide.ordered(shop, state="PREPARING", payment_method=PaymentMethod.CASH)
    seller, buyer, words = person(language), person(language), GUIDES[language]
    buyer.log_in(shop.buyer.email, guide.PASSWORD)
    guide.ask_to_cancel(buyer, order, WISH)
    guide.find_request(seller, shop, order)
    expect(seller.panel).to_contain_text(words.buyer_changed_mind)
    expect(seller.panel).to_contain_text(WISH)
    expect(guide.on_my_page(buyer, order).locator("h2 .chip")).to_have_text(words.requested)
    ask = seller.panel.get_by_role("button", name=words.process, exact=True)
    ask.click()
    for fact in ("¥3,200", seller.says(RefundWay.BALANCE.label)):
        expect(seller.popup).to_contain_text(fact)
    assert claim_of(order).state == State.REQUESTED
    guide.confirm(seller, "The cancel has been processed.")
    expect(seller.panel.locator("header .chip")).to_have_text(seller.says("Cancel : completed"))
    expect(ask).to_have_count(0)
    guide.mails_to_buyer(post, shop, 1)
    card = guide.on_my_page(buyer, order)
    expect(card.locator("h2 .chip")).to_have_text(buyer.says(OrderState.CANCELED.label))
    assert guide.progress_of(buyer, order) == buyer.says(RefundState.DONE.label)
    assert (claim_of(order).state, claim_of(order).fault) == (State.COMPLETED, Fault.BUYER)
    assert (now(order).state, balance_of(buyer_of(order))) == (OrderState.CANCELED, guide.YEN)
    seller.page.goto("/")
    expect(seller.page.get_by_role("link", name=f"{words.requested} 0", exact=True)).to_be_visible()


def tick(seller: Person, order: Order) -> None:
    seller.row(order.number).get_by_role("checkbox").check()
