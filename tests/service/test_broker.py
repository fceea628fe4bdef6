"""The broker carries no truth: without it people go on working, and what they did is told later (R-B9)."""

import json
from collections.abc import Callable
from operator import methodcaller

import pytest
from django.db import connection

from messaging.models import InboxItem
from qsm.events.models import Delivery
from tests.factories import requested_cancel
from tests.processes import is_free
from tests.servers import Valkey, wait_for
from tests.service.conftest import OtherWeb, Street
from tests.service.path import all_done, rejected
from tests.service.people import PATIENCE, Person

pytestmark = pytest.mark.service
WORKERS = ("worker", "mailer", "pusher", "beat")
Deed = Callable[[Valkey], None]


def health(street: Street) -> tuple[int, dict[str, object]]:
    answer = Person(street.url, None).get("/healthz")
    return answer.status, json.loads(answer.text)


def without(street: Street, *parts: str) -> bool:
    """Whether the console says 503 and names these parts."""
    status, report = health(street)
    return status == 503 and not any(report[part] for part in parts)


def told_once(street: Street) -> None:
    all_done()
    assert InboxItem.unscoped.count() == Delivery.objects.filter(consumer="inbox").count() == 2
    assert len(street.post.ids) == len(set(street.post.ids)) == 2


@pytest.mark.parametrize(
    ("break_it", "mend_it", "missing"),
    [
        (methodcaller("kill"), methodcaller("start"), ["broker"]),
        (methodcaller("freeze"), methodcaller("thaw"), ["broker", "worker", "mailer", "pusher"]),
    ],
    ids=["is killed", "is frozen until the worker is missed"],
)
def test_the_broker(street: Street, break_it: Deed, mend_it: Deed, missing: list[str]) -> None:
    """R-B9: rejections commit, /healthz names the part, everything is told once the broker is back."""
    claim = requested_cancel()
    all_done()
    wait_for(street.console.healthy, PATIENCE)
    break_it(street.broker)
    rejected(street.url, claim)
    wait_for(lambda: without(street, *missing), PATIENCE)
    assert health(street)[1]["database"]
    mend_it(street.broker)
    told_once(street)
    wait_for(street.console.healthy, PATIENCE)


def test_the_broker_is_emptied(street: Street) -> None:
    """R-B9: lost ticks are made up by the next."""
    claim = requested_cancel()
    all_done()
    street.broker.flush()
    rejected(street.url, claim)
    street.broker.flush()
    told_once(street)
    wait_for(street.console.healthy, PATIENCE)


def test_nobody_is_at_work(street: Street) -> None:
    """R-B9: the notices wait, /healthz counts them and names who is missing; new processes deliver them."""
    claim = requested_cancel()
    all_done()
    for name in WORKERS:
        street.console.kill(name)
    rejected(street.url, claim)
    wait_for(lambda: without(street, *WORKERS), PATIENCE)
    assert health(street)[1]["backlog"] == {"pending": 3, "late": 0, "parked": 0}
    for name in WORKERS:
        street.console.start(name)
    told_once(street)
    wait_for(street.console.healthy, PATIENCE)


def test_the_database_is_gone(other_web: OtherWeb) -> None:
    """R-B9: 503 names the part, though nothing can be read."""
    gone = {"postgresql": "postgres://qsm@127.0.0.1:1/qsm", "sqlite": "sqlite:////nowhere/qsm.sqlite3"}
    console = other_web(DATABASE_URL=gone[connection.vendor])
    console.processes["web"].start()
    wait_for(lambda: not is_free(console.port), PATIENCE)
    answer = Person(console.url, None).get("/healthz")
    assert (answer.status, json.loads(answer.text)["database"]) == (503, False)
    member = Person(console.url, None)
    member.cookies["sessionid"] = "of-somebody-who-was-logged-in"
    page = member.get("/orders/")
    assert (page.status, "Something failed here" in page.prose) == (500, True)
