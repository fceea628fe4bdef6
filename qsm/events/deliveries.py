"""The sweep: claims due deliveries one by one and does them. Many sweeps may run at once, be killed, or come late.

Killed between claiming and doing: the lease ends and the delivery is due again. Killed between doing and noting it:
what lies in our database was rolled back with the note; what went outside goes out again under the same id (R-B9).
"""

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from qsm.events import consumers
from qsm.events.consumers import TryLater
from qsm.events.models import Delivery, DeliveryState
from qsm.lib import clock

log = structlog.get_logger(__name__)
LONGEST_PAUSE = 3600.0
# A worker's processes serve all consumers in turn: one whose other side is slow must not keep them from the rest.
LONGEST_SWEEP = 5.0


def sweep(consumer: str, seconds: float = LONGEST_SWEEP) -> int:
    """Do what is due for one consumer, beginning nothing after so many seconds; returns how many were done.

    The first failure ends it: where a server does not answer, the others would wait for it in vain too.
    """
    until = time.monotonic() + seconds
    done = 0
    while time.monotonic() < until and (delivery := _claim(consumer)) and _attempt(delivery):
        done += 1
    return done


def try_again(rows: QuerySet[Delivery]) -> int:
    """What failed among these becomes due at once, with all its attempts before it; returns how many.

    Failed: parked, refused at an attempt so far, or ended with a remark, for an address may be known by now.
    """
    failed = rows.filter(Q(state=DeliveryState.PARKED) | ~Q(error="") | ~Q(remark=""))
    return failed.update(
        state=DeliveryState.PENDING, attempts=0, next_at=clock.real(), done_at=None, error="", remark=""
    )


def _claim(consumer: str) -> Delivery | None:
    now = clock.real()
    with transaction.atomic(durable=True):
        due = Delivery.objects.filter(consumer=consumer, state=DeliveryState.PENDING, next_at__lte=now)
        delivery = due.select_for_update(skip_locked=True).order_by("next_at", "pk").first()
        if delivery:
            delivery.attempts += 1
            delivery.next_at = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
            delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _attempt(delivery: Delivery) -> bool:
    consumer = consumers.named(delivery.consumer)
    try:
        if consumer.exactly_once:
            with transaction.atomic(durable=True):
                _finish(delivery, consumer.deliver(delivery))
        else:
            _finish(delivery, consumer.deliver(delivery))
    except Exception as failure:  # whatever a channel meets, the delivery must not be lost
        _postpone(delivery, failure)
        return False
    return True


def _finish(delivery: Delivery, remark: str) -> None:
    pending = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING)
    pending.update(state=DeliveryState.DONE, done_at=clock.real(), error="", remark=remark)


def _postpone(delivery: Delivery, failure: Exception) -> None:
    """Try again after a pause that doubles, or a longer one that was asked for; park it for an operator after the last."""
    log.warning("delivery_failed", delivery=delivery.pk, attempts=delivery.attempts, exc_info=failure)
    parked = delivery.attempts >= settings.DELIVERY_ATTEMPTS
    asked = failure.pause if isinstance(failure, TryLater) else 0
    pause = timedelta(seconds=min(max(2**delivery.attempts, asked), LONGEST_PAUSE))
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING).update(
        state=DeliveryState.PARKED if parked else DeliveryState.PENDING,
        next_at=clock.real() + pause,
        error=f"{type(failure).__name__}: {failure}"[:2000],
    )
