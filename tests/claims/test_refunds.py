"""From the gateway's answer to the claim's end, whatever the gateway does (R-M1, R-M3)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from claims import refunds
from claims.models import Claim
from claims.states import State
from messaging.notices import draw
from orders import money
from orders.models import Refund, SimulatedVoid, SimulatorRule, Transfer
from orders.models.gateway import GatewayBehavior
from orders.money import ledger
from orders.states import OrderState, RefundState
from qsm.accounts.models import PaymentMethod, User
from qsm.events.invariants import violations
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from tests.claims.doings import browser, canceled, events_of, fresh
from tests.factories import OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def refunding(behavior: str = GatewayBehavior.PROMPT, method: str = PaymentMethod.CARD) -> Claim:
    """The shop has canceled an order; its refund has begun."""
    order = OrderFactory(payment_method=method)
    SimulatorRule.objects.create(number_ends=order.number, behavior=behavior)
    return canceled(order)


def poll() -> None:
    """A tick of the poller, when every lease and pause is over."""
    Refund.unscoped.filter(state=RefundState.VOIDING).update(next_at=clock.real())
    refunds.poll()


def refund_of(claim: Claim) -> Refund:
    return Refund.unscoped.get(claim_id=claim.pk)


def operators_click(claim: Claim, action: str) -> None:
    """On the page of the refund in admin: the question, and its button."""
    refund = refund_of(claim)
    chief: User = UserFactory(is_staff=True, is_superuser=True)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(chief)
    page = reverse("admin:orders_refund_do", args=[refund.pk, action])
    assert client.get(page).status_code == 200
    sent: dict[str, Any] = {"seen": refund.version, "key": f"{action}-{refund.pk}"}
    if action != "confirm":
        assert client.post(page, {**sent, "text": "  "}).status_code == 422
        sent["text"] = f"{action}: カード会社に確認済み"
    for _ in range(2):
        assert client.post(page, sent).status_code == 302
    assert sent.get("text", "") in client.get(reverse("admin:orders_refund_change", args=[refund.pk])).content.decode()


def ended_once(claim: Claim) -> bool:
    """The claim is completed, the order canceled, one refund booked, and nothing that must hold is broken."""
    claim = fresh(claim)
    completed = Event.unscoped.filter(claim_id=claim.pk, name="cancel.completed").count()
    booked = Transfer.unscoped.filter(refund__claim_id=claim.pk, reason="refund").count()
    states = (claim.state, fresh(claim.order).state)
    return states == (State.COMPLETED, OrderState.CANCELED) and (completed, booked, violations()) == (1, 1, [])


@pytest.mark.parametrize(
    ("behavior", "ticks"),
    [(GatewayBehavior.PROMPT, 1), (GatewayBehavior.LATE, 3), (GatewayBehavior.LOST, 3)],
)
def test_the_claim_ends_with_the_gateways_answer(behavior: str, ticks: int) -> None:
    """R-M1: at once, late, or after answers that got lost; more ticks change nothing."""
    claim = refunding(behavior)
    for _ in range(ticks):
        assert fresh(claim).state == State.REFUNDING
        poll()
    assert ended_once(claim)
    poll()
    assert ended_once(claim)
    assert SimulatedVoid.objects.filter(voided_at__isnull=False).count() == 1


def test_a_refused_void_leaves_the_order_frozen_until_an_operator_retries() -> None:
    """R-M1: both sides are told that it takes longer."""
    claim = refunding(GatewayBehavior.FAILS)
    poll()
    assert (fresh(claim).state, refund_of(claim).state) == (State.REFUNDING, RefundState.FAILED)
    assert fresh(claim.order).held_by == claim.pk
    told = Delivery.objects.filter(event__name="refund.failed")
    assert set(told.values_list("to", flat=True)) == {"buyer", "seller"}
    operators_click(claim, "retry")
    poll()
    assert ended_once(claim)


def test_a_refused_void_is_credited_to_the_balance_instead() -> None:
    """R-M1: in one transaction with the end of the claim."""
    claim = refunding(GatewayBehavior.REFUSES)
    poll()
    operators_click(claim, "credit")
    assert ended_once(claim)
    assert ledger.balance(ledger.of_buyer(claim.order.buyer_id)) == 2480
    with translation.override("en"):
        assert "Credit to the buyer's balance" in draw(Event.unscoped.get(name="cancel.completed"), "buyer").text
    page = browser(claim.order.buyer.user_id).get(reverse("my")).content.decode()
    assert f"{refund_of(claim).get_state_display()} · Credit to the buyer&#x27;s balance" in page


def test_a_gateway_that_never_answers_keeps_the_claim_waiting() -> None:
    """R-M1: nothing is lost; an operator who has clarified it gives up and credits the balance."""
    claim = refunding(GatewayBehavior.NEVER)
    for _ in range(4):
        poll()
    assert (fresh(claim).state, refund_of(claim).asked) == (State.REFUNDING, 4)
    operators_click(claim, "give_up")
    operators_click(claim, "credit")
    assert ended_once(claim)


def test_a_killed_poller_is_made_up_for_by_the_next() -> None:
    """R-M1: it had asked, and the gateway had voided, when it died; the next one asks about the same void."""
    claim = refunding()
    money.ask(next(money.due_at_gateway()))
    poll()
    assert ended_once(claim)
    assert SimulatedVoid.objects.get().asked == 2


def test_what_was_paid_elsewhere_ends_the_claim_when_it_is_confirmed() -> None:
    """R-M1, R-O10"""
    claim = refunding(method=PaymentMethod.EXTERNAL)
    poll()
    assert fresh(claim).state == State.REFUNDING
    operators_click(claim, "confirm")
    assert ended_once(claim)


def test_the_shop_pays_the_fee_of_a_cash_payment_that_it_cancels() -> None:
    """R-M3: with the refund, which for cash is at once."""
    claim = refunding(method=PaymentMethod.CASH)
    assert ended_once(claim)
    assert ledger.balance(ledger.of_shop(claim.seller_id)) == -2480 - 108
    assert events_of(claim)[-2:] == ["cancel.completed", "order.canceled"]


def test_an_operator_reads_a_refund_with_its_history() -> None:
    """R-A3"""
    claim = refunding()
    poll()
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for page in ("orders_refund", "claims_claim", "orders_order"):
        row = {"orders_refund": refund_of(claim), "claims_claim": claim, "orders_order": claim.order}[page]
        text = client.get(reverse(f"admin:{page}_change", args=[row.pk])).content.decode()
        assert "Card payment voided" in text, page


def test_a_refund_at_which_something_fails_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-M1: the poller takes the answers about all the rest, and this one's when it is asked about again."""
    broken, sound = refunding(), refunding()
    usual = refunds.answered

    def answered(*, refund: Refund, answer: Any) -> None:
        if refund.claim_id == broken.pk:
            raise ZeroDivisionError
        usual(refund=refund, answer=answer)

    with monkeypatch.context() as patch:
        patch.setattr(refunds, "answered", answered)
        poll()
    assert ended_once(sound)
    assert fresh(broken).state == State.REFUNDING
    poll()
    assert ended_once(broken)
