"""Every address × every value that it reads: a NUL, a huge number, a huge text; and every unsafe one without its token.

Generated from the same table as the matrix: what a view looks up in query and body is found by asking it once.
"""

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker

from qsm.lib import clock
from tests.access.asking import ask
from tests.access.ready import FORM
from tests.access.routes import Route, Who
from tests.access.test_matrix import ALL, GET_AND_POST, may_use, path_of, reaches_theirs
from tests.access.world import NO_COLUMN_HOLDS, ROWS, Actor, World, build
from tests.factories import UserFactory
from tests.taken_back import taken_back

pytestmark = pytest.mark.django_db
NUL, HUGE, LONG = "a\0b", str(NO_COLUMN_HOLDS), "傘" * 20_000
# Django's autocomplete widget looks up what was sent once more to draw it again, and SQLite takes no such number.
FAILS_IN_DJANGO = {("admin:orders_product_add", "POST")}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
each_route = pytest.mark.parametrize("route", ALL, ids=lambda route: route.name)
# Whether the house is in order reads nothing, and without a broker beside these tests it says 503.
each_that_reads = pytest.mark.parametrize(
    "route", [route for route in ALL if route.name != "healthz"], ids=lambda route: route.name
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), taken_back(), quick, clock.at(clock.now()):
        yield build()


@pytest.fixture(scope="module")
def operator(world: World) -> Actor:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return Actor("an operator who may do all", client, frozenset({"operator"}), world.somebodys)


@each_that_reads
def test_no_value_makes_an_address_fail(route: Route, world: World, operator: Actor) -> None:
    """R-A1, API fuzz of quality.md: 0 answers from 500 on; a NUL is malformed wherever it stands."""
    actor = who_may(route, world, operator)
    path = path_of(route, world.somebodys)
    for method in GET_AND_POST:
        names = sorted(ask(actor, method, path, form=FORM).looked_up - {"csrfmiddlewaretoken"})
        # Of the libraries' addresses all at once: each name by itself is theirs to try.
        for name in names if route.is_ours else ():
            assert sent(actor, method, path, {name: HUGE}) < 500, f"huge {name} in {method} {route.name}"
        if (route.name, method) not in FAILS_IN_DJANGO:
            assert sent(actor, method, path, dict.fromkeys(names, HUGE)) < 500, f"huge numbers in {method} {route.name}"
        assert sent(actor, method, path, dict.fromkeys(names, LONG)) < 500, f"long texts in {method} {route.name}"
        # What is malformed is turned away in front of every view: one name says it for all.
        assert not names or sent(actor, method, path, {names[0]: NUL}) == 400, f"a NUL in {method} {route.name}"


def sent(actor: Actor, method: str, path: str, values: dict[str, str]) -> int:
    """How the address answers."""
    if method == "GET":
        return ask(actor, method, f"{path}?{urlencode(values)}").status
    return ask(actor, method, path, form={**FORM, **values}).status


@pytest.mark.parametrize("text", [NUL, HUGE, "傘" * 500])
def test_no_text_in_a_path_makes_an_address_fail(text: str, world: World, operator: Actor) -> None:
    """R-A1"""
    for route in ALL:
        values = {name: ROWS[name](world.somebodys, route.name) for name in route.arguments}
        for name in (name for name, value in values.items() if isinstance(value, str)):
            with suppress(NoReverseMatch):  # where the pattern itself turns it away
                path = reverse(route.name, kwargs={**values, name: text})
                status = ask(who_may(route, world, operator), "GET", path).status
                assert status < 500, f"{name} in the path of {route.name}: {status}"


@each_route
def test_nothing_is_changed_without_the_token_of_a_page_of_ours(route: Route, world: World, operator: Actor) -> None:
    """ASVS, CSRF: every unsafe method without the token is turned away, whoever asks."""
    actor = who_may(route, world, operator)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = actor.client.cookies
    for method in UNSAFE:
        answer = getattr(strict, method.lower())(path_of(route, world.somebodys), FORM if method == "POST" else "")
        assert answer.status_code == 403, f"{method} {route.name}: {answer.status_code}"


def who_may(route: Route, world: World, operator: Actor) -> Actor:
    """Somebody who gets as far as the view's own reading."""
    if route.who is Who.OPERATOR:
        return operator
    return next(actor for actor in world.actors if may_use(route, actor) and reaches_theirs(route, actor))
