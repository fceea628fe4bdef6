"""Where business time comes from: the host's clock, the demo clock's days, and the last recorded moment (R-T3).

What has to happen at a deadline, each room says in its `daily.py`: `run(day)` applies every deadline that has passed on the
business day `day`. Beat calls the same.
"""

import time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.models import DemoClock, Event
from qsm.events.rooms import said_by_rooms
from qsm.lib import clock
from qsm.lib.clock import Reading
from qsm.lib.machine import Refused

# Every page asks; how far the clock runs ahead changes a few times a day at most.
FRESH_SECONDS = 1.0
MOST_DAYS = 90
_kept: tuple[float, Reading] | None = None


def read_clock() -> Reading:
    """The days that business time runs ahead, and the moment of the last event as its floor; at most a second old."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > FRESH_SECONDS:
        _kept = (time.monotonic(), _from_database())
    return _kept[1]


def _from_database() -> Reading:
    """Outside demo mode no row of a copied database makes the clock run ahead."""
    days = DemoClock.objects.filter(pk=1).values_list("days_forward", flat=True).first() if settings.DEMO else 0
    last = Event.objects.for_actor(SYSTEM).order_by("-pk").values_list("recorded_at", flat=True).first()
    return Reading(days or 0, last)


def forget() -> None:
    """Let the next reading come from the database."""
    global _kept
    _kept = None


def move_forward(*, days: int, by: Actor) -> int:
    """An operator moves the training copy's clock; returns how many days it runs ahead in all.

    Day by day, and each day's job runs before the next one comes, so that every deadline passes on its own day.
    days: 1 to 90. Raises Refused `clock.demo_only`, `clock.operators_only`, `clock.never_back`, `clock.too_far` (R-T3).
    """
    if not settings.DEMO:
        raise Refused("clock.demo_only", _("Only the clock of a training copy can be moved."))
    if by.party is not Party.OPERATOR:
        raise Refused("clock.operators_only", _("Only an operator can move the clock. Ask one to do it."))
    if days < 1:
        raise Refused("clock.never_back", _("The clock can only move forward. Enter one day or more."), field="days")
    if days > MOST_DAYS:
        raise Refused("clock.too_far", _("Move the clock by 90 days at most at once."), field="days")
    for _day in range(days):
        ahead = _one_day()
    return ahead


def _one_day() -> int:
    with transaction.atomic(durable=True):
        row, _made = DemoClock.objects.select_for_update().get_or_create(pk=1)
        row.days_forward += 1
        row.save(update_fields=["days_forward"])
    forget()
    with clock.anew():
        run_day()
    return row.days_forward


def run_day() -> None:
    """What every room has to do today; doing it twice does no harm."""
    for run in said_by_rooms("daily", "run"):
        run(clock.today())
