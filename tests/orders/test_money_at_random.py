"""Buyers, operators and a gateway of many moods act on money at random; the ledger stays true (R-M1, R-M2, R-M3)."""

from contextlib import suppress
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from orders import money
from orders.gateway import Answer
from orders.models import Order, Payout, Refund, SimulatedVoid, SimulatorRule, Transfer
from orders.models.gateway import GatewayBehavior
from orders.money import ledger, payouts
from orders.states import PayoutState, RefundState, RefundWay, TransferReason
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import PaymentMethod
from qsm.events.door import change, lock
from qsm.events.invariants import violations
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import BuyerFactory, OrderFactory, SellerFactory, UserFactory
from tests.orders.test_payouts import ACCOUNT

pytestmark = pytest.mark.django_db
PAID = 3000
YEN = st.integers(1, PAID)
MOODS = st.sampled_from([mood for mood in GatewayBehavior if mood != GatewayBehavior.SLOW])


class Money(RuleBasedStateMachine):
    """What the rules allow happens, the rest is refused; what must always hold is checked after every step."""

    orders = Bundle("orders")
    refunds = Bundle("refunds")
    asked = Bundle("asked")

    @initialize()
    def a_buyer_known_to_two_shops(self) -> None:
        user = UserFactory()
        self.buyers = [BuyerFactory(user=user, seller=SellerFactory()) for _ in range(2)]
        self.operator = Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)

    @rule(target=orders, method=st.sampled_from(PaymentMethod), shop=st.integers(0, 1), mood=MOODS)
    def buy(self, method: str, shop: int, mood: str) -> Order:
        buyer = self.buyers[shop]
        order = OrderFactory(buyer=buyer, seller=buyer.seller, payment_method=method, paid_yen=PAID)
        SimulatorRule.objects.create(number_ends=order.number, behavior=mood)
        return order

    @rule(target=refunds, order=orders, yen=YEN, fee=st.sampled_from([0, 108]))
    def start(self, order: Order, yen: int, fee: int) -> int:
        claim_id = Refund.unscoped.count() + 1
        left = Order.unscoped.get(pk=order.pk).refundable_yen
        try:
            with change(SYSTEM):
                [order] = lock(Order, order.pk)
                return money.start(order=order, claim_id=claim_id, yen=yen, fee_yen=fee, by=SYSTEM).pk
        except Refused:
            assert yen > left
            return 0

    @rule(target=asked, refund=refunds)
    def a_poller_asks(self, refund: int) -> tuple[int, Answer] | None:
        """Whoever has to ask at all; the lease may be over while an earlier poller still waits for its answer."""
        waiting = Refund.unscoped.filter(pk=refund, state=RefundState.VOIDING)
        if not waiting.update(next_at=clock.real()):
            return None
        leased = next(money.due_at_gateway())
        return leased.pk, money.ask(leased)

    @rule(heard=asked)
    def an_answer_arrives(self, heard: tuple[int, Answer] | None) -> None:
        """Now, late, twice, after an operator has done something else, or never."""
        if heard is None:
            return
        refund = Refund.unscoped.get(pk=heard[0])
        with change(SYSTEM):
            money.apply(refund=refund, answer=heard[1])

    @rule(refund=refunds, action=st.sampled_from([money.retry, money.credit, money.give_up, money.confirm]))
    def an_operator_acts(self, refund: int, action: Any) -> None:
        row = Refund.unscoped.filter(pk=refund).first()
        if row is None:
            return
        with suppress(Refused), change(self.operator):
            said = {} if action is money.confirm else {"text": "確認済み"}
            action(refund=row, seen=row.version, by=self.operator, **said)

    @rule(yen=YEN)
    def ask_for_payout(self, yen: int) -> None:
        buyer = Actor(Party.BUYER, user_id=self.buyers[0].user_id)
        available = ledger.balance_of(buyer)
        try:
            with change(buyer):
                payouts.ask_for(by=buyer, yen=yen, **ACCOUNT)
        except Refused:
            assert yen > available

    @rule(pays=st.booleans())
    def decide_about_a_payout(self, pays: bool) -> None:
        payout = Payout.unscoped.filter(user_id=self.buyers[0].user_id, state=PayoutState.REQUESTED).first()
        if payout is None:
            return
        with change(self.operator):
            if pays:
                payouts.pay(payout=payout, seen=payout.version, by=self.operator)
            else:
                payouts.refuse(payout=payout, seen=payout.version, by=self.operator, reason="口座なし")

    @invariant()
    def the_ledger_is_true(self) -> None:
        """R-M2: as the hourly check in production sees it."""
        assert violations() == []

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        """R-M1: the buyer has what was refunded to the balance, less what was paid out or is on its way."""
        buyer = Actor(Party.BUYER, user_id=self.buyers[0].user_id)
        own = Refund.objects.for_actor(buyer)
        credited = own.filter(state=RefundState.DONE, way=RefundWay.BALANCE).aggregate(sum=Sum("yen"))["sum"] or 0
        gone = Payout.objects.for_actor(buyer).exclude(state=PayoutState.REFUSED).aggregate(sum=Sum("yen"))["sum"] or 0
        assert ledger.balance_of(buyer) == credited - gone

    @invariant()
    def a_card_gets_back_what_the_ledger_says(self) -> None:
        """R-M1: one void at the gateway for each card refund that is done, and for none that failed by its word."""
        for refund in Refund.unscoped.filter(way=RefundWay.VOID, state=RefundState.DONE, order__buyer__in=self.buyers):
            voids = SimulatedVoid.objects.filter(key__startswith=f"refund-{refund.pk}-", voided_at__isnull=False)
            assert [void.yen for void in voids] == [refund.yen]


def test_money_at_random() -> None:
    """R-M1, R-M2, R-M3: whatever happens in whatever order, no yen is lost or doubled."""
    quick = settings(max_examples=12, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Money, settings=quick)
    assert Transfer.unscoped.filter(reason=TransferReason.REFUND).exists()
