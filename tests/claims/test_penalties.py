"""Penalties: what raises them, who judges them; the daily job behind R-C8."""

from datetime import timedelta
from itertools import product

import pytest

from claims import daily, penalties
from claims.kinds import cancel
from claims.models import Claim, DailyRun, Penalty
from claims.penalties import PENALTY
from claims.states import PenaltyKind, PenaltyState, RejectReason
from orders import lifecycle as orders
from orders.models import Order
from qsm.accounts.access import Actor, Party
from qsm.events import deliveries
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.claims.doings import by_operator, canceled, fresh, refusal, told
from tests.factories import OrderFactory, buyer_of, member_of, operator, requested_cancel

pytestmark = pytest.mark.django_db
TEXT = "事前のご案内がありませんでした。"


def rejected() -> Claim:
    claim = requested_cancel()
    with change(by := member_of(claim.seller)):
        return cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)


def penalty() -> Penalty:
    claim = canceled(OrderFactory(state="NEW"))
    return Penalty.unscoped.get(claim=claim)


def run_on(days_later: int) -> None:
    with clock.at(clock.start_of(clock.after(clock.today(), days_later))):
        daily.run(clock.today())


def test_an_order_that_did_not_leave_on_the_day_of_the_rejection_becomes_a_penalty_event() -> None:
    """R-C8, R-T4: dated with the day that made it due; the outbox raises it once, however often it is swept."""
    claim = rejected()
    run_on(1)
    deliveries.sweep("penalties")
    found = Penalty.unscoped.get()
    assert (found.claim_id, found.kind, found.state) == (claim.pk, PenaltyKind.NOT_SHIPPED, PenaltyState.RAISED)
    missed = Event.unscoped.get(name="order.ship_today_missed")
    assert missed.business_date == clock.after(clock.today(), 1)
    assert told(claim, "penalty.raised") == {("seller", "inbox"), ("seller", "mail"), ("seller", "push")}
    missed.deliveries.filter(consumer="penalties").update(state="pending", done_at=None)
    deliveries.sweep("penalties")
    assert Penalty.unscoped.count() == 1


def test_an_order_that_left_in_time_is_no_penalty() -> None:
    """R-C8"""
    claim = rejected()
    order = Order.unscoped.get(pk=claim.order_id)
    with change(by := member_of(claim.seller)):
        orders.dispatch(order=order, seen=order.version, by=by, carrier="ゆうパック", tracking_number="1234")
    run_on(1)
    deliveries.sweep("penalties")
    assert not Penalty.unscoped.exists()


def test_the_daily_job_does_no_more_when_it_runs_twice() -> None:
    """R-W12"""
    rejected()
    run_on(1)
    run_on(1)
    assert Event.unscoped.filter(name="order.ship_today_missed").count() == 1
    assert DailyRun.objects.count() == 1


def test_missed_days_are_caught_up_in_order() -> None:
    """R-W12, R-T3"""
    today = clock.today()
    assert daily.run(today) == [today]
    with clock.at(clock.start_of(clock.after(today, 3))):
        assert daily.run(clock.today()) == [clock.after(today, days) for days in (1, 2, 3)]
        assert daily.run(clock.today()) == []
    assert DailyRun.objects.count() == 4


def test_a_run_that_was_killed_midway_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-W12"""
    rejected()
    day = clock.after(clock.today(), 1)

    def die() -> None:
        raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(daily, "TASKS", (die,))
        run_on(1)
    assert not DailyRun.objects.filter(day=day).exists()
    run_on(1)
    assert DailyRun.objects.filter(day=day).exists()
    assert Event.unscoped.filter(name="order.ship_today_missed").exists()


def test_an_operator_finds_a_false_dispatch() -> None:
    """R-C8: of a rejected cancel only, and once."""
    claim = rejected()
    assert by_operator(penalties.raise_false_dispatch, claim=claim)
    assert not by_operator(penalties.raise_false_dispatch, claim=claim)
    assert not by_operator(penalties.raise_false_dispatch, claim=requested_cancel())
    assert Penalty.unscoped.get().kind == PenaltyKind.FALSE_DISPATCH


@pytest.mark.parametrize("action", ["uphold", "dismiss"])
def test_an_operator_judges_with_a_reason_that_the_shop_reads(action: str) -> None:
    """R-C8, R-C12, R-B9"""
    raised = penalty()
    judge = getattr(penalties, action)
    assert refusal(by_operator, judge, penalty=raised, seen=raised.version, text=" ") == "claim.text_missing"
    judged = by_operator(judge, penalty=raised, seen=raised.version, text=TEXT)
    assert (judged.judgement, judged.judged_at is not None) == (TEXT, True)
    event = "penalty.upheld" if action == "uphold" else "penalty.dismissed"
    assert told(raised.claim, event) == {("seller", "inbox"), ("seller", "mail"), ("seller", "push")}


ACTIONS = sorted({edge.action for edge in PENALTY.transitions})


@pytest.mark.parametrize(("state", "action", "party"), sorted(product(PenaltyState, ACTIONS, Party)))
def test_every_pair_of_state_and_action_for_every_party(state: str, action: str, party: Party) -> None:
    """R-C8: 100 % of the table."""
    raised = penalty()
    judged_at = None if state == PenaltyState.RAISED else clock.now() - timedelta(days=1)
    Penalty.unscoped.filter(pk=raised.pk).update(state=state, judged_at=judged_at)
    by = actor_of(party, raised)
    legal = state == PenaltyState.RAISED and party == Party.OPERATOR

    def judge() -> Penalty:
        with change(by):
            return getattr(penalties, action)(penalty=raised, seen=raised.version, by=by, text=TEXT)

    if legal:
        assert judge().state == {"uphold": PenaltyState.UPHELD, "dismiss": PenaltyState.DISMISSED}[action]
    else:
        wrong = "wrong_state" if party == Party.OPERATOR else "wrong_party"
        assert refusal(judge) == f"penalty.{wrong}"
        assert fresh(raised).state == state


def actor_of(party: Party, raised: Penalty) -> Actor:
    if party == Party.OPERATOR:
        return operator()
    if party == Party.BUYER:
        return buyer_of(raised.order)
    return Actor(party, user_id=member_of(raised.seller).user_id, seller_id=raised.seller_id)
