"""Days in Tokyo (R-T1) as conditions on columns of days or of moments."""

from datetime import date, datetime

from django.db.models import DateTimeField, Model, Q

from qsm.lib import clock
from qsm.lib.grid.paths import field_at

# Days that people can ask for: far enough, and far from where the calendar of a machine ends.
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


def since(model: type[Model], path: str, day: date) -> Q:
    """Rows of `model` that lie on a day or after it."""
    if isinstance(field_at(model, path), DateTimeField):
        return Q((f"{path}__gte", clock.start_of(day)))
    return Q((f"{path}__gte", day))


def until(model: type[Model], path: str, day: date) -> Q:
    """Rows of `model` that lie on a day or before it."""
    if isinstance(field_at(model, path), DateTimeField):
        return Q((f"{path}__lt", clock.end_of(day)))
    return Q((f"{path}__lte", day))


def parse_day(text: str) -> date | None:
    """The day of an `<input type="date">`, or None for anything else."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
