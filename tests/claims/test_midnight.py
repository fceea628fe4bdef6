"""A second before midnight in Tokyo, and midnight: what the rules' days make of it, whatever the host's zone (R-T1, R-T2)."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason
from orders import deadlines
from orders.models import Order, PaymentFee
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.models import PaymentMethod
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.claims.doings import MEMO, browser, shop_browser
from tests.claims.forms import hidden_of
from tests.factories import OrderFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
MIDNIGHTS = [
    datetime(2026, 12, 31, 15, tzinfo=UTC),  # the turn of the year
    datetime(2028, 2, 28, 15, tzinfo=UTC),  # 2/29
    datetime(2028, 2, 29, 15, tzinfo=UTC),
    datetime(2027, 5, 5, 15, tzinfo=UTC),  # the end of the Golden Week
    datetime(2027, 3, 14, 15, tzinfo=UTC),  # New York has put its clocks forward on this day
]


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/New_York"], autouse=True)
def host_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """As if the host stood there; Django sets the zone of the process when it starts."""
    usual = os.environ.get("TZ", "")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ["TZ"] = usual
    time.tzset()


def state_at(moment: datetime, order: Order) -> str:
    with clock.at(moment):
        settle_deadlines()
    return Order.unscoped.get(pk=order.pk).state


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_seven_days_to_pay_end_at_midnight(midnight: datetime) -> None:
    """R-O9: ordered at the first moment of the first day or at its last, the seventh ends alike."""
    first_day = midnight - 7 * DAY
    for ordered_at in (first_day, first_day + DAY - SECOND):
        order = OrderFactory(state=OrderState.AWAITING_PAYMENT, ordered_at=ordered_at)
        assert state_at(midnight - SECOND, order) == OrderState.AWAITING_PAYMENT
        assert state_at(midnight, order) == OrderState.CANCELED
    before = OrderFactory(state=OrderState.AWAITING_PAYMENT, ordered_at=first_day - SECOND)
    assert state_at(midnight - DAY - SECOND, before) == OrderState.AWAITING_PAYMENT
    assert state_at(midnight - DAY, before) == OrderState.CANCELED


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_the_receipt_comes_at_the_midnight_before_the_eighth_day(midnight: datetime) -> None:
    """R-O9: dated with the eighth day in Tokyo."""
    first_day = midnight - 7 * DAY
    for delivered_at in (first_day, first_day + DAY - SECOND):
        order = OrderFactory(state=OrderState.DELIVERED, delivered_at=delivered_at)
        assert state_at(midnight - SECOND, order) == OrderState.DELIVERED
        assert state_at(midnight, order) == OrderState.RECEIVED
        event = Event.unscoped.get(order_id=order.pk)
        assert (event.occurred_at, event.business_date) == (midnight, clock.day_of(midnight))


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_a_rejection_a_second_before_midnight_leaves_a_second(midnight: datetime) -> None:
    """R-C8: and one at midnight leaves the whole day."""
    for rejected_at, missed_at in ((midnight - SECOND, midnight), (midnight, midnight + DAY)):
        with clock.at(rejected_at):
            claim = requested_cancel()
            with change(by := member_of(claim.seller)):
                cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)
        missed = Event.unscoped.filter(order_id=claim.order_id, name="order.ship_today_missed")
        state_at(missed_at - SECOND, claim.order)
        assert not missed.exists()
        state_at(missed_at, claim.order)
        assert missed.get().occurred_at == missed_at


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_a_claim_is_late_from_the_fourth_midnight_after_it_came(midnight: datetime) -> None:
    """R-D1: the day on which it came is in Tokyo, and the first; a second makes a day."""
    for requested_at, late_from in ((midnight - SECOND, midnight + 3 * DAY), (midnight, midnight + 4 * DAY)):
        with clock.at(requested_at):
            claim: Claim = requested_cancel()
        for moment, is_late in ((late_from - SECOND, False), (late_from, True)):
            with clock.at(moment):
                assert claim.is_late is is_late


@pytest.mark.parametrize(
    ("paid_at", "third", "fourth", "fifth"),
    [
        (
            "2026-12-31T23:59:59",
            date(2027, 1, 5),
            date(2027, 1, 6),
            date(2027, 1, 7),
        ),  # 12/31 counts; 1/1 to 1/3 do not
        ("2027-01-01T00:00:00", date(2027, 1, 6), date(2027, 1, 7), date(2027, 1, 8)),
        ("2026-12-28T00:00:00", date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4)),
        ("2025-12-31T12:00:00", date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)),  # 1/2, a Friday, counts
        ("2027-03-19T23:59:59", date(2027, 3, 24), date(2027, 3, 25), date(2027, 3, 26)),  # 3/22 in place of a Sunday
        ("2027-04-28T23:59:59", date(2027, 5, 6), date(2027, 5, 7), date(2027, 5, 10)),  # the Golden Week
        ("2027-04-29T00:00:00", date(2027, 5, 7), date(2027, 5, 10), date(2027, 5, 11)),
    ],
)
def test_business_days_around_holidays(paid_at: str, third: date, fourth: date, fifth: date) -> None:
    """R-O8: notice at the start of the third, points at the end of the fourth, restriction at the end of the fifth."""
    steps = deadlines.late_steps(datetime.fromisoformat(f"{paid_at}+09:00"))
    assert steps == (clock.start_of(third), clock.end_of(fourth), clock.end_of(fifth))


@pytest.fixture
def dearer_tomorrow() -> datetime:
    """A minute before midnight; then payments in cash cost the shop ¥900 (R-M3)."""
    PaymentFee.objects.create(valid_from=date(2026, 8, 25), from_yen=0, fee_yen=900)
    return datetime(2026, 8, 24, 14, 59, tzinfo=UTC)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("url", "state"), [("cancel_orders", OrderState.NEW), ("refund_orders", OrderState.SHIPPING)])
def test_the_fee_that_is_charged_is_the_one_that_was_shown(dearer_tomorrow: datetime, url: str, state: str) -> None:
    """R-M3, R-M4: a popup that is confirmed after midnight asks again, with what it would cost now."""
    url, order = reverse(f"claims:{url}"), OrderFactory(state=state, payment_method=PaymentMethod.CASH)
    shop = shop_browser(order.seller)
    form = {"ticked": f"{order.pk}:{order.version}", "reason": "out_of_stock", "scope": "one", "memo": MEMO, "key": "k"}
    with clock.at(dearer_tomorrow):
        asked = shop.post(url, form).content.decode()
    assert "¥108" in asked
    with clock.at(dearer_tomorrow + 2 * MINUTE):
        again = shop.post(url, hidden_of(asked)).content.decode()
        assert "¥900" in again
        assert "This has changed" in again
        assert not Claim.unscoped.exists()
        done = shop.post(url, hidden_of(again)).content.decode()
        assert "Done: 1, not done: 0" in done
        assert "Done: 1, not done: 0" in shop.post(url, hidden_of(again)).content.decode()
    assert Claim.unscoped.get().statement["fee_yen"] == 900


@pytest.mark.usefixtures("english")
def test_the_buyer_is_asked_again_where_the_statement_has_changed(dearer_tomorrow: datetime) -> None:
    """R-M4: of a delayed order, whose fee the shop pays."""
    with clock.at(dearer_tomorrow):
        delayed = {"ship_date": date(2026, 8, 20)}
        order = OrderFactory(state=OrderState.PREPARING, payment_method=PaymentMethod.CASH, **delayed)
        buyer, url = browser(order.buyer.user_id), reverse("my_claims:cancel", args=[order.pk])
        form = {"reason": "ordered_twice", "text": "", "seen": order.version, "key": "k"}
        asked = buyer.post(url, form).content.decode()
    assert "¥108" in asked
    with clock.at(dearer_tomorrow + 2 * MINUTE):
        again = buyer.post(url, hidden_of(asked)).content.decode()
        assert "¥900" in again
        assert not Claim.unscoped.exists()
        for _twice in range(2):
            assert buyer.post(url, hidden_of(again)).status_code == 302
    assert Claim.unscoped.get().statement["fee_yen"] == 900
