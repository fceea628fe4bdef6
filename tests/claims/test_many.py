"""Decisions on many ticked rows: what is listed before, what is asked, what becomes of each (R-C4, R-C5, R-C9 to R-C15)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.kinds import cancel
from claims.models import Claim, ClaimSettings, Penalty
from claims.states import SellerReason, State
from orders import claimed
from orders.models import Order
from orders.states import CancelBlock, OrderState
from qsm.accounts.models import PaymentMethod, Role, Seller
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import MEMO, approved, by_operator, fresh, shop_browser
from tests.factories import CartFactory, OrderFactory, SellerFactory, buyer_of, requested_cancel
from tests.messaging.talk import noted_orders, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
APPROVE, REJECT = "/claims/ticked/approve/", "/claims/ticked/reject/"
CANCEL, REFUND = "/claims/orders/cancel/", "/claims/orders/refund/"
CASH = {"payment_method": PaymentMethod.CASH}
WHY = {"reason": "out_of_stock", "scope": "one", "memo": MEMO}


def new(seller: Seller, **columns: Any) -> Order:
    return OrderFactory(seller=seller, state=OrderState.NEW, **{**CASH, **columns})


def ticks(*rows: Any) -> list[str]:
    return [f"{row.pk}:{row.version}" for row in rows]


def popup(page: Client, url: str, *rows: Any, **entered: str) -> str:
    return page.post(url, {"ticked": ticks(*rows), "key": "k1", **entered}).content.decode()


def confirmed(page: Client, url: str, *rows: Any, **entered: str) -> str:
    form = {"ticked": ticks(*rows), "key": "k1", "confirmed": "1", **entered}
    return page.post(url, form).content.decode()


def test_ticked_requests_are_approved_with_a_result_for_each() -> None:
    """R-C4, R-P6: what was decided meanwhile is told, the rest goes through."""
    seller = SellerFactory()
    claims = [requested_cancel(seller=seller, **CASH) for _each in range(3)]
    page = shop_browser(seller)
    asked = popup(page, APPROVE, *claims)
    assert "Really process the cancels?" in asked
    assert asked.count("¥2,480") == 3
    assert Claim.unscoped.filter(state=State.REQUESTED).count() == 3
    approved(fresh(claims[1]))
    done = confirmed(page, APPROVE, *claims)
    assert "Done: 2, not done: 1" in done
    assert "Somebody else was faster" in done
    assert Claim.unscoped.filter(state=State.COMPLETED).count() == 3


def test_sent_twice_it_does_no_more_and_says_the_same() -> None:
    """R-P6"""
    claim = requested_cancel(**CASH)
    page = shop_browser(claim.seller)
    first, second = confirmed(page, APPROVE, claim), confirmed(page, APPROVE, claim)
    assert "Done: 1, not done: 0" in first
    assert "Done: 1, not done: 0" in second


def test_ticked_requests_are_rejected_for_one_reason() -> None:
    """R-C5: with the same checks and the same popup."""
    seller = SellerFactory()
    claims = [requested_cancel(seller=seller) for _each in range(2)]
    page = shop_browser(seller)
    assert "30 characters or more" in popup(page, REJECT, *claims, reason="other", text="短い")
    assert "Really reject it?" in popup(page, REJECT, *claims, reason="ready_to_ship", text="")
    assert "Done: 2, not done: 0" in confirmed(page, REJECT, *claims, reason="ready_to_ship", text="")
    assert Claim.unscoped.filter(state=State.REJECTED).count() == 2


def test_the_shop_cancels_ticked_orders() -> None:
    """R-C9, R-M4: asked once with what each gives and costs."""
    seller = SellerFactory()
    orders = [new(seller), new(seller)]
    page = shop_browser(seller)
    asked = popup(page, CANCEL, *orders, **WHY)
    assert asked.count("payment fee ¥108, charged to the shop") == 2
    assert "Done: 2, not done: 0" in confirmed(page, CANCEL, *orders, **WHY)
    assert {fresh(order).state for order in orders} == {OrderState.CANCELED}


def test_a_whole_cart_is_canceled_and_those_that_cannot_be_are_listed_before() -> None:
    """R-C9: NEW, PREPARING, delayed without an open claim; the rest proceeds."""
    seller, late = SellerFactory(), clock.today() - timedelta(days=1)
    cart = CartFactory(seller=seller)
    possible = [
        new(seller, cart=cart),
        OrderFactory(seller=seller, cart=cart, **CASH),
        OrderFactory(seller=seller, cart=cart, ship_date=late, **CASH),
    ]
    gone = OrderFactory(seller=seller, cart=cart, state=OrderState.SHIPPING)
    frozen = requested_cancel(OrderFactory(seller=seller, cart=cart)).order
    apart = new(seller)
    page = shop_browser(seller)
    asked = popup(page, CANCEL, possible[0], **{**WHY, "scope": "cart"})
    for order in (*possible, gone, frozen):
        assert order.number in asked
    assert apart.number not in asked
    assert asked.count("Not possible") == 2
    carried = re.findall(r'name="ticked" value="(\d+):', asked)
    assert {int(pk) for pk in carried} == {order.pk for order in possible}
    assert "Done: 3, not done: 0" in confirmed(page, CANCEL, *possible, **{**WHY, "scope": "cart"})
    assert fresh(gone).state == OrderState.SHIPPING
    assert fresh(apart).state == OrderState.NEW


def test_what_is_too_much_at_once_is_said_and_its_turn_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-C9: nothing of a large cart is left out silently."""
    monkeypatch.setattr("claims.many.MOST_TICKED", 2)
    seller = SellerFactory()
    cart = CartFactory(seller=seller)
    orders = [new(seller, cart=cart) for _each in range(4)]
    page, words = shop_browser(seller), {**WHY, "scope": "cart"}
    asked = popup(page, CANCEL, orders[0], **words)
    assert asked.count("Only 2 at once. Do it again for the rest.") == 2
    assert ticks(*orders[:2]) == re.findall(r'name="ticked" value="([\d:]+)"', asked)
    assert "Done: 2, not done: 0" in confirmed(page, CANCEL, *orders[:2], **words)


def test_only_what_the_popup_showed_is_canceled() -> None:
    """R-P6: an order that came into the cart meanwhile stays out."""
    seller = SellerFactory()
    cart = CartFactory(seller=seller)
    first = new(seller, cart=cart)
    late = new(seller, cart=cart)
    confirmed(shop_browser(seller), CANCEL, first, **{**WHY, "scope": "cart"})
    assert fresh(late).state == OrderState.NEW


def test_a_reason_of_the_buyers_leads_to_the_two_ways_of_the_guide() -> None:
    """R-C10: ask the buyer, or an inquiry with the order filled in."""
    seller = SellerFactory()
    silent, asking = new(seller), new(seller)
    written(asking)
    reason = {**WHY, "reason": SellerReason.CHANGE_OF_MIND.value}
    asked = popup(shop_browser(seller), CANCEL, silent, asking, **reason)
    assert "Ask the buyer to cancel on My page" in asked
    assert f"order={silent.pk}&amp;category=cancel_refund" in asked
    assert f"order={asking.pk}&amp;category" not in asked


def test_a_blocked_order_leads_to_the_inquiry() -> None:
    """R-C13"""
    order = new(SellerFactory())
    by_operator(claimed.block, order=order, seen=order.version, reason=CancelBlock.COUPON)
    page = shop_browser(order.seller)
    shown = page.get(f"{CANCEL}?ticked={order.pk}").content.decode()
    assert "cannot be canceled here" in shown
    assert f"order={order.pk}&amp;category=cancel_refund" in shown


def test_who_was_not_told_is_counted_before_it_becomes_a_penalty_event() -> None:
    """R-C12"""
    seller = SellerFactory()
    told, untold = new(seller), new(seller)
    noted_orders([told])
    page = shop_browser(seller)
    asked = popup(page, CANCEL, told, untold, **WHY)
    assert "The buyer of 1 order has not been told" in asked
    assert f"ticked={untold.pk}" in asked
    confirmed(page, CANCEL, told, untold, **WHY)
    assert [penalty.order_id for penalty in Penalty.unscoped.all()] == [untold.pk]


def test_a_memo_in_another_language_is_marked_and_goes_on_if_confirmed() -> None:
    """R-C15"""
    order = new(SellerFactory())
    page = shop_browser(order.seller)
    korean = {**WHY, "memo": "재고가 없어 취소합니다. 죄송합니다."}
    assert (
        "in the language of the order&#x27;s country: Japanese"
        in page.get(f"{CANCEL}?ticked={order.pk}").content.decode()
    )
    assert "The text is in Korean, but the buyer reads Japanese." in popup(page, CANCEL, order, **korean)
    assert "The text is in" not in popup(page, CANCEL, order, **WHY)
    assert "Done: 1" in confirmed(page, CANCEL, order, **korean)


def test_many_at_once_are_warned_of_and_offered_an_inquiry() -> None:
    """R-C15: from a number that operators set."""
    seller = SellerFactory()
    orders = [new(seller) for _each in range(3)]
    page = shop_browser(seller)
    assert "orders at once" not in popup(page, CANCEL, *orders, **WHY)
    ClaimSettings.objects.create(many_at_once=3)
    asked = popup(page, CANCEL, *orders, **WHY)
    assert "These are 3 orders at once." in asked
    assert "category=claim_management" in asked
    assert "These are" not in popup(page, CANCEL, *orders[:2], **WHY)


def test_after_dispatch_the_shop_refunds() -> None:
    """R-C11: the only reason is delayed shipping, so none is asked for."""
    seller = SellerFactory()
    sent, waiting = OrderFactory(seller=seller, state=OrderState.SHIPPING, **CASH), new(seller)
    page = shop_browser(seller)
    asked = popup(page, REFUND, sent, waiting, memo=MEMO)
    assert "keep the goods" in asked
    assert "Before dispatch, cancel the order instead." in asked
    assert "Done: 1, not done: 0" in confirmed(page, REFUND, sent, memo=MEMO)
    assert fresh(sent).state == OrderState.REFUNDED


def test_a_request_of_the_buyer_meanwhile_stops_the_shops_cancel() -> None:
    """R-A4: one wins, the other is told."""
    order = OrderFactory(**CASH)
    page = shop_browser(order.seller)
    popup(page, CANCEL, order, **WHY)
    requested_cancel(fresh(order))
    assert "A claim on this order is open already" in confirmed(page, CANCEL, order, **WHY)


@pytest.mark.parametrize("url", [APPROVE, REJECT, CANCEL, REFUND])
def test_another_shops_rows_and_nothing_at_all(url: str) -> None:
    """R-A1: what is another's is not among the rows; nothing ticked leads back."""
    claim = requested_cancel()
    page = shop_browser(SellerFactory())
    assert claim.order.number not in page.get(f"{url}?ticked={claim.pk}&ticked={claim.order_id}").content.decode()
    assert page.get(url).status_code == 302
    assert page.get(f"{url}?ticked=x").status_code == 302
    assert shop_browser(claim.seller, Role.VIEWER).get(f"{url}?ticked={claim.pk}").status_code == 403


def test_a_fragment_for_htmx_and_a_page_without_it() -> None:
    """Works without JavaScript."""
    order = new(SellerFactory())
    page = shop_browser(order.seller)
    part = page.get(f"{CANCEL}?ticked={order.pk}", HTTP_HX_REQUEST="true").content.decode()
    assert "<!doctype" not in part.lower()
    assert "<!doctype" in page.get(f"{CANCEL}?ticked={order.pk}").content.decode().lower()
    refused = page.post(CANCEL, {"ticked": ticks(order), "key": "k"}, HTTP_HX_REQUEST="true")
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#many")
    assert 'class="errorlist"' in refused.content.decode()


@pytest.mark.parametrize("url", [APPROVE, CANCEL])
def test_queries_do_not_grow_with_the_rows(url: str) -> None:
    """Equal at 1, 5 and 50 rows, for the form and for the popup."""
    seller, counts = SellerFactory(), []
    page = shop_browser(seller)
    for number in (1, 5, 50):
        rows = [requested_cancel(seller=seller) if url == APPROVE else new(seller) for _each in range(number)]
        with clock.at(clock.now()), CaptureQueriesContext(connection) as queries:
            page.get(url, {"ticked": ticks(*rows)})
            popup(page, url, *rows, **WHY)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_the_buyer_may_ask_again_after_taking_back() -> None:
    """R-C14"""
    claim = requested_cancel()
    with change(by := buyer_of(claim.order)):
        cancel.take_back(claim=claim, seen=claim.version, by=by)
    assert requested_cancel(fresh(claim.order)).state == State.REQUESTED
