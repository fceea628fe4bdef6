"""Refunds: the way of the payment, the gateway's moods, and never more than was paid (R-M1, R-M2)."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from structlog.testing import capture_logs

from orders import money
from orders.gateway import Answer, Said
from orders.models import Order, Refund, SimulatedVoid, SimulatorRule, Transfer
from orders.models.gateway import GatewayBehavior
from orders.money import ledger
from orders.states import OrderState, RefundState, RefundWay
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import PaymentMethod
from qsm.events.door import Conflict, change, lock
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
CLAIM = 4711


def paid_by(method: str, **columns: Any) -> Order:
    return OrderFactory(payment_method=method, **columns)


def begin(order: Order, yen: int = 2480, claim_id: int = CLAIM, **more: int) -> Refund:
    with change(SYSTEM):
        [order] = lock(Order, order.pk)
        return money.start(order=order, claim_id=claim_id, yen=yen, by=SYSTEM, **more)


def treat(order: Order, behavior: str) -> None:
    SimulatorRule.objects.create(number_ends=order.number, behavior=behavior)


def take(refund: Refund, answer: Answer) -> Refund:
    with change(SYSTEM):
        lock(Order, refund.order_id)
        return money.apply(refund=refund, answer=answer)


def lease() -> Refund:
    """A poller takes what another one's lease kept from it until now."""
    Refund.unscoped.filter(state=RefundState.VOIDING).update(next_at=clock.real())
    return next(money.due_at_gateway())


def poll_once() -> None:
    """The poller asks once more; no test waits for the pause."""
    refund = lease()
    take(refund, money.ask(refund))


def operator() -> Actor:
    return Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)


def by_operator(action: Any, refund: Refund, seen: int | None = None) -> Refund:
    who, said = operator(), {} if action is money.confirm else {"text": "確認済み"}
    with change(who):
        lock(Order, refund.order_id)
        return action(refund=refund, seen=seen or refund.version, by=who, **said)


def events_of(refund: Refund) -> list[str]:
    return list(Event.unscoped.filter(refund_id=refund.pk).order_by("seq").values_list("name", flat=True))


def in_balance(order: Order) -> int:
    return ledger.balance(ledger.of_buyer(order.buyer_id))


def test_cash_is_credited_to_the_balance_at_once() -> None:
    """R-M1: in the same transaction, with one event."""
    order = paid_by(PaymentMethod.CASH)
    refund = begin(order)
    assert (refund.state, refund.way, refund.is_done) == (RefundState.DONE, RefundWay.BALANCE, True)
    assert in_balance(order) == 2480
    assert events_of(refund) == ["refund.credited"]


def test_a_card_payment_is_voided_by_the_poller() -> None:
    """R-M1: first being voided, then done; the buyer's balance is not touched."""
    order = paid_by(PaymentMethod.CARD)
    refund = begin(order)
    assert (refund.state, refund.way) == (RefundState.VOIDING, RefundWay.VOID)
    assert not Transfer.unscoped.exists()
    poll_once()
    refund.refresh_from_db()
    assert refund.is_done
    assert (ledger.balance(ledger.GATEWAY), in_balance(order)) == (2480, 0)
    assert events_of(refund) == ["refund.started", "refund.done"]


def test_what_was_paid_elsewhere_is_a_task_that_an_operator_confirms() -> None:
    """R-M1, R-O10: imported orders are refunded at the source unless the shop says otherwise."""
    order = OrderFactory()
    refund = begin(order)
    assert refund.state == RefundState.EXTERNAL
    refund = by_operator(money.confirm, refund)
    assert refund.is_done
    assert ledger.balance(ledger.SOURCE) == 2480
    with pytest.raises(Refused, match=r"refund\.wrong_state"):
        by_operator(money.confirm, refund)


@pytest.mark.parametrize("behavior", [GatewayBehavior.LATE, GatewayBehavior.LOST])
def test_an_answer_that_comes_late_or_gets_lost_doubles_nothing(behavior: str) -> None:
    """R-M1: asked again under the same key until it has answered, the gateway voids once."""
    order = paid_by(PaymentMethod.CARD)
    treat(order, behavior)
    refund = begin(order)
    for _ in range(2):
        poll_once()
        refund.refresh_from_db()
        assert refund.state == RefundState.VOIDING
        assert refund.error
    poll_once()
    refund.refresh_from_db()
    assert (refund.is_done, refund.error) == (True, "")
    assert SimulatedVoid.objects.get().voided_at
    assert list(Transfer.unscoped.values_list("key", "yen")) == [(f"refund:{refund.pk}", 2480)]


def test_an_answer_that_comes_twice_counts_once() -> None:
    """R-M1, R-M2: two pollers whose leases overlapped both hear that it is done."""
    refund = begin(paid_by(PaymentMethod.CARD))
    first, second = lease(), lease()
    answers = [money.ask(first), money.ask(second)]
    settled = [take(first, answers[0]), take(second, answers[1])]
    assert [refund.is_done for refund in settled] == [True, True]
    assert events_of(refund) == ["refund.started", "refund.done"]
    assert ledger.balance(ledger.GATEWAY) == 2480


def test_a_lease_keeps_other_pollers_away() -> None:
    """R-M1: whoever took a refund asks about it alone, until the lease is over."""
    begin(paid_by(PaymentMethod.CARD))
    assert len(list(money.due_at_gateway())) == 1
    assert list(money.due_at_gateway()) == []


def test_a_gateway_that_never_answers_loses_no_refund() -> None:
    """R-M1: it stays being voided; an operator who has clarified it gives up, and may then credit the balance."""
    order = paid_by(PaymentMethod.CARD)
    treat(order, GatewayBehavior.NEVER)
    refund = begin(order)
    for _ in range(3):
        poll_once()
    refund.refresh_from_db()
    assert (refund.state, refund.asked, refund.error) == (RefundState.VOIDING, 3, "in_progress no answer")
    with pytest.raises(Refused, match=r"refund\.wrong_state"):
        by_operator(money.credit, refund)
    refund = by_operator(money.credit, by_operator(money.give_up, refund))
    assert (refund.is_done, refund.way, in_balance(order)) == (True, RefundWay.BALANCE, 2480)
    assert events_of(refund) == ["refund.started", "refund.given_up", "refund.credited"]


def test_a_failed_void_is_tried_again_under_another_key() -> None:
    """R-M1: what the gateway refused it refuses for good under that key."""
    order = paid_by(PaymentMethod.CARD)
    treat(order, GatewayBehavior.FAILS)
    refund = begin(order)
    poll_once()
    refund.refresh_from_db()
    assert (refund.state, refund.error) == (RefundState.FAILED, "refused card company refused")
    assert list(money.due_at_gateway()) == []
    by_operator(money.retry, refund)
    poll_once()
    refund.refresh_from_db()
    assert refund.is_done
    assert SimulatedVoid.objects.filter(voided_at__isnull=False).count() == 1
    assert events_of(refund) == ["refund.started", "refund.failed", "refund.retried", "refund.done"]


def test_after_giving_up_a_retry_asks_about_the_same_void() -> None:
    """R-M1: the gateway may have voided without a word, so the key stays."""
    order = paid_by(PaymentMethod.CARD)
    treat(order, GatewayBehavior.LOST)
    refund = begin(order)
    poll_once()
    refund = by_operator(money.retry, by_operator(money.give_up, Refund.unscoped.get()))
    poll_once()
    poll_once()
    refund.refresh_from_db()
    assert refund.is_done
    assert SimulatedVoid.objects.count() == 1


def test_a_void_that_is_reported_after_the_credit_is_shown_to_operators() -> None:
    """R-M1: the ledger stays as it is; what the card company did beside it, people have to settle."""
    refund = begin(paid_by(PaymentMethod.CARD))
    answer = money.ask(lease())
    refund = by_operator(money.credit, by_operator(money.give_up, Refund.unscoped.get()))
    refund = take(refund, answer)
    assert (refund.way, refund.error) == (RefundWay.BALANCE, "voided")
    assert Transfer.unscoped.count() == 1


def test_two_shops_may_have_the_same_order_number() -> None:
    """R-M1: the gateway knows every payment, so it is asked about this shop's; what it says of one is not of the other."""
    one, other = (paid_by(PaymentMethod.CARD, number="638000100") for _ in range(2))
    treat(one, GatewayBehavior.FAILS)
    first, second = begin(one), begin(other, claim_id=CLAIM + 1)
    poll_once()
    poll_once()
    payments = set(SimulatedVoid.objects.values_list("payment", flat=True))
    assert payments == {f"{one.seller_id}-638000100", f"{other.seller_id}-638000100"}
    states = Refund.unscoped.in_bulk([first.pk, second.pk])
    assert {refund.state for refund in states.values()} == {RefundState.FAILED}, "each is the first of its payment"


def test_no_other_refund_ever_has_the_key_of_a_void() -> None:
    """R-M1, R-M2: restored from an older copy, the database gives out ids anew, and the gateway remembers their voids."""
    lost = begin(paid_by(PaymentMethod.CARD))
    assert Refund(pk=lost.pk).key != lost.key


def test_an_old_answer_does_not_settle_a_later_try() -> None:
    """R-M1: an answer counts for the key that it was asked under."""
    order = paid_by(PaymentMethod.CARD)
    treat(order, GatewayBehavior.REFUSES)
    old = begin(order).key
    poll_once()
    refund = by_operator(money.retry, Refund.unscoped.get())
    assert take(refund, Answer(old, Said.VOIDED)).state == RefundState.VOIDING


def test_only_operators_decide_about_a_failed_refund() -> None:
    """R-M1, R-A2"""
    refund = begin(OrderFactory())
    seller = Actor(Party.SELLER, seller_id=refund.seller_id)
    with pytest.raises(Refused, match=r"refund\.wrong_party"), change(seller):
        money.confirm(refund=refund, seen=1, by=seller)


def test_of_two_operators_one_is_told_what_happened() -> None:
    """R-A4, R-M1: the other one reads what became of this refund, not of its claim or order."""
    refund = begin(OrderFactory())
    by_operator(money.confirm, refund, seen=1)
    with pytest.raises(Conflict) as conflict:
        by_operator(money.confirm, refund, seen=1)
    assert [event.name for event in conflict.value.events] == ["refund.confirmed"]


def test_refunds_never_exceed_what_was_paid() -> None:
    """R-M2: neither by one refund nor by several, whether settled or not."""
    order = paid_by(PaymentMethod.CARD)
    begin(order, 2000)
    with pytest.raises(Refused, match=r"money\.more_than_paid"):
        begin(order, 481, claim_id=CLAIM + 1)
    begin(order, 480, claim_id=CLAIM + 2)
    order.refresh_from_db()
    assert (order.refunded_yen, order.refundable_yen) == (2480, 0)


def test_the_database_refuses_more_than_was_paid() -> None:
    """R-M2"""
    order = paid_by(PaymentMethod.CARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.unscoped.filter(pk=order.pk).update(refunded_yen=order.paid_yen + 1)


@pytest.mark.parametrize(
    ("yen", "state"), [(0, OrderState.NEW), (-1, OrderState.NEW), (1, OrderState.AWAITING_PAYMENT)]
)
def test_nothing_is_refunded_of_nothing(yen: int, state: str) -> None:
    """R-M2, R-C1: an order that was never paid has nothing to refund."""
    with pytest.raises(Refused, match="nothing_to_refund|more_than_paid"):
        begin(paid_by(PaymentMethod.CASH, state=state), yen)
    assert not Refund.unscoped.exists()


def test_a_claim_is_refunded_once() -> None:
    """R-M2"""
    order = paid_by(PaymentMethod.CASH)
    begin(order, 100)
    with pytest.raises(IntegrityError):
        begin(order, 100)


@pytest.mark.parametrize("write", ["update", "delete"])
def test_the_ledger_is_append_only_in_the_database(write: str) -> None:
    """R-M2"""
    begin(paid_by(PaymentMethod.CASH))
    rows = Transfer.unscoped.all()
    with pytest.raises((DatabaseError, IntegrityError), match="append-only"), transaction.atomic():
        if write == "update":
            rows.update(yen=1)
        else:
            rows._raw_delete(rows.db)
    assert rows.get().yen == 2480


def test_the_payment_fee_is_charged_to_the_shop_when_the_refund_settles() -> None:
    """R-M3"""
    order = paid_by(PaymentMethod.CASH)
    begin(order, fee_yen=108)
    assert ledger.balance(ledger.MARKETPLACE) == 108
    assert ledger.balance(ledger.of_shop(order.seller_id)) == -2480 - 108


def test_a_card_refund_without_a_gateway_is_an_error_in_the_log(settings: Any) -> None:
    """R-M1: it waits, and whoever runs the console is told."""
    settings.GATEWAY = "orders.gateway.NoGateway"
    begin(paid_by(PaymentMethod.CARD))
    with capture_logs() as logs:
        assert money.ask(lease()).said == Said.IN_PROGRESS
    assert ("no_gateway_for_a_card_refund", "error") in [(log["event"], log["log_level"]) for log in logs]
