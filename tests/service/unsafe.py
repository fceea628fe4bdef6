"""The console with its locks taken away: what a checker of races must be able to see fail.

Rows are read without a lock, on SQLite before BEGIN; nobody compares the version that was seen; the UPDATE has no
condition; and between reading and writing there is time for somebody else.
"""

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from types import FunctionType, SimpleNamespace
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.urls import get_resolver

ROOMS = ("claims.", "messaging.", "orders.", "qsm.")
TIME_FOR_SOMEBODY_ELSE = 0.5  # seconds; much more than a slow machine needs to hand on four requests


def application() -> WSGIHandler:
    """The usual application on an unsafe door."""
    handler = get_wsgi_application()
    from qsm.events import door

    unsafe: dict[Any, Any] = {door.lock: lock, door.unchanged: unchanged, door.move: move}
    get_resolver().url_patterns  # every room is loaded by now  # noqa: B018
    for room in [module for name, module in sys.modules.items() if name.startswith(ROOMS)]:
        for name, value in [*vars(room).items()]:
            if isinstance(value, FunctionType) and value in unsafe:
                setattr(room, name, unsafe[value])
    if connection.vendor == "sqlite":
        door.transaction = SimpleNamespace(atomic=no_transaction)  # type: ignore[assignment]
    return handler


def no_transaction(**_options: bool) -> AbstractContextManager[None]:
    """Every statement by itself, as before BEGIN."""
    return nullcontext()


def lock(model: type[models.Model], *ids: int) -> list[models.Model]:
    """The rows as they are now; they may be others before they are written."""
    rows = list(model.unscoped.filter(pk__in=ids).order_by("pk"))  # type: ignore[attr-defined]
    time.sleep(TIME_FOR_SOMEBODY_ELSE)
    return rows


def unchanged(_subject: Any, _seen: int) -> None:
    """Whatever was seen will do."""


def move(subject: Any, machine: Any, action: str, *, by: Any, seen: int, data: Any = None, **columns: Any) -> Any:
    """Take the transition that was legal when the row was read."""
    from qsm.events.door import record

    edge = machine.check(subject, action, by.party)
    before = subject.state
    columns |= {"state": edge.target_from(before), "version": seen + 1}
    columns.pop("occurred_at", None)
    type(subject).unscoped.filter(pk=subject.pk).update(**columns)
    for name, value in columns.items():
        setattr(subject, name, value)
    return record(edge.event, subject, by=by, before=before, data=data)
