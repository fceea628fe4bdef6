"""Every address × method × person × row: what belongs to somebody else is like what does not exist (R-A1, R-A2).

Generated from the URL resolver and the admin's registry. In a path, in a query and in a body, somebody's number and
nobody's get the same answer, byte for byte; strangers write nothing and see nothing of another's.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from qsm.lib import clock
from tests.access.asking import Asked, ask
from tests.access.ready import FORM
from tests.access.routes import ROUTES, Route, Who, routes
from tests.access.world import NO_COLUMN_HOLDS, NOBODYS, ROWS, SOMEBODYS, Actor, Things, World, build
from tests.taken_back import taken_back

pytestmark = pytest.mark.django_db
GET_AND_POST = ("GET", "POST")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NUMBERS = re.compile(
    rf"[\da-f]{{8}}(-[\da-f]{{4}}){{3}}-[\da-f]{{12}}|{SOMEBODYS // 100}\d\d|{NOBODYS}|{NO_COLUMN_HOLDS}"
)
LENGTH = re.compile(r"(?<='Content-Length', ')\d+")
# Names that carry no row.
OF_THE_FRAME = {"csrfmiddlewaretoken", "key", "seen", "next"}
LET_IN = {200, 302, 405, 409, 422, 503}
WHO_MAY = {
    Who.MEMBER: {"owner", "staff", "viewer"},
    Who.WORKER: {"owner", "staff"},
    Who.OWNER: {"owner"},
}
ALL = routes()
each_route = pytest.mark.parametrize("route", ALL, ids=lambda route: route.name)
# Who is let in does not depend on the database, and everybody at every address takes minutes.
on_one_database = pytest.mark.postgres_only


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all tests, since what they ask for is taken back."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), taken_back(), quick, clock.at(clock.now()):
        yield build()


def test_every_route_is_declared() -> None:
    """R-A1: nobody adds an address without saying who may use it."""
    undeclared = [route.name for route in ALL if route.who is None]
    assert not undeclared, f"Say in ROUTES of tests/access/routes.py who may use {undeclared}"
    gone = sorted(set(ROUTES) - {route.name for route in ALL})
    assert not gone, f"There is no such address any more; take it out of ROUTES in tests/access/routes.py: {gone}"
    unknown = sorted({argument for route in ALL for argument in route.arguments} - set(ROWS))
    assert not unknown, f"Say in ROWS of tests/access/world.py which row these arguments of paths name: {unknown}"


@on_one_database
@each_route
def test_strangers(route: Route, world: World) -> None:
    """R-A1, R-A2: led to the log-in, forbidden, or as if it did not exist; nothing is written, nothing shown."""
    for actor in world.actors:
        if may_use(route, actor) and (reaches_theirs(route, actor) or not route.rows):
            continue
        if actor.is_theirs and route.who is Who.OPERATOR:
            continue  # there, whose rows they are makes no difference
        for method in METHODS if route.is_ours else GET_AND_POST:
            somebodys = ask(actor, method, path_of(route, world.somebodys), form=FORM)
            where = f"{method} {route.name} by {actor.name}: {somebodys.status}"
            assert not somebodys.written, f"{where} wrote to {somebodys.written}"
            if may_look(route, actor):
                assert somebodys.status < 500, where
                continue
            assert is_turned_away(route, actor, somebodys), where
            assert actor.is_theirs or not somebodys.shows_the_marker, where
            for absent in (NOBODYS, NO_COLUMN_HOLDS) if route.rows else ():
                nobodys = ask(actor, method, path_of(route, world.somebodys, absent), form=FORM)
                assert alike(somebodys, nobodys), f"{where} differs for a row that does not exist"


@on_one_database
@pytest.mark.parametrize("route", [route for route in ALL if route.is_ours], ids=lambda route: route.name)
def test_numbers_in_query_and_body(route: Route, world: World) -> None:
    """R-A1: whatever a view looks up there, somebody's number does what nobody's does."""
    for actor in world.actors:
        if actor.is_theirs or not may_use(route, actor) or (route.rows and not actor.own):
            continue
        path = path_of(route, actor.own)
        for method in GET_AND_POST:
            for name in sorted(ask(actor, method, path, form=FORM).looked_up - OF_THE_FRAME):
                somebodys, nobodys = (sent(actor, method, path, name, number) for number in (SOMEBODYS, NOBODYS))
                where = f"{name} in {method} {route.name} by {actor.name}: {somebodys.status}"
                assert somebodys.status != 500, where
                assert not somebodys.shows_the_marker, where
                assert alike(somebodys, nobodys), f"{where} differs for a row that does not exist"


@each_route
def test_those_who_may(route: Route, world: World) -> None:
    """R-A2: the table is no wall; those whom it names are let in, to their own rows."""
    for actor in world.actors:
        if not may_use(route, actor) or (route.rows and not reaches_theirs(route, actor)):
            continue
        path = path_of(route, actor.own)
        got, posted = ask(actor, "GET", path), ask(actor, "POST", path, form=FORM)
        where = f"{route.name} by {actor.name}: {got.status}, {posted.status}"
        assert 500 not in {got.status, posted.status}, where
        assert route.who is Who.ANYBODY or not is_log_in(got), where
        if route.is_ours and "suspended" not in actor.name:
            assert {got.status, posted.status} <= LET_IN, where


def test_the_matrix_sees_what_it_looks_for(world: World) -> None:
    """R-A1: the negative control; its owner's page differs from nobody's, and an action of its buyer writes."""
    owner, buyer = (next(actor for actor in world.actors if actor.name == f"their {who}") for who in ("owner", "buyer"))
    page, take_back = (
        Route("orders:page", ("order_id",), Who.MEMBER, True),
        reverse("my_claims:take_back", args=[SOMEBODYS]),
    )
    own = ask(owner, "GET", path_of(page, owner.own))
    assert own.shows_the_marker
    assert not alike(own, ask(owner, "GET", path_of(page, owner.own, NOBODYS)))
    taken = ask(buyer, "POST", take_back, form=FORM)
    assert (taken.status, "claims_claim" in taken.written, "seen" in taken.looked_up) == (302, True, True)
    assert ask(buyer, "POST", take_back, form=FORM).status == 302  # the first one has been taken back


def may_use(route: Route, actor: Actor) -> bool:
    """Whether this person gets as far as asking for a row."""
    match route.who:
        case Who.ANYBODY:
            return True
        case Who.PERSON | Who.BUYER:
            return actor.name != "anonymous"
        case Who.OPERATOR:
            return "operator" in actor.roles and not route.needs_permission
        case _:
            return bool(WHO_MAY.get(route.who, set()) & actor.roles) if route.who else False


def reaches_theirs(route: Route, actor: Actor) -> bool:
    """Whether the rows in question are this person's own on this side: a shop's member is not its buyer."""
    return actor.is_theirs and (route.who is Who.BUYER) == ("buyer" in actor.roles)


def may_look(route: Route, actor: Actor) -> bool:
    return route.who is Who.OPERATOR and "looker" in actor.roles


def path_of(route: Route, things: Things | None, number: int | None = None) -> str:
    """The path with the ids of these things, or with a number in the place of each."""
    values = {name: ROWS[name](things, route.name) for name in route.arguments}
    if number is not None:
        values = {name: in_place_of(value, number) for name, value in values.items()}
    return reverse(route.name, kwargs=values)


def in_place_of(value: object, number: int) -> object:
    if isinstance(value, UUID):
        return UUID(int=number)
    return number if isinstance(value, int) else value


def is_turned_away(route: Route, actor: Actor, asked: Asked) -> bool:
    """A refusal, the log-in, or the page that an action belongs to, where the same question is asked again."""
    led_on = asked.status == 302 and not asked.location.startswith("/accounts/")
    log_in = is_log_in(asked) and (actor.name == "anonymous" or route.who is Who.OPERATOR)
    return asked.status in {401, 403, 404, 405} or log_in or led_on


def is_log_in(asked: Asked) -> bool:
    return asked.status == 302 and asked.location.startswith(("/accounts/login/", "/admin/login/?next=/"))


def sent(actor: Actor, method: str, path: str, name: str, number: int) -> Asked:
    """The question with one more name in its query, or with this value in its body."""
    if method == "GET":
        return ask(actor, method, f"{path}?{urlencode({name: number})}")
    return ask(actor, method, path, form={**FORM, name: str(number)})


def alike(somebodys: Asked, nobodys: Asked) -> bool:
    """Whether nobody can tell them apart, but for the number that was asked for and the length of it."""
    plain, other = (NUMBERS.sub("#", LENGTH.sub("", str(asked.seen()))) for asked in (somebodys, nobodys))
    return plain == other
