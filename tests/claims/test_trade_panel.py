"""The trade panel: facts, statement, clock, and only the buttons that the claim allows now to this person (R-P8, R-P5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.clocks import clock_for_buyer, clock_for_seller
from claims.kinds import cancel
from claims.models import Claim
from claims.panel import ClaimPanel
from claims.states import CancelReason, State
from orders import claimed
from orders.gateway import Said
from orders.models import Refund
from orders.states import CancelBlock, OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import PaymentMethod, Role
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import approved, asked, by_operator, canceled, fresh, refunded, said_by_gateway, shop_browser
from tests.factories import OrderFactory, buyer_of, member_of, requested_cancel
from tests.messaging.talk import written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CARD = {"payment_method": PaymentMethod.CARD}
CASH = {"payment_method": PaymentMethod.CASH}


def panel(claim: Claim, role: Role = Role.STAFF) -> ClaimPanel:
    found = Claim.unscoped.select_related("order__cart", "order__buyer__user").get(pk=claim.pk)
    return ClaimPanel(found, member_of(claim.seller, role))


def rejected(claim: Claim | None = None) -> Claim:
    claim = claim or requested_cancel()
    with change(by := member_of(claim.seller)):
        return cancel.reject(claim=claim, seen=claim.version, by=by, reason="ready_to_ship")


def buttons(claim: Claim, role: Role = Role.STAFF) -> list[str]:
    return [str(action["label"]) for action in panel(claim, role).actions if action["enabled"]]


def test_the_buttons_are_those_that_this_claim_allows_now_to_this_person() -> None:
    """R-P8, R-A2"""
    waiting = requested_cancel()
    assert buttons(waiting) == ["Process cancel", "Reject cancel"]
    assert buttons(waiting, Role.VIEWER) == []
    assert buttons(approved(requested_cancel(**CARD))) == []
    assert buttons(rejected()) == ["Dispatch"]
    assert buttons(asked(OrderFactory(state=OrderState.NEW, **CASH))) == []
    assert buttons(refunded(OrderFactory(state=OrderState.SHIPPING))) == []


def test_a_blocked_order_keeps_the_button_with_its_reason_and_a_way_out() -> None:
    """R-C13, R-P8"""
    claim = requested_cancel()
    order = fresh(claim.order)
    by_operator(claimed.block, order=order, seen=order.version, reason=CancelBlock.PAYMENT_METHOD)
    assert buttons(claim) == ["Reject cancel"]
    page = shop_browser(claim.seller).get(reverse("claims:page", args=[claim.pk])).content.decode()
    assert "cannot be canceled here" in page
    assert f"order={claim.order_id}&amp;category=cancel_refund" in page


def test_the_facts_are_those_of_the_trade() -> None:
    """R-P8: what the buyer said, who raised it, whose fault, what is refunded how and how far that is."""
    claim = approved(requested_cancel(**CARD))
    shown = panel(claim)
    labels = [fact.label for fact in (*shown.facts, *shown.statement) if fact.value]
    for label in ("Order number", "Product name", "Quantity", "Requested on", "Raised by", "At fault", "Refund"):
        assert label in labels, label
    assert {word["label"]: word["text"] for word in shown.words} == {
        "Reason": f"{CancelReason.FOUND_CHEAPER.label}\nもっと安い店を見つけました"
    }
    assert {fact.label: str(fact.value) for fact in shown.statement}["Refund's progress"] == "Being voided"


def test_the_memo_and_the_operators_reason_are_shown_to_both_sides() -> None:
    """R-C12, R-B8"""
    own = canceled(OrderFactory(state=OrderState.NEW))
    assert "Seller memo" in [word["label"] for word in panel(own).words]
    ended = requested_cancel()
    by_operator(cancel.withdraw, claim=ended, seen=ended.version, text="双方の合意による撤回です。")
    assert "The operator's reason" in [word["label"] for word in panel(ended).words]


def test_the_popup_shows_the_statement_before_the_approval() -> None:
    """R-M4, R-P6: nothing happens yet."""
    claim = requested_cancel(**CASH)
    page, url = shop_browser(claim.seller), reverse("claims:approve", args=[claim.pk])
    form = {"seen": claim.version, "key": "k1"}
    asked_once = page.post(url, form).content.decode()
    assert "Really process the cancel?" in asked_once
    assert "¥2,480" in asked_once
    assert fresh(claim).state == State.REQUESTED
    assert page.post(url, {**form, "confirmed": "1"}).status_code == 302
    assert fresh(claim).state == State.COMPLETED
    assert page.post(url, {**form, "confirmed": "1"}).status_code == 302
    assert page.get(url).headers["Location"] == reverse("claims:page", args=[claim.pk])


def clocks(claim: Claim) -> tuple[Any, Any]:
    found = Claim.unscoped.select_related("order").get(pk=claim.pk)
    refund = Refund.unscoped.filter(claim_id=claim.pk).first()
    return clock_for_seller(found, refund), clock_for_buyer(found, refund)


def test_every_waiting_state_has_its_clock_on_both_sides() -> None:
    """R-P5: whose turn it is, and what happens if nobody acts."""
    seller, buyer = clocks(requested_cancel())
    assert (seller.turn, buyer.turn) == ("It is your turn", "It is the shop's turn")
    voiding = approved(requested_cancel(**CARD))
    assert "voiding the payment" in clocks(voiding)[0].turn
    assert clocks(voiding)[0].turn == clocks(voiding)[1].turn
    said_by_gateway(voiding, Said.REFUSED)
    assert "the void has failed" in clocks(voiding)[1].turn
    assert "confirms the refund" in clocks(approved(requested_cancel()))[0].turn
    assert clocks(rejected())[0].last_day == clock.today()


def test_what_has_ended_has_no_clock() -> None:
    """R-P5"""
    done = asked(OrderFactory(state=OrderState.NEW, **CASH))
    assert clocks(done) == (None, None)


@pytest.mark.parametrize("columns", [CARD, CASH])
@pytest.mark.parametrize("decided", [fresh, rejected, approved])
def test_the_panel_needs_eight_queries_at_most(columns: dict[str, Any], decided: Callable[[Claim], Claim]) -> None:
    """quality.md, trade panel: session and log-in included, the buttons' state too, and a buyer who has written."""
    claim = requested_cancel(**columns)
    written(claim.order)
    claim = decided(claim)
    page = shop_browser(claim.seller)
    with clock.at(clock.now()), CaptureQueriesContext(connection) as queries:
        page.get(reverse("claims:page", args=[claim.pk]), headers={"HX-Request": "true"})
    assert len(queries) <= 8, [query["sql"] for query in queries]


def test_another_shops_claim_is_not_there() -> None:
    """R-A1"""
    claim = requested_cancel()
    stranger = shop_browser(OrderFactory().seller)
    for name in ("claims:page", "claims:approve", "claims:reject"):
        url = reverse(name, args=[claim.pk])
        answer = stranger.get(url) if name == "claims:page" else stranger.post(url, {"seen": 1, "key": "k"})
        assert answer.status_code == 404, name


def test_a_claim_of_the_shop_is_no_buyers_to_take_back() -> None:
    """R-C14: what goes through at once cannot be taken back."""
    claim = canceled(OrderFactory(state=OrderState.NEW, **CARD))
    by: Actor = buyer_of(claim.order)
    with change(by), pytest.raises(Exception, match=r"cancel.wrong_state"):
        cancel.take_back(claim=claim, seen=claim.version, by=by)
