"""What operators do in admin about claims, refunds, penalties and blocked orders (R-B8, R-M1, R-C8, R-C13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim, Penalty
from claims.states import PenaltyState, State
from orders.gateway import Said
from orders.models import Refund
from orders.states import OrderState
from qsm.accounts.models import PaymentMethod, User
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import approved, canceled, fresh, said_by_gateway
from tests.factories import OrderFactory, UserFactory, member_of, requested_cancel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TEXT = "双方の合意によります。"


@pytest.fixture
def desk() -> Client:
    """An operator with all permissions."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.create_superuser("op@example.jp", name="運営"))
    return client


def do(desk: Client, row: Any, action: str, **entered: str) -> int:
    """Open the page that asks once, and send it."""
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[row.pk, action])
    assert desk.get(url).status_code == 200
    return desk.post(url, {"seen": row.version, "key": f"k-{action}-{row.pk}", **entered}).status_code


def test_an_operator_withdraws_and_carries_through_with_a_reason(desk: Client) -> None:
    """R-B8"""
    kept, ended = requested_cancel(), requested_cancel(payment_method=PaymentMethod.CASH)
    assert do(desk, kept, "withdraw", text=TEXT) == do(desk, ended, "grant", text=TEXT) == 302
    assert (fresh(kept).state, fresh(ended).state) == (State.WITHDRAWN, State.COMPLETED)
    third = requested_cancel()
    assert do(desk, third, "withdraw", text="") == 422


def test_an_operator_sees_a_failed_refund_through(desk: Client) -> None:
    """R-M1: retry, then credit; the claim completes with it."""
    claim = approved(requested_cancel(payment_method=PaymentMethod.CARD))
    said_by_gateway(claim, Said.REFUSED)
    refund = Refund.unscoped.get(claim_id=claim.pk)
    assert do(desk, refund, "retry") == 422, "without a reason"
    assert do(desk, refund, "retry", text=TEXT) == 302
    said_by_gateway(claim, Said.REFUSED)
    assert do(desk, fresh(refund), "credit", text=TEXT) == 302
    assert (fresh(claim).state, fresh(claim.order).state) == (State.COMPLETED, OrderState.CANCELED)


def test_an_operator_confirms_what_was_refunded_at_the_source(desk: Client) -> None:
    """R-O10"""
    claim = approved(requested_cancel())
    assert do(desk, Refund.unscoped.get(claim_id=claim.pk), "confirm") == 302
    assert fresh(claim).state == State.COMPLETED


def test_an_operator_judges_penalties(desk: Client) -> None:
    """R-C8, R-C12"""
    canceled(OrderFactory(state=OrderState.NEW))
    assert do(desk, Penalty.unscoped.get(), "uphold", text=TEXT) == 302
    assert Penalty.unscoped.get().state == PenaltyState.UPHELD


def test_an_operator_raises_a_penalty_for_a_false_dispatch(desk: Client) -> None:
    """R-C8"""
    claim = requested_cancel()
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason="ready_to_ship")
    form = {"action": "find_false_dispatch", "_selected_action": [claim.pk]}
    assert desk.post(reverse("admin:claims_claim_changelist"), form).status_code == 302
    assert Penalty.unscoped.count() == 1


def test_an_operator_blocks_an_order(desk: Client) -> None:
    """R-C13"""
    order = OrderFactory()
    assert do(desk, order, "block", reason="coupon") == 302
    assert fresh(order).cancel_blocked == "coupon"
    assert do(desk, fresh(order), "unblock") == 302
    assert fresh(order).cancel_blocked == ""


def test_the_settings_of_claims_are_one_row(desk: Client) -> None:
    """R-C15"""
    page = reverse("admin:claims_claimsettings_add")
    assert desk.post(page, {"many_at_once": 5}).status_code == 302
    assert desk.get(page).status_code == 403


def test_what_waits_is_counted_at_the_desk(desk: Client) -> None:
    """R-M1, R-O10, R-C12"""
    canceled(OrderFactory(state=OrderState.NEW))
    waiting = {str(cell["label"]): cell["count"] for cell in desk.get("/admin/").context["waiting"]}
    assert waiting["Penalties to be judged"] == 1
    assert waiting["Refunds to be confirmed where the order was paid"] == 1


def test_without_the_permission_nothing_is_done() -> None:
    """R-A2: operators by Django permissions."""
    claim, client = requested_cancel(), Client()
    client.force_login(UserFactory(is_staff=True))
    url = reverse("admin:claims_claim_do", args=[claim.pk, "withdraw"])
    assert client.post(url, {"seen": 1, "key": "k", "text": TEXT}).status_code in {403, 404}
    assert Claim.unscoped.get().state == State.REQUESTED


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 1), (10, 1)])
def test_a_void_without_an_answer_is_counted_at_the_desk(desk: Client, days: int, count: int) -> None:
    """R-M1: nothing fails where a gateway says nothing, so after a day somebody has to look."""
    now = clock.now()
    with clock.at(now - timedelta(days=days)):
        approved(requested_cancel(payment_method=PaymentMethod.CARD))
    with clock.at(now):
        waiting = {str(cell["label"]): cell for cell in desk.get("/admin/").context["waiting"]}
    cell = waiting["Voids without an answer for a day"]
    assert (cell["count"], cell["url"]) == (count, f"{reverse('admin:orders_refund_changelist')}?state__exact=VOIDING")
