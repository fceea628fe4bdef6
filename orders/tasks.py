"""The deadlines of orders that nobody touched (R-T4)."""

from celery import shared_task

from orders import deadlines
from orders.lifecycle import settle
from orders.models import Order
from qsm.accounts.access import SYSTEM
from qsm.events.door import change
from qsm.lib import clock


@shared_task(ignore_result=True)
def settle_deadlines() -> None:
    """Apply every deadline that has passed, one door per order; twice, late or killed midway does no harm."""
    with clock.reading():
        for order in Order.unscoped.filter(deadlines.passed()).order_by("pk"):
            with change(SYSTEM):
                settle(order=order)
