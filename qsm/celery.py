"""The workers' side: `celery -A qsm.celery worker -Q celery,inbox,gateway`, `… worker -Q mail`, `… worker -Q push`, `… beat`.

Truth is in the database. The broker only carries ticks, so it may be lost, frozen or flushed at any time.
"""

import os
from typing import Any

from celery import Celery
from celery.beat import Scheduler as CeleryScheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsm.settings")

from django.conf import settings

app = Celery("qsm")
app.conf.update(
    broker_url=settings.REDIS_URL,
    # A frozen broker must not hang a process for ever; a dead one is waited for.
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 5, "visibility_timeout": 60},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    beat_max_loop_interval=1,
    timezone="Asia/Tokyo",
    beat_schedule={
        "invitations": {
            "task": "qsm.accounts.tasks.send_invitations",
            "schedule": 5.0,
            "options": {"expires": 5, "queue": "mail"},
        },
        "old-submissions": {"task": "qsm.events.tasks.forget_submissions", "schedule": 3600.0},
        "old-sessions": {"task": "qsm.events.tasks.forget_sessions", "schedule": 3600.0},
        "invariants": {"task": "qsm.events.tasks.check_invariants", "schedule": 3600.0, "options": {"expires": 3600}},
        "files": {"task": "orders.tasks.sweep_files", "schedule": 1.0, "options": {"expires": 5}},
        "old-devices": {"task": "messaging.tasks.forget_devices", "schedule": 3600.0},
        "old-files": {"task": "orders.tasks.forget_files", "schedule": 3600.0},
        "unsent-files": {"task": "messaging.tasks.forget_unsent_files", "schedule": 3600.0},
        "daily-job": {"task": "claims.tasks.run_daily", "schedule": 60.0, "options": {"expires": 60}},
        "refunds": {
            "task": "claims.tasks.poll_refunds",
            "schedule": 2.0,
            "options": {"expires": 5, "queue": "gateway"},
        },
        "sweep-penalties": {
            "task": "qsm.events.tasks.sweep",
            "schedule": 5.0,
            "args": ["penalties"],
            "options": {"expires": 5},
        },
    }
    | {
        f"sweep-{consumer}": {
            "task": "qsm.events.tasks.sweep",
            "schedule": 1.0,
            "args": [consumer],
            # Ticks that nobody took are no use once the next ones are here.
            # Each channel has a queue, so that a process can be given to it: -Q celery,inbox, -Q mail and -Q push.
            "options": {"expires": 5, "queue": consumer},
        }
        for consumer in ("inbox", "mail", "push")
    },
    beat_scheduler="qsm.celery:Scheduler",
)
app.autodiscover_tasks()


class Scheduler(CeleryScheduler):
    """Keeps its schedule in memory (a tick more or less does no harm) and shows that it is alive."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, after noting the heartbeat; returns the seconds to sleep."""
        from qsm.events.health import beat

        beat("beat")
        return float(super().tick(*args, **kwargs))
