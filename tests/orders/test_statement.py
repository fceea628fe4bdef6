"""What a decision gives and costs, seen before it and frozen with it (R-M3, R-M4)."""

from datetime import timedelta
from typing import Any

import pytest

from orders import money
from orders.models import PaymentFee
from orders.states import OrderState, RefundWay
from qsm.accounts.models import PaymentMethod
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def table(days_ago: int, *lines: tuple[int, int]) -> None:
    day = clock.today() - timedelta(days=days_ago)
    for from_yen, fee_yen in lines:
        PaymentFee.objects.create(valid_from=day, from_yen=from_yen, fee_yen=fee_yen)


@pytest.mark.parametrize(
    ("method", "at_fault", "fee"),
    [
        (PaymentMethod.CASH, True, 108),
        (PaymentMethod.CASH, False, 0),
        (PaymentMethod.CARD, True, 0),
        (PaymentMethod.EXTERNAL, True, 0),
    ],
)
def test_the_fee_is_the_shops_where_it_is_at_fault_and_cash_was_paid(method: str, at_fault: bool, fee: int) -> None:
    """R-M3: ¥108 as long as operators have entered no table."""
    found = money.statement(OrderFactory(payment_method=method), seller_at_fault=at_fault)
    assert (found.fee_yen, found.refund_yen) == (fee, 2480)


@pytest.mark.parametrize(("paid", "fee"), [(2999, 150), (3000, 200), (9_999, 200), (10_000, 250)])
def test_the_fee_follows_the_newest_table_that_is_valid(paid: int, fee: int) -> None:
    """R-M3: by the amount that was paid; tomorrow's table does not count today."""
    table(9, (0, 108), (5000, 999))
    table(0, (0, 150), (3000, 200), (10_000, 250))
    table(-1, (0, 1))
    order = OrderFactory(payment_method=PaymentMethod.CASH, paid_yen=paid)
    assert money.statement(order, seller_at_fault=True).fee_yen == fee


def test_a_frozen_statement_outlives_the_table() -> None:
    """R-M4: what both sides were shown stays, to the yen."""
    shown = money.statement(OrderFactory(payment_method=PaymentMethod.CASH), seller_at_fault=True)
    kept = shown.as_json()
    table(0, (0, 500))
    assert money.Statement.from_json(kept) == shown
    assert shown.fee_yen == 108


def test_both_sides_read_amount_way_fee_shipping_points_and_what_comes_next() -> None:
    """R-M4"""
    facts = money.statement(OrderFactory(payment_method=PaymentMethod.CASH), seller_at_fault=True).facts
    assert {fact.label: fact.value for fact in facts} == {
        "Refund": "¥2,480",
        "Way of the refund": "Credit to the buyer's balance",
        "Payment fee": "¥108, charged to the shop",
        "Return shipping": "¥0",
        "Points": "0",
        "What comes next": "The balance is credited at once when the refund is decided. "
        "The buyer can ask for a payout to a bank account.",
    }


def test_an_unpaid_order_has_nothing_to_refund() -> None:
    """R-M4, R-C1"""
    order = OrderFactory(state=OrderState.AWAITING_PAYMENT, payment_method=PaymentMethod.CASH)
    found = money.statement(order, seller_at_fault=True)
    assert (found.refund_yen, found.fee_yen) == (0, 0)
    assert found.next_step == "The order ends at once; there is nothing to refund."


def test_an_order_whose_payment_no_file_told_is_not_called_unpaid() -> None:
    """R-M4, R-O10: summary files have no amounts."""
    found = money.statement(OrderFactory(paid_yen=0), seller_at_fault=True)
    assert found.next_step == "No payment is known here. If the buyer has paid, refund it where the order was paid."


def test_a_part_can_be_stated_but_no_more_than_was_paid() -> None:
    """R-M2, R-M4"""
    order = OrderFactory(payment_method=PaymentMethod.CARD)
    assert money.statement(order, seller_at_fault=False, yen=480).refund_yen == 480
    assert money.statement(order, seller_at_fault=False).way == RefundWay.VOID
    with pytest.raises(Refused, match=r"money\.more_than_paid"):
        money.statement(order, seller_at_fault=False, yen=2481)
