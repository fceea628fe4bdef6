"""The workers' application whose inbox stops for ever after the item is written and before that is committed."""

from typing import Any

from celery.signals import worker_process_init

from qsm.celery import app
from tests.service.stuck import stop_for_ever

__all__ = ["app"]


@worker_process_init.connect(weak=False)
def stop_in_the_inbox(**_signal: Any) -> None:
    """In each process of the worker, once the rooms have offered their channels."""
    from dataclasses import replace

    from qsm.events import consumers
    from qsm.events.models import Delivery
    from qsm.events.notices import INBOX

    usual = consumers.named(INBOX)

    def deliver(delivery: Delivery) -> str:
        usual.deliver(delivery)
        stop_for_ever()

    consumers.register(replace(usual, deliver=deliver))
