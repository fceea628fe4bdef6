"""What a buyer sees and does about claims on My page (R-P4, R-C1 to R-C3, R-C7, R-C13, R-M4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim
from claims.my import MyClaim
from claims.states import State
from orders import claimed
from orders.models import Order
from orders.states import CancelBlock, OrderState
from qsm.accounts.models import PaymentMethod
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import MEMO, approved, browser, by_operator, canceled, fresh
from tests.factories import OrderFactory, buyer_of, member_of, requested_cancel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CASH = {"payment_method": PaymentMethod.CASH}


def form_of(order: Order) -> str:
    return reverse("my_claims:cancel", args=[order.pk])


def mine(order: Order) -> MyClaim:
    return MyClaim(fresh(order), buyer_of(order))


def offered(order: Order) -> list[tuple[str, bool]]:
    return [(str(action["label"]), bool(action["enabled"])) for action in mine(order).actions]


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        ({"state": OrderState.AWAITING_PAYMENT}, "Nothing has been paid"),
        ({"state": OrderState.NEW, **CASH}, "canceled at once. This cannot be undone."),
        ({"state": OrderState.PREPARING, **CASH}, "decides on the request"),
        ({"state": OrderState.NEW, "is_preorder": True}, "decides on the request"),
    ],
)
def test_the_form_says_before_what_the_click_does_and_gives_back(columns: dict, outcome: str) -> None:
    """R-C1, R-C2, R-O5, R-M4: the same statement as the shop's."""
    order = OrderFactory(**columns)
    shown = browser(order.buyer.user_id).get(form_of(order)).content.decode()
    assert outcome in shown
    assert ("there is nothing to refund" if "Nothing" in outcome else "¥2,480") in shown


def test_a_delayed_order_shows_the_fee_that_the_shop_is_charged() -> None:
    """R-M3, R-M4: both sides see the same."""
    order = OrderFactory(ship_date=clock.today() - timedelta(days=1), **CASH)
    assert "¥108, charged to the shop" in browser(order.buyer.user_id).get(form_of(order)).content.decode()


def test_the_click_cancels_at_once_or_asks() -> None:
    """R-C1, R-C2, R-P6: sent twice, it acts once."""
    for state, then in ((OrderState.NEW, State.COMPLETED), (OrderState.PREPARING, State.REQUESTED)):
        order = OrderFactory(state=state, **CASH)
        page = browser(order.buyer.user_id)
        form = {"reason": "ordered_twice", "text": "", "seen": order.version, "key": f"k-{state}", "confirmed": "1"}
        assert page.post(form_of(order), form).status_code == 302
        assert page.post(form_of(order), form).status_code == 302
        assert Claim.unscoped.get(order=order).state == then


def test_what_cannot_be_undone_is_asked_once() -> None:
    """R-P6, R-M4: a cancel at once; a request that waits can be taken back."""
    order = OrderFactory(state=OrderState.NEW, **CASH)
    form = {"reason": "ordered_twice", "text": "間違えました", "seen": order.version, "key": "k1"}
    shown = browser(order.buyer.user_id).post(form_of(order), form).content.decode()
    assert "This cannot be undone." in shown
    assert "¥2,480" in shown
    assert "間違えました" in shown
    assert not Claim.unscoped.exists()


def test_from_dispatch_on_the_buyer_is_led_to_the_shop() -> None:
    """R-C3"""
    order = OrderFactory(state=OrderState.SHIPPING)
    assert offered(order) == [("Cancel the order", False)]
    answer = browser(order.buyer.user_id).get(form_of(order))
    assert answer.status_code == 422
    assert "write to the shop about a return" in answer.content.decode()
    assert reverse("messaging:write", args=[order.pk]) in answer.content.decode()


def test_nobody_is_asked_about_a_cancel_that_is_not_possible_any_more() -> None:
    """R-C3, R-P6: the order left while the form was open, so the click is answered with why not, not with the popup."""
    order = OrderFactory(state=OrderState.SHIPPING)
    form = {"reason": "ordered_twice", "text": "", "seen": order.version, "key": "k1"}
    answer = browser(order.buyer.user_id).post(form_of(order), form)
    assert answer.status_code == 422
    assert "write to the shop about a return" in answer.content.decode()


def test_after_a_rejection_the_reason_is_shown_and_no_cancel_is_offered() -> None:
    """R-C7"""
    claim = requested_cancel()
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason="made_to_order", text="刺しゅう入りです。")
    assert offered(claim.order) == [("Cancel the order", False)]
    [word] = mine(claim.order).words
    assert word["text"] == "Made to order\n刺しゅう入りです。"


def test_a_blocked_order_leads_the_buyer_to_the_operator() -> None:
    """R-C13: the reason, and the inquiry with the order and the category filled in."""
    order = OrderFactory(state=OrderState.NEW)
    by_operator(claimed.block, order=order, seen=order.version, reason=CancelBlock.COUPON)
    assert offered(order) == [("Cancel the order", False), ("Send an inquiry to the operator", True)]
    answer = browser(order.buyer.user_id).get(form_of(order))
    assert answer.status_code == 422
    assert f"{reverse('messaging:help', args=[order.pk])}?category=cancel_refund" in answer.content.decode()


def test_the_buyer_reads_the_shops_memo_the_statement_and_how_far_the_refund_is() -> None:
    """R-C12, R-M4, R-M1"""
    claim = canceled(OrderFactory(state=OrderState.NEW, payment_method=PaymentMethod.CARD))
    my = mine(claim.order)
    assert my.words[0]["text"] == f"Out of stock\n{MEMO}"
    facts = {fact.label: str(fact.value) for fact in my.statement}
    assert (facts["Refund"], facts["Refund's progress"]) == ("¥2,480", "Being voided")
    assert my.clock


def test_a_waiting_request_can_be_taken_back_a_granted_one_cannot() -> None:
    """R-C14"""
    waiting = requested_cancel()
    assert offered(waiting.order) == [("Take the request back", True)]
    assert offered(approved(requested_cancel()).order) == []


def test_the_queries_of_my_page_do_not_grow_with_its_claims() -> None:
    """Equal at 1, 5 and 20 claims."""
    first = requested_cancel()
    page, counts = browser(first.order.buyer.user_id), []
    for more in (0, 4, 15):
        for _each in range(more):
            requested_cancel(seller=first.seller, buyer=first.order.buyer)
        with clock.at(clock.now()), CaptureQueriesContext(connection) as queries:
            page.get("/my/")
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
