"""Business time (rules, section 2)."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from orders.models import Order
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import User
from qsm.events import demo_clock
from qsm.events.door import change, record
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory

MIDNIGHT = datetime(2026, 8, 3, 15, 0, tzinfo=UTC)  # 0:00 on 8/4 in Tokyo


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (MIDNIGHT - timedelta(seconds=1), date(2026, 8, 3)),
        (MIDNIGHT - timedelta(microseconds=1), date(2026, 8, 3)),
        (MIDNIGHT, date(2026, 8, 4)),
        (datetime(2028, 2, 28, 15, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 15, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 15, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_business_day_is_the_date_in_tokyo(moment: datetime, day: date) -> None:
    """R-T1"""
    with clock.at(moment):
        assert clock.today() == day


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"])
def test_the_hosts_zone_does_not_matter(zone: str) -> None:
    """R-T1"""
    program = (
        "from datetime import datetime, UTC\nfrom qsm.lib import clock\n"
        "with clock.at(datetime(2026, 8, 3, 15, tzinfo=UTC)): print(clock.today(), clock.end_of(clock.today()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "2026-08-04 2026-08-04 15:00:00+00:00"


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2026, 7, 29), 7, date(2026, 8, 4)),  # the guide's own example
        (date(2026, 2, 25), 7, date(2026, 3, 3)),
        (date(2028, 2, 25), 7, date(2028, 3, 2)),
        (date(2026, 12, 28), 7, date(2027, 1, 3)),
        (date(2026, 8, 1), 1, date(2026, 8, 1)),
    ],
)
def test_a_period_counts_the_day_it_starts_on(first: date, days: int, last: date) -> None:
    """R-T2: what follows happens on the next day."""
    assert clock.last_day(first, days) == last
    assert clock.day_of(clock.end_of(last)) == last + timedelta(days=1)


def test_a_period_of_no_days_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one day at least"):
        clock.last_day(date(2026, 8, 1), 0)


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        (timedelta(microseconds=1), 1),
        (timedelta(hours=1), 1),
        (timedelta(hours=1, microseconds=1), 2),
        (timedelta(0), 0),
        (timedelta(hours=-3), 0),
    ],
)
def test_the_begun_hour_counts_as_left(before: timedelta, hours: int) -> None:
    """R-C8: "N hours left"."""
    with clock.at(MIDNIGHT - before):
        assert clock.hours_left(MIDNIGHT) == hours


@pytest.mark.django_db
def test_business_time_stays_at_the_last_recorded_moment_when_the_host_steps_back() -> None:
    """R-T3"""
    order: Order = OrderFactory()
    with time_machine.travel(datetime(2026, 8, 4, 3, tzinfo=UTC), tick=False):
        demo_clock.forget()
        with change(SYSTEM):
            record("order.updated", order, by=SYSTEM)
    with time_machine.travel(datetime(2026, 8, 3, 3, tzinfo=UTC), tick=False):
        demo_clock.forget()
        assert clock.now() == datetime(2026, 8, 4, 3, tzinfo=UTC)
        assert clock.real() == datetime(2026, 8, 3, 3, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 8, 5, 3, tzinfo=UTC), tick=False):
        demo_clock.forget()
        assert clock.now() == datetime(2026, 8, 5, 3, tzinfo=UTC)


@pytest.mark.django_db
def test_an_operator_moves_the_clock_forward_and_never_back() -> None:
    """R-T3"""
    operator = Actor(Party.OPERATOR, user_id=User.objects.create_user("op@example.jp", name="運営").pk)
    before = clock.today()
    demo_clock.move_forward(days=3, by=operator)
    assert clock.today() == before + timedelta(days=3)
    for days in (0, -1):
        with pytest.raises(Refused, match="never_back"):
            demo_clock.move_forward(days=days, by=operator)
    with pytest.raises(Refused, match="operators_only"):
        demo_clock.move_forward(days=1, by=SYSTEM)


@pytest.mark.django_db
def test_one_request_sees_one_moment() -> None:
    with clock.reading():
        moment = clock.now()
        with clock.reading():
            assert clock.now() == moment
    assert clock.now() > moment
