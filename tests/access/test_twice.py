"""Every unsafe address, sent twice: the second sending does nothing and answers as the first (R-P6).

Generated from the same table as the matrix. Sendings at the same moment, through a real server, are in
tests/service/test_every_form_twice.py.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from pytest_django import DjangoDbBlocker

from qsm.lib import clock
from tests.access.asking import Asked, asked
from tests.access.ready import FORM, READY, UNDONE
from tests.access.routes import Route, Who, routes
from tests.access.test_matrix import may_use, path_of, reaches_theirs
from tests.access.world import Actor, Things, World, build
from tests.taken_back import taken_back

pytestmark = pytest.mark.django_db
BY_PEOPLE = {Who.PERSON, Who.BUYER, Who.MEMBER, Who.WORKER, Who.OWNER}
OURS = [route for route in routes() if route.is_ours and route.who in BY_PEOPLE]
# Rows that any request may touch.
OF_THE_FRAME = {"django_session"}
KEYS = "events_submission"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), taken_back(), clock.at(clock.now()):
        yield build()


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.name)
def test_a_form_that_is_sent_twice(route: Route, world: World) -> None:
    """R-P6: one effect, one answer; the same key with other contents is refused and does nothing."""
    actor = next(actor for actor in world.actors if may_use(route, actor) and reaches_theirs(route, actor))
    path = address(route, world.somebodys)
    with taken_back():
        entered = READY.get(route.name, lambda _things: {})(world.somebodys)
        form = FORM | {"order": str(world.somebodys.free.pk)} | entered
        first = send(actor, path, form)
        if first.status == 405:
            return
        after_one = counts()
        second = send(actor, path, form)
        assert (second.status, second.location) == (first.status, first.location)
        assert counts() == after_one, f"{route.name} did it twice"
        if route.name in UNDONE:
            return
        assert first.status in {200, 302}, f"{route.name} was not done: {first.status}"
        assert first.written - {KEYS}, f"{route.name} did nothing"
        other = send(actor, path, {**form, "text": "something else", "one_more": "field"})
        assert counts() == after_one, f"{route.name}: another form under the same key did something"
        assert other.status in {200, 404, 422} or KEYS not in first.written, f"{route.name}: {other.status}"


def test_all_that_is_declared_exists() -> None:
    assert {route.name for route in OURS} >= {*READY, *UNDONE}


def address(route: Route, things: Things) -> str:
    """Of the order that no claim holds, where the address is about an order."""
    if route.arguments == ("order_id",):
        order = things.unheard if route.name == "my_claims:cancel" else things.free
        return path_of(route, things).replace(str(things.order.pk), str(order.pk))
    return path_of(route, things)


def send(actor: Actor, path: str, form: dict[str, str]) -> Asked:
    return asked(actor, "POST", path, form=form)


def counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = {model._meta.db_table: model._base_manager for model in apps.get_models()}
    return {name: rows.count() for name, rows in tables.items() if name not in OF_THE_FRAME}
