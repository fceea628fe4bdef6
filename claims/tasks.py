"""What beat ticks. A lost tick is made up by the next."""

from celery import shared_task

from claims import daily, refunds
from qsm.lib import clock


@shared_task(ignore_result=True)
def poll_refunds() -> None:
    """Ask the gateway about refunds that are due (R-M1)."""
    refunds.poll()


@shared_task(ignore_result=True)
def run_daily() -> None:
    """The daily job, as soon as a new day has begun, and again for what was left (R-W12)."""
    daily.run(clock.today())
