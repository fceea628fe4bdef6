"""What beat ticks. No message of the broker carries truth: a lost tick is made up by the next."""

from datetime import timedelta
from importlib import import_module

import structlog
from celery import shared_task
from django.conf import settings

from qsm.events import deliveries
from qsm.events.health import beat as heartbeat
from qsm.events.invariants import violations
from qsm.events.models import Submission
from qsm.events.notices import MAIL, PUSH
from qsm.lib import clock

log = structlog.get_logger(__name__)
# Who sweeps what: a mail server or a push service that does not answer must hold up nothing but its own.
PROCESSES = {MAIL: "mailer", PUSH: "pusher"}
KEPT_FOR = timedelta(days=7)


@shared_task(ignore_result=True, soft_time_limit=settings.SWEEP_SECONDS)
def sweep(consumer: str) -> None:
    """Do the due deliveries of one consumer, and show that the process that does them is alive.

    At the limit the delivery at hand fails like any other, before its lease ends and somebody else takes it.
    """
    heartbeat(PROCESSES.get(consumer, "worker"))
    deliveries.sweep(consumer)


@shared_task(ignore_result=True)
def check_invariants() -> None:
    """What must always hold, over all rows: what does not is an error in the log."""
    for broken in violations():
        log.error("invariant_broken", what=broken)


@shared_task(ignore_result=True)
def forget_submissions() -> None:
    """Forms that were sent some days ago are not sent again: their keys need not be known any longer."""
    Submission.objects.filter(made_at__lt=clock.real() - KEPT_FOR).delete()


@shared_task(ignore_result=True)
def forget_sessions() -> None:
    """Log-ins that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
