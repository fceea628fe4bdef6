"""The daily job: what a day that has begun makes due, once for each business day (R-W12, R-T3, R-T4).

Safe to run twice, at the same time, late, or killed midway: each task looks only at what is still due, dates it with the day
that made it due, and is one change per row. A day that was missed is caught up by the next run.
"""

from datetime import date

from claims.models import DailyRun
from orders.tasks import settle_deadlines
from qsm.lib import clock


def catch_up() -> list[date]:
    """Run the job of each day since the last that was finished, today's included; returns those days, oldest first.

    At the first time ever there is nothing to catch up: only today's is run.
    """
    with clock.reading():
        today = clock.today()
        last = DailyRun.objects.filter(finished_at__isnull=False).order_by("-day").values_list("day", flat=True).first()
        day = clock.after(last, 1) if last else today
        days = [clock.after(day, place) for place in range((today - day).days + 1)]
        for each in days:
            run(each)
        return days


def run(day: date) -> None:
    """The job of one business day, at its begin in Tokyo or any time later; a second run changes nothing."""
    with clock.reading():
        stamp, _new = DailyRun.objects.get_or_create(day=day)
        for task in TASKS:
            task()
        DailyRun.objects.filter(pk=stamp.pk, finished_at__isnull=True).update(finished_at=clock.now())


# What each room has that a day makes due. R-C8: the orders that should have left after the rejection of a cancel.
TASKS = (settle_deadlines,)
