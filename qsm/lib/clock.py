"""Business time: the only module that reads the host's clock (R-T1, R-T2, R-T3).

Business time is Asia/Tokyo, whatever the host's zone. Moments are aware and in UTC; days are `date`s of Tokyo.
A deadline is kept as the *exclusive* instant: the first moment at which it has passed, midnight in Tokyo.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import jpholiday

JST = ZoneInfo("Asia/Tokyo")
SATURDAY = 5


class Reading(NamedTuple):
    """What turns the host's clock into business time: days moved forward in demo mode, and a floor in UTC."""

    days_forward: int = 0
    not_before: datetime | None = None


_source: Callable[[], Reading] = Reading
_fixed: ContextVar["_Moment | None"] = ContextVar("business_moment", default=None)


class _Moment:
    """One reading: of the clock when somebody first asks, or given."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment

    def get(self) -> datetime:
        if self.moment is None:
            self.moment = _read()
        return self.moment


def read_from(source: Callable[[], Reading]) -> None:
    """Let `source` say how business time differs from the host's clock (`qsm.events` keeps it in the database)."""
    global _source
    _source = source


def real() -> datetime:
    """The host's clock in UTC: for sessions, keys, leases and retries, never for a rule (R-T3)."""
    return datetime.now(UTC)


def now() -> datetime:
    """The business moment in UTC: one reading for a whole request or change, see `reading`.

    In demo mode it runs some days ahead; it never falls behind the last recorded moment (R-T3).
    """
    fixed = _fixed.get()
    return fixed.get() if fixed else _read()


def _read() -> datetime:
    days_forward, not_before = _source()
    moment = real() + timedelta(days=days_forward)
    return max(moment, not_before) if not_before else moment


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Business time stands still at `moment` (aware) for this block."""
    token = _fixed.set(_Moment(moment.astimezone(UTC)))
    try:
        yield moment
    finally:
        _fixed.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """Read the clock once at most: all in this block see the same moment. Inside another reading it is that one."""
    token = _fixed.set(_fixed.get() or _Moment())
    try:
        yield
    finally:
        _fixed.reset(token)


@contextmanager
def anew() -> Iterator[None]:
    """A reading of its own, also inside another one: after the demo clock has moved, and for a job of many changes."""
    token = _fixed.set(_Moment())
    try:
        yield
    finally:
        _fixed.reset(token)


def today() -> date:
    """The business day: the date in Tokyo (R-T1)."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date in Tokyo of an aware moment."""
    return moment.astimezone(JST).date()


def start_of(day: date) -> datetime:
    """The first moment, in UTC, of a day in Tokyo."""
    return datetime.combine(day, time.min, JST).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment, in UTC, after a day in Tokyo: the exclusive instant of a deadline on that day."""
    return start_of(day + timedelta(days=1))


def last_day(first: date, days: int) -> date:
    """The last day of a period of `days` days that counts its first day (R-T2): 7 days from 7/29 end on 8/4.

    Raises ValueError for less than one day.
    """
    if days < 1:
        raise ValueError(f"a period has one day at least, not {days}")
    return first + timedelta(days=days - 1)


def after(day: date, days: int) -> date:
    """The day that comes `days` days after a day; before it, for a negative number."""
    return day + timedelta(days=days)


@lru_cache(maxsize=4096)
def business_day(first: date, number: int) -> date:
    """The `number`-th Japanese business day of a period that starts on `first` and counts it, if it is one (R-T2, R-O8).

    Saturdays, Sundays and public holidays are none. Raises ValueError for a number below 1.
    """
    if number < 1:
        raise ValueError(f"business days are counted from 1, not {number}")
    day = first
    while (number := number - is_business_day(day)) > 0:
        day += timedelta(days=1)
    return day


def business_days(first: date, last: date) -> int:
    """How many Japanese business days there are from `first` to `last`, both counted; 0 when `last` is before (R-O8)."""
    return sum(is_business_day(first + timedelta(days=place)) for place in range((last - first).days + 1))


def is_business_day(day: date) -> bool:
    """Whether people work in Japan on this day: no Saturday, Sunday or public holiday."""
    return day.weekday() < SATURDAY and not jpholiday.is_holiday(day)


def last_day_before(deadline: datetime) -> date:
    """The last day in Tokyo on which an exclusive instant has not passed."""
    return day_of(deadline - timedelta(microseconds=1))


def hours_left(deadline: datetime) -> int:
    """Whole hours from now to an exclusive instant, the begun hour counted; 0 once it has passed."""
    return max(0, -((now() - deadline) // timedelta(hours=1)))
