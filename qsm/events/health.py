"""Is the house in order? For the load balancer, for `dev.py run`, and for whoever is called at night."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from qsm.events.models import Delivery, DeliveryState, Heartbeat
from qsm.lib import clock

SILENT_AFTER = timedelta(seconds=15)
# How long each may be silent; mailer and pusher, as long as the other side may keep them busy.
PROCESSES = {
    "worker": SILENT_AFTER,
    "mailer": SILENT_AFTER + timedelta(seconds=settings.SWEEP_SECONDS),
    "pusher": SILENT_AFTER + timedelta(seconds=settings.SWEEP_SECONDS),
    "beat": SILENT_AFTER,
}
LATE_AFTER = timedelta(seconds=60)


def beat(name: str) -> None:
    """Note in real time that the process `name` is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": clock.real()})


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all is well, else 503: database, broker, the processes, and how many deliveries wait too long."""
    report: dict[str, object] = {"database": _database_answers()}
    report["broker"] = _broker_answers()
    if report["database"]:
        report |= {name: _seen_lately(name) for name in PROCESSES}
        report["backlog"] = _backlog()
    healthy = all(report.get(part) for part in ("database", "broker", *PROCESSES))
    return JsonResponse({"healthy": healthy, **report}, status=200 if healthy else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False


def _seen_lately(name: str) -> bool:
    return Heartbeat.objects.filter(name=name, seen_at__gte=clock.real() - PROCESSES[name]).exists()


def _backlog() -> dict[str, int]:
    pending = Delivery.objects.filter(state=DeliveryState.PENDING)
    late = pending.filter(next_at__lt=clock.real() - LATE_AFTER)
    parked = Delivery.objects.filter(state=DeliveryState.PARKED)
    return {"pending": pending.count(), "late": late.count(), "parked": parked.count()}
