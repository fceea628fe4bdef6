"""The deadlines of orders that nobody touched (R-T4), and files on their way in."""

import structlog
from celery import shared_task

from orders import deadlines, file_runs
from orders.lifecycle import settle
from orders.models import Order
from qsm.accounts.access import SYSTEM
from qsm.events.door import change
from qsm.lib import clock

log = structlog.get_logger(__name__)


def settle_deadlines() -> None:
    """Apply every deadline that has passed, one door per order; twice, late or killed midway does no harm.

    An order at which something fails is left for the next run and keeps nobody waiting.
    """
    with clock.reading():
        for order in Order.unscoped.filter(deadlines.passed()).order_by("pk"):
            try:
                with change(SYSTEM):
                    settle(order=order)
            except Exception:
                log.exception("deadline_failed", order=order.pk)


@shared_task(ignore_result=True)
def sweep_files() -> None:
    """Read and take the files that wait; the broker carries no truth, so a lost tick is made up by the next (R-O6)."""
    file_runs.sweep()


@shared_task(ignore_result=True)
def forget_files() -> None:
    """Files on which nobody decided, and what was said of lines long ago."""
    file_runs.forget()
