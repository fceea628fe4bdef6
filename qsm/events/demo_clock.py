"""Where business time comes from: the host's clock, the demo clock's days, and the last recorded moment (R-T3)."""

import time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.models import DemoClock, Event
from qsm.lib.clock import Reading
from qsm.lib.machine import Refused

# Every page asks; how far the clock runs ahead changes a few times a day at most.
FRESH_SECONDS = 1.0
_kept: tuple[float, Reading] | None = None


def read_clock() -> Reading:
    """The days that business time runs ahead, and the moment of the last event as its floor; at most a second old."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > FRESH_SECONDS:
        _kept = (time.monotonic(), _from_database())
    return _kept[1]


def _from_database() -> Reading:
    days = DemoClock.objects.filter(pk=1).values_list("days_forward", flat=True).first()
    last = Event.objects.for_actor(SYSTEM).order_by("-pk").values_list("recorded_at", flat=True).first()
    return Reading(days or 0, last)


def forget() -> None:
    """Let the next reading come from the database."""
    global _kept
    _kept = None


def move_forward(*, days: int, by: Actor) -> int:
    """An operator moves the training copy's clock; returns how many days it runs ahead in all.

    days: 1 or more. Raises Refused `clock.operators_only` and `clock.never_back` (R-T3).
    """
    if by.party is not Party.OPERATOR:
        raise Refused("clock.operators_only", _("Only an operator can move the clock. Ask one to do it."))
    if days < 1:
        raise Refused("clock.never_back", _("The clock can only move forward. Enter one day or more."))
    with transaction.atomic(durable=True):
        row, _made = DemoClock.objects.select_for_update().get_or_create(pk=1)
        row.days_forward += days
        row.save(update_fields=["days_forward"])
    forget()
    return row.days_forward
