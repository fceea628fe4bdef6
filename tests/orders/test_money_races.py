"""Several at once on the same money: one wins, nothing is doubled (R-M1, R-M2, R-A4)."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from orders import money
from orders.models import Order, Payout, Refund, Transfer
from orders.money import ledger
from qsm.accounts.models import PaymentMethod
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, buyer_of
from tests.orders.test_payouts import ask_for, refunded
from tests.orders.test_refunds import begin, take

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def at_once(deed: Callable[[int], Any]) -> list[Any]:
    """What each of them returned, or with what it was refused."""
    start, outcomes = Barrier(MANY), [None] * MANY

    def act(number: int) -> None:
        start.wait()
        try:
            outcomes[number] = deed(number)
        except (Refused, IntegrityError) as refusal:
            outcomes[number] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=act, args=[number]) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def won(outcomes: list[Any]) -> int:
    return sum(outcome is not None and not isinstance(outcome, Exception) for outcome in outcomes)


def test_pollers_share_the_work() -> None:
    """R-M1: a refund that is due goes to one of them."""
    begin(OrderFactory(payment_method=PaymentMethod.CARD))
    assert won(at_once(lambda _: next(money.due_at_gateway(), None))) == 1
    assert Refund.unscoped.get().asked == 1


def test_the_same_answer_at_once_settles_once() -> None:
    """R-M1, R-M2: each hears that it is done, and the ledger has it once."""
    begin(OrderFactory(payment_method=PaymentMethod.CARD))
    refund = next(money.due_at_gateway())
    answer = money.ask(refund)
    settled = at_once(lambda _: take(refund, answer))
    assert [row.is_done for row in settled] == [True] * MANY
    assert Transfer.unscoped.count() == 1


def test_refunds_at_once_stay_within_what_was_paid() -> None:
    """R-M2: of four refunds of ¥1,000 two fit into ¥2,480."""
    order = OrderFactory(payment_method=PaymentMethod.CARD)
    assert won(at_once(lambda number: begin(order, 1000, claim_id=number + 1))) == 2
    assert Order.unscoped.get().refunded_yen == 2000


def test_a_balance_is_paid_out_once() -> None:
    """R-M1, R-M2: whoever is slower finds nothing left."""
    buyer = buyer_of(refunded())
    outcomes = at_once(lambda _: ask_for(buyer, 2480))
    assert won(outcomes) == 1
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {"money.payout_too_much"}
    assert (Payout.unscoped.count(), ledger.balance_of(buyer)) == (1, 0)
