"""Orders and their claims under everything that people, jobs and the clock do, in any order (Hypothesis).

A model of a few lines, written from the rules and not from the machines, says what must become of each deed. After every
step the database says the same, and what must always hold holds: `invariants`.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count, F, Max, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from claims.kinds import cancel
from claims.models import Claim
from claims.states import ENDED, CancelReason, RejectReason
from orders import deadlines, lifecycle
from orders.models import Order, Refund, Transfer
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.access import Actor, Party
from qsm.events import demo_clock
from qsm.events.door import Conflict, change
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import BuyerFactory, OrderFactory, SellerFactory, member_of, requested_cancel
from tests.taken_back import taken_back

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 100, 100
START = datetime.fromisoformat("2026-07-25T10:00:00+09:00")
OPERATOR = Actor(Party.OPERATOR)
REQUEST = {OrderState.NEW, OrderState.PREPARING}
BEFORE_DISPATCH = {OrderState.AWAITING_PAYMENT, OrderState.PROCESSING, *REQUEST}
WHY_NOT = "お名前を刺しゅうで入れた一点物のため、取り消しはできません。"
PLACES = st.integers(0, 2)  # which of the three orders a deed is about


@dataclass
class Tale:
    """What the rules say of one order: where it stands, and what is due when."""

    pk: int
    state: str
    ship_date: date | None = None
    pay_until: datetime | None = None
    receive_until: datetime | None = None
    held: bool = False
    refunding: bool = False
    barred: bool = False

    def pass_deadlines(self) -> None:
        """Unpaid for seven days: canceled. Delivered for seven days without a claim: received (R-O9)."""
        now = clock.now()
        if self.state == OrderState.AWAITING_PAYMENT and self.pay_until and self.pay_until <= now:
            self.state = OrderState.CANCELED
        if self.state == OrderState.DELIVERED and not self.held and self.receive_until and self.receive_until <= now:
            self.state = OrderState.RECEIVED

    @property
    def delayed(self) -> bool:
        return (
            self.state == OrderState.PREPARING
            and not self.held
            and bool(self.ship_date and self.ship_date < clock.today())
        )

    def may(self, deed: str) -> bool:
        """Whether the rules allow this deed now, whoever of the right people does it."""
        match deed:
            case "pay":
                return self.state == OrderState.AWAITING_PAYMENT
            case "check":
                return self.state == OrderState.PROCESSING
            case "plan":  # R-O1, R-O3
                return self.state in REQUEST and not self.held and not self.delayed
            case "dispatch":  # R-O2, R-O3
                return self.state in REQUEST and not self.held
            case "deliver":
                return self.state == OrderState.SHIPPING
            case "receive":  # R-O9
                return self.state in {OrderState.SHIPPING, OrderState.DELIVERED} and not self.held
            case "request":  # R-C1, R-C2, R-C3, R-C7, R-A4
                return self.state in BEFORE_DISPATCH and not (self.held or self.barred)
            case "reject" | "take_back":  # R-C6
                return self.held and not self.refunding
        raise LookupError(deed)

    def told(self, deed: str) -> None:
        """What the deed makes of it. A cancel goes through at once where nothing was promised, or not kept (R-C1)."""
        at_once = deed == "request" and (self.state != OrderState.PREPARING or self.delayed)
        if at_once and self.state == OrderState.AWAITING_PAYMENT:
            self.state = OrderState.CANCELED
            return
        after = {"pay": OrderState.PROCESSING, "check": OrderState.NEW, "plan": OrderState.PREPARING}
        after |= {"dispatch": OrderState.SHIPPING, "deliver": OrderState.DELIVERED, "receive": OrderState.RECEIVED}
        self.state = after.get(deed, self.state)
        if deed == "deliver":
            self.receive_until = clock.end_of(clock.last_day(clock.today(), 7))
        if deed in {"request", "reject", "take_back"}:
            self.held, self.refunding = deed == "request", at_once
        self.barred = self.barred or deed == "reject"


class Story(RuleBasedStateMachine):
    """A shop with three orders of one buyer: unpaid, new, and in preparation."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.open.enter_context(taken_back())
        self.now = START
        demo_clock.forget()
        with clock.at(self.now):
            self.make()

    def teardown(self) -> None:
        wrong = broken()
        self.open.close()
        assert wrong == []

    def make(self) -> None:
        seller = SellerFactory()
        buyer = BuyerFactory(seller=seller)
        self.seller, self.buyer = member_of(seller), Actor(Party.BUYER, user_id=buyer.user_id)
        self.viewer = member_of(seller, "viewer")
        self.tales = []
        for state in (OrderState.AWAITING_PAYMENT, OrderState.NEW, OrderState.PREPARING):
            facts = {"seller": seller, "buyer": buyer, "state": state, "ordered_at": self.now}
            paid_at = None if state == OrderState.AWAITING_PAYMENT else self.now
            order = OrderFactory(**facts, paid_at=paid_at)
            Order.unscoped.filter(pk=order.pk).update(**deadlines.of(state, order))
            unpaid_until = clock.end_of(clock.last_day(clock.today(), 7)) if not paid_at else None
            self.tales.append(Tale(order.pk, state, order.ship_date, pay_until=unpaid_until))

    @rule(place=PLACES, deed=st.sampled_from(["pay", "check", "deliver"]))
    def the_marketplace_records(self, place: int, deed: str) -> None:
        self.do(place, deed, OPERATOR, getattr(lifecycle, deed))

    @rule(place=PLACES, days=st.integers(0, 5))
    def the_shop_plans(self, place: int, days: int) -> None:
        with clock.at(self.now):
            day = clock.after(clock.today(), days)
        if self.do(place, "plan", self.seller, lifecycle.plan, ship_date=day):
            self.tales[place].ship_date = day

    @rule(place=PLACES)
    def the_shop_dispatches(self, place: int) -> None:
        self.do(place, "dispatch", self.seller, lifecycle.dispatch, carrier="ゆうパック", tracking_number="1234")

    @rule(place=PLACES)
    def the_buyer_has_it(self, place: int) -> None:
        self.do(place, "receive", self.buyer, lifecycle.receive)

    @rule(place=PLACES, reason=st.sampled_from(CancelReason))
    def the_buyer_asks_to_cancel(self, place: int, reason: str) -> None:
        self.do(place, "request", self.buyer, cancel.request, reason=reason)

    @rule(place=PLACES, reason=st.sampled_from(RejectReason))
    def the_shop_rejects(self, place: int, reason: str) -> None:
        self.decide(
            place,
            "reject",
            self.seller,
            reason=reason,
            text=WHY_NOT,
        )

    @rule(place=PLACES)
    def the_buyer_takes_it_back(self, place: int) -> None:
        self.decide(place, "take_back", self.buyer)

    @rule(place=PLACES, deed=st.sampled_from(["pay", "dispatch", "receive"]))
    def somebody_may_not(self, place: int, deed: str) -> None:
        """A viewer does nothing at all (R-A2)."""
        parcel = {"carrier": "ゆうパック", "tracking_number": "1234"} if deed == "dispatch" else {}
        order = self.order(place)
        with clock.at(self.now), pytest.raises((Refused, Conflict)), change(self.viewer):
            getattr(lifecycle, deed)(order=order, seen=order.version, by=self.viewer, **parcel)
        self.pass_deadlines(place)

    @rule(place=PLACES)
    def somebody_was_slow(self, place: int) -> None:
        """Who decided on what is no longer so is told, and nothing happens (R-A4)."""
        order = self.order(place)
        if order.version > 1:
            with clock.at(self.now), pytest.raises(Conflict), change(self.seller):
                lifecycle.dispatch(
                    order=order, seen=order.version - 1, by=self.seller, carrier="a", tracking_number="1"
                )
            self.pass_deadlines(place)

    @rule(hours=st.sampled_from([1, 13, 24, 24 * 4, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_job_runs(self) -> None:
        """Whoever comes late finds what the day of the deadline made of it (R-T4, R-W12)."""
        with clock.at(self.now):
            settle_deadlines()
            assert not Order.unscoped.filter(deadlines.passed()).exists()
        for place in range(len(self.tales)):
            self.pass_deadlines(place)

    def do(self, place: int, deed: str, by: Actor, action: Any, **entered: Any) -> bool:
        """Try a deed on an order; whether the rules allowed it, which must be what the console did."""
        return self.attempt(place, deed, by, lambda order: action(order=order, seen=order.version, by=by, **entered))

    def decide(self, place: int, deed: str, by: Actor, **entered: Any) -> bool:
        """The same on its newest claim."""
        claim = Claim.unscoped.filter(order_id=self.tales[place].pk).last()
        if claim is None:
            return False
        action = getattr(cancel, deed)
        return self.attempt(place, deed, by, lambda _: action(claim=claim, seen=claim.version, by=by, **entered))

    def attempt(self, place: int, deed: str, by: Actor, action: Any) -> bool:
        tale, order = self.tales[place], self.order(place)
        with clock.at(self.now):
            tale.pass_deadlines()
            allowed = tale.may(deed)
            try:
                with change(by):
                    action(order)
                done = True
            except (Refused, Conflict):
                done = False
            if done:
                assert allowed, f"{deed} was done, but the rules forbid it: {tale}"
                tale.told(deed)
            elif allowed:
                assert self.order(place).state != order.state, f"{deed} was refused, but the rules allow it: {tale}"
        return done

    def order(self, place: int) -> Order:
        return Order.unscoped.get(pk=self.tales[place].pk)

    def pass_deadlines(self, place: int) -> None:
        with clock.at(self.now):
            self.tales[place].pass_deadlines()

    @invariant()
    def the_database_says_the_same(self) -> None:
        """A deadline that passed decides by itself, also before anybody has written so (R-T4)."""
        with clock.at(self.now):
            due = set(Order.unscoped.filter(deadlines.passed()).values_list("pk", flat=True))
            orders = Order.unscoped.in_bulk([tale.pk for tale in self.tales])
            for tale in self.tales:
                if tale.pk not in due:
                    order = orders[tale.pk]
                    tale.pass_deadlines()
                    stands = (order.state, order.held_by is not None, order.cancel_barred, order.is_delayed)
                    assert stands == (tale.state, tale.held, tale.barred, tale.delayed)

    @invariant()
    def at_most_one_claim_is_open(self) -> None:
        assert of_claims() == []


def broken() -> list[str]:
    """What no sequence of deeds may lead to, asked of the whole database."""
    return [*of_claims(), *of_money(), *of_history()]


def of_claims() -> list[str]:
    """At most one open claim per order, and the order is held by it (R-A4)."""
    waiting = Claim.unscoped.exclude(state__in=ENDED)
    several = waiting.values("order_id").annotate(count=Count("pk")).filter(count__gt=1)
    loose = waiting.exclude(order__held_by=F("pk"))
    held = Order.unscoped.filter(held_by__isnull=False).exclude(held_by__in=waiting.values("pk"))
    found = {"several open claims": several, "an open claim that holds nothing": loose, "held by no open claim": held}
    return [name for name, rows in found.items() if rows.exists()]


def of_money() -> list[str]:
    """Refunds never exceed what was paid, what has settled lies in the ledger, and the ledger sums to zero (R-M2)."""
    found = []
    for order in Order.unscoped.filter(refunds__isnull=False).distinct():
        refunds = Refund.unscoped.filter(order=order)
        settled = refunds.filter(done_at__isnull=False).aggregate(yen=Sum("yen"))["yen"] or 0
        moved = Transfer.unscoped.filter(refund__in=refunds, reason="refund").aggregate(yen=Sum("yen"))["yen"] or 0
        claimed = refunds.aggregate(yen=Sum("yen"))["yen"]
        if not claimed == order.refunded_yen <= order.paid_yen or settled != moved:
            found.append(
                f"order {order.pk}: paid {order.paid_yen}, refunds {claimed}, settled {settled}, moved {moved}"
            )
    accounts: Counter[str] = Counter()
    for debit, credit, yen in Transfer.unscoped.values_list("debit", "credit", "yen"):
        accounts[debit] -= yen
        accounts[credit] += yen
    return found + (["the ledger does not sum to zero"] if accounts.total() else [])


def of_history() -> list[str]:
    """The events of an order have no gap, and folded they give the states of the order and of its claims (R-A3)."""
    gaps = Event.unscoped.values("order_id").annotate(count=Count("pk"), last=Max("seq")).exclude(count=F("last"))
    found = [f"events of order {row['order_id']} have a gap" for row in gaps]
    stands: dict[tuple[str, int | None], str] = {}
    for event in Event.unscoped.exclude(to_state="").order_by("order_id", "seq"):
        subject = ("claim", event.claim_id) if event.claim_id else ("order", event.order_id)
        if event.name.startswith(("refund.", "note.", "talk.")):
            continue
        if event.from_state and subject in stands and stands[subject] != event.from_state:
            found.append(f"{event} comes from {event.from_state}, but it was {stands[subject]}")
        stands[subject] = event.to_state
    rows = {"order": Order.unscoped, "claim": Claim.unscoped}
    for (kind, pk), state in stands.items():
        if (now := rows[kind].get(pk=pk).state) != state:
            found.append(f"{kind} {pk} is {now}, its history says {state}")
    return found


def test_whatever_they_do() -> None:
    """R-A3, R-A4, R-M2, R-O1, R-O2, R-O3, R-O9, R-C1, R-C2, R-C3, R-C5, R-C6, R-C7, R-C14, R-T4: 10,000 steps at random."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    limits = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=quiet)
    run_state_machine_as_test(Story, settings=limits)


def test_the_invariants_see_what_they_look_for() -> None:
    """The negative control: a state, a claim and a history that were written by hand."""
    claim = requested_cancel()
    assert broken() == []
    Order.unscoped.filter(pk=claim.order_id).update(
        held_by=None, held_as="", state=OrderState.SHIPPING, shipped_at=START
    )
    Claim.unscoped.filter(pk=claim.pk).update(version=F("version") + 1)
    Event.unscoped.filter(pk=Event.unscoped.get().pk)
    assert "an open claim that holds nothing" in broken()
