"""The daily job, missed, killed midway, twice and at the same time: the outcomes and days of one that ran daily (R-W12)."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from claims import daily
from claims.kinds import cancel
from claims.states import RejectReason
from orders import deadlines, lifecycle, tasks
from orders.models import Order, Restriction
from orders.states import OrderState
from qsm.accounts.access import SYSTEM
from qsm.events.door import change, lock
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import BuyerFactory, OrderFactory, SellerFactory, buyer_of, member_of, requested_cancel
from tests.taken_back import taken_back

ORDERS = int(os.environ.get("CATCH_UP_ORDERS", "48"))
START = datetime(2026, 12, 22, 3, 0, tzinfo=UTC)  # a Tuesday; the last days of the year and its turn lie ahead
NEXT_DAY = START + timedelta(days=1)
TODAY = clock.day_of(NEXT_DAY)


def unpaid(**whose: Any) -> None:
    OrderFactory(state=OrderState.AWAITING_PAYMENT, ordered_at=START, **whose)


def delivered(**whose: Any) -> None:
    OrderFactory(state=OrderState.DELIVERED, delivered_at=START, **whose)


def never_sent(**whose: Any) -> None:
    OrderFactory(state=OrderState.NEW, paid_at=START, **whose)


def sent_in_time(**whose: Any) -> None:
    order = OrderFactory(state=OrderState.NEW, paid_at=START, **whose)
    Order.unscoped.filter(pk=order.pk).update(state=OrderState.SHIPPING, shipped_at=NEXT_DAY, late_at=None)


def rejected(**whose: Any) -> None:
    claim = requested_cancel(paid_at=START, **whose)
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)


def waiting(**whose: Any) -> None:
    requested_cancel(paid_at=START, **whose)


def taken_back_next_day(**whose: Any) -> None:
    claim = requested_cancel(paid_at=START, **whose)
    with clock.at(NEXT_DAY), change(by := buyer_of(claim.order)):
        cancel.take_back(claim=claim, seen=claim.version, by=by)


def delivered_with_a_claim_that_ended(**whose: Any) -> None:
    order = OrderFactory(state=OrderState.DELIVERED, delivered_at=START - timedelta(days=7), **whose)
    with change(SYSTEM):
        lifecycle.hold(*lock(Order, order.pk), claim_id=0, kind="return")
    with clock.at(NEXT_DAY), change(SYSTEM):
        lifecycle.release(*lock(Order, order.pk), claim_id=0)


LIVES = (
    *(unpaid, delivered, never_sent, rejected, waiting, taken_back_next_day, delivered_with_a_claim_that_ended),
    *[sent_in_time] * 5,
)


def build(orders: int) -> None:
    """Two shops with all kinds of lives, before the job has seen any of them."""
    for shop in (SellerFactory(), SellerFactory()):
        buyer = BuyerFactory(seller=shop)
        with clock.at(START):
            for place in range(orders // 2):
                LIVES[place % len(LIVES)](seller=shop, buyer=buyer)


def run_on(day: int) -> None:
    with clock.at(clock.start_of(clock.after(TODAY, day))):
        daily.run(clock.today())


def run_and_die_midway(day: int, patch: pytest.MonkeyPatch) -> None:
    """As a SIGKILL between two orders: nothing gets to hear of it."""
    with clock.at(clock.start_of(clock.after(TODAY, day))):
        left = iter(range(Order.unscoped.filter(deadlines.passed()).count() // 2))
    usual = tasks.settle

    def settle(*, order: Order) -> None:
        if next(left, None) is None:
            raise SystemExit
        usual(order=order)

    with patch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(tasks, "settle", settle)
        run_on(day)


def outcomes() -> dict[str, list[Any]]:
    """All that the job decides; not when it was written down."""
    events = Event.unscoped.order_by("order_id", "seq")
    due = ("late_at", "late_step", "late_points", "pay_until", "ship_today_until", "receive_until", "dispatch_by")
    return {
        "events": list(events.values_list("order_id", "seq", "name", "occurred_at", "business_date", "data")),
        "orders": list(Order.unscoped.order_by("pk").values_list("state", "version", "received_at", *due)),
        "restrictions": list(
            Restriction.unscoped.order_by("seller", "started_at").values_list(
                "seller", "started_at", "ends_at", "order_id", "dispatch_rate"
            )
        ),
    }


def after(*deeds: Callable[[], None]) -> dict[str, list[Any]]:
    with taken_back():
        for deed in deeds:
            deed()
        return outcomes()


@pytest.mark.django_db
@pytest.mark.parametrize("missed", [1, 3, 30])
def test_one_run_makes_up_for_those_that_were_missed(missed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-W12, R-T4, R-O8, R-O9, R-C8: late, killed midway, and again: nothing differs from daily runs."""
    build(ORDERS)
    each_day = after(*(lambda day=day: run_on(day) for day in range(1, missed + 1)))
    late = after(lambda: run_on(missed))
    again = (lambda: run_on(missed),) * 2
    killed = after(lambda: run_and_die_midway(missed, monkeypatch), *again)
    assert late == each_day
    assert killed == each_day
    names = {name for _order, _seq, name, *_more in each_day["events"]}
    assert names >= {"order.ship_today_missed", "order.late_warned"} if missed > 1 else {"order.ship_today_missed"}
    if missed == 30:
        assert names >= {"order.expired", "order.lapsed", "order.late_counted", "order.late_restricted"}
        assert len(each_day["restrictions"]) > 1


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_do_what_one_does() -> None:
    """R-W12, R-A4"""
    build(24)
    with taken_back():
        run_on(30)
        alone = outcomes()
    start = Barrier(2)

    def job() -> None:
        start.wait()
        try:
            run_on(30)
        finally:
            connection.close()

    jobs = [Thread(target=job) for _ in range(2)]
    for thread in jobs:
        thread.start()
    for thread in jobs:
        thread.join(120)
    assert outcomes() == alone
    assert not Order.unscoped.filter(deadlines.passed()).exists()
