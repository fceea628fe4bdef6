"""Every address that changes something, sent twice at the same moment through the real server: one effect (R-P6).

Generated from the table of routes, so that a new address is covered by being declared. Sendings one after the other are in
tests/access/test_twice.py.
"""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from messaging.announcements.models import Announcement
from qsm.accounts.models import Role
from qsm.lib import clock
from tests.access.ready import FORM, READY, UNDONE
from tests.access.routes import Route, Who
from tests.access.test_twice import BY_PEOPLE, OURS, address
from tests.access.world import Things
from tests.factories import MemberFactory, SellerFactory, UserFactory
from tests.service.conftest import Street
from tests.service.people import Answer, Person, at_once

pytestmark = pytest.mark.service
OF_THE_FRAME = {"django_session"}


class Stage:
    """A shop and a buyer of their own, about to send the form of an address."""

    def __init__(self, url: str, route: Route) -> None:
        seller, buyer = SellerFactory(), UserFactory()
        self.things = Things.made(seller, buyer, str(638_100_000 + seller.pk), "ただの傘")
        user = buyer if route.who is Who.BUYER else MemberFactory(seller=seller, role=Role.OWNER).user
        self.person, self.path = Person(url, user), address(route, self.things)
        entered = {"order": str(self.things.free.pk), **READY.get(route.name, lambda _things: {})(self.things)}
        self.person.get(reverse("my"))
        self.form = {**FORM, **entered, "csrfmiddlewaretoken": self.person.cookies[settings.CSRF_COOKIE_NAME]}

    def send(self, **other: str) -> Answer:
        return self.person.post(self.path, {**self.form, **other})


def rows() -> dict[str, list[Any]]:
    """All there is, by table."""
    tables = {model._meta.db_table: model._base_manager.order_by("pk") for model in apps.get_models()}
    return {name: [*found.values_list()] for name, found in tables.items() if name not in OF_THE_FRAME}


@pytest.fixture
def url(street: Street) -> str:
    """Of a web server without workers, so that nothing happens but what is sent; they run again for the next test."""
    for name, process in street.console.processes.items():
        if name != "web":
            process.kill()
    return street.url


def effect(before: dict[str, list[Any]]) -> dict[str, int]:
    """In which tables something is other than it was, and how many rows more these have."""
    return {name: len(now) - len(before[name]) for name, now in rows().items() if now != before[name]}


def unsafe(url: str) -> list[Route]:
    """The addresses that something can be sent to, found by sending nothing."""
    stages = {who: Stage(url, Route("my", (), who, True)) for who in BY_PEOPLE}
    found = []
    for route in OURS:
        stage = stages[route.who or Who.PERSON]
        form = {"csrfmiddlewaretoken": stage.form["csrfmiddlewaretoken"]}
        if stage.person.post(address(route, stage.things), form).status != 405:
            found.append(route)
    return found


def test_a_double_click_has_one_effect_at_every_address(url: str) -> None:
    """R-P6: two at once do what one does, and say it; the same key with other contents is refused and does nothing."""
    Announcement.objects.create(published_at=clock.now())
    undone = set()
    for route in unsafe(url):
        one, two = Stage(url, route), Stage(url, route)
        before = rows()
        answer = one.send()
        done, before = effect(before), rows()
        answers = at_once([two.send, two.send])
        assert {each.status for each in answers} == {answer.status}, (
            f"{route.name}: {answers[0].status} {answers[1].status}"
        )
        assert answers[0].location == answers[1].location, route.name
        assert effect(before) == done, f"{route.name} did it twice"
        if not done:
            undone.add(route.name)
            continue
        before = rows()
        other = two.send(text="別の用件です。", one_more="field")
        assert effect(before) == {}, f"{route.name}: another form under the same key did something"
        assert other.status in {200, 404, 422} or "events_submission" not in done, f"{route.name}: {other.status}"
    assert undone == {*UNDONE}
