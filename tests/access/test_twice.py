"""Every unsafe address, sent twice: the second sending does nothing and answers as the first (R-P6).

Generated from the same table as the matrix. Sendings at the same moment, through a real server, are in
tests/service/test_double_click.py.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from pytest_django import DjangoDbBlocker

from qsm.lib import clock
from tests.access.asking import Asked, asked
from tests.access.routes import Route, Who, routes
from tests.access.test_matrix import FORM, may_use, path_of, reaches_theirs
from tests.access.world import Actor, World, build
from tests.taken_back import taken_back

pytestmark = pytest.mark.django_db
BY_PEOPLE = {Who.PERSON, Who.BUYER, Who.MEMBER, Who.WORKER, Who.OWNER}
OURS = [route for route in routes() if route.is_ours and route.who in BY_PEOPLE]
# What the form of an address needs beside FORM, so that it is taken.
FILLED = {
    "my_claims:cancel": {"reason": "found_cheaper"},
    "member_invite": {"email": "new@example.jp", "role": "staff"},
    "member_role": {"role": "viewer"},
}
# What is done here for certain; of all others at least that a second sending changes nothing and says the same.
DONE = {
    "orders:dispatch",
    "orders:plan",
    "claims:reject",
    "my_claims:cancel",
    "my_claims:take_back",
    "messaging:inquire",
    "messaging:write",
    "member_invite",
    "member_role",
    "member_remove",
    "invitation_withdraw",
}
# Rows that any request may touch.
OF_THE_FRAME = {"django_session"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), taken_back(), clock.at(clock.now()):
        yield build()


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.name)
def test_a_form_that_is_sent_twice(route: Route, world: World) -> None:
    """R-P6: one effect, one answer; the same key with other contents is refused and does nothing."""
    actor = next(actor for actor in world.actors if may_use(route, actor) and reaches_theirs(route, actor))
    form = FORM | FILLED.get(route.name, {}) | {"order": str(world.somebodys.free.pk)}
    path = address(route, world)
    with taken_back():
        first = send(actor, path, form)
        if first.status == 405:
            return
        after_one = counts()
        second = send(actor, path, form)
        assert (second.status, second.location) == (first.status, first.location)
        assert counts() == after_one, f"{route.name} did it twice"
        if route.name in DONE:
            assert first.status == 302, f"{route.name} was not done: {first.status}"
            other = send(actor, path, {**form, "text": "something else", "one_more": "field"})
            assert other.status in {404, 422}, f"{route.name}: the key of a form was used for another"
            assert counts() == after_one, f"{route.name}: another form under the same key did something"


def test_all_that_shall_be_done_exists() -> None:
    assert {route.name for route in OURS} >= DONE


def address(route: Route, world: World) -> str:
    """Of the order that no claim holds, where the address is about an order."""
    if route.arguments == ("order_id",):
        order = world.somebodys.unheard if route.name == "my_claims:cancel" else world.somebodys.free
        return path_of(route, world.somebodys).replace(str(world.somebodys.order.pk), str(order.pk))
    return path_of(route, world.somebodys)


def send(actor: Actor, path: str, form: dict[str, str]) -> Asked:
    return asked(actor, "POST", path, form=form)


def counts() -> dict[str, int]:
    """How many rows each table has."""
    tables = {model._meta.db_table: model._base_manager for model in apps.get_models()}
    return {name: rows.count() for name, rows in tables.items() if name not in OF_THE_FRAME}
