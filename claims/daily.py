"""The daily job: what a day that has begun makes due (R-W12, R-T3, R-T4).

Safe to run twice, at the same time, late, or killed midway: each task looks only at what is still due, dates it with the day
that made it due, and is one change per row. So one run makes up for all that were missed.
"""

from datetime import date

from claims.models import DailyRun
from orders.tasks import settle_deadlines
from qsm.lib import clock


def run(today: date) -> list[date]:
    """Apply all that has become due until `today`, a business day in Tokyo; returns the days that are through with it now.

    These are today and the days since the last one that was, oldest first; none when today was before. At the first time
    ever there is nothing to catch up. Beat ticks it each minute, so that a row at which something failed is tried again.
    """
    with clock.reading():
        for task in TASKS:
            task()
        last = DailyRun.objects.order_by("-day").values_list("day", flat=True).first()
        first = clock.after(last, 1) if last else today
        days = [clock.after(first, place) for place in range((today - first).days + 1)]
        rows = [DailyRun(day=day, finished_at=clock.now()) for day in days]
        DailyRun.objects.bulk_create(rows, ignore_conflicts=True)
        return days


# What each room has that a day makes due.
TASKS = (settle_deadlines,)
