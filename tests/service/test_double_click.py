"""A form that is sent twice has one effect, and both answers say the same (R-P6)."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest
from django.urls import reverse

from orders.models import Order
from orders.states import OrderState
from qsm.events.models import Delivery, Event, Submission
from qsm.lib import clock
from tests.factories import MemberFactory, OrderFactory, requested_cancel
from tests.servers import wait_for
from tests.service.conftest import OtherWeb, Street
from tests.service.people import Answer, Person, at_once

pytestmark = pytest.mark.service


@dataclass(frozen=True)
class Sheet:
    """A form filled in, by whom, where it is sent, what it does and what is then said."""

    person: Person
    order: Order
    action: str
    form: dict[str, str]
    event: str
    says: str

    def send(self, *, htmx: bool = False, **changes: str) -> Answer:
        return self.person.post(self.action, self.form | changes, htmx=htmx)

    @property
    def effects(self) -> int:
        return Event.unscoped.filter(order_id=self.order.pk, name=self.event).count()


def member(url: str, order: Order) -> Person:
    return Person(url, MemberFactory(seller=order.seller).user)


def buyer(url: str, order: Order) -> Person:
    return Person(url, order.buyer.user)


def rejection(url: str) -> Sheet:
    claim = requested_cancel()
    person, action = member(url, claim.order), reverse("claims:reject", args=[claim.pk])
    form = person.filled(reverse("claims:page", args=[claim.pk]), action, reason="made_to_order", text="")
    popup = person.post(action, form)
    assert "Really reject it?" in popup.prose
    return Sheet(person, claim.order, action, popup.form(action), "cancel.rejected", "The cancel has been rejected.")


def ship_date(url: str) -> Sheet:
    order = OrderFactory(state=OrderState.NEW)
    person, action = member(url, order), reverse("orders:plan", args=[order.pk])
    day = clock.today().isoformat()
    form = person.filled(reverse("orders:page", args=[order.pk]), action, ship_date=day, delay_type="", memo="")
    return Sheet(person, order, action, form, "order.planned", "The ship date has been saved.")


def dispatch(url: str) -> Sheet:
    order = OrderFactory()
    person, action = member(url, order), reverse("orders:dispatch", args=[order.pk])
    page = reverse("orders:page", args=[order.pk])
    form = person.filled(page, action, carrier="ゆうパック", tracking_number="1234-5678-9012", confirmed="1")
    return Sheet(person, order, action, form, "order.dispatched", "The order has been dispatched.")


def request(url: str) -> Sheet:
    order = OrderFactory()
    person, action = buyer(url, order), reverse("my_claims:cancel", args=[order.pk])
    form = person.filled(action, "", reason="other", text="間違えました")
    return Sheet(person, order, action, form, "cancel.requested", "The cancel has been requested.")


def taking_back(url: str) -> Sheet:
    claim = requested_cancel()
    person, action = buyer(url, claim.order), reverse("my_claims:take_back", args=[claim.pk])
    form = person.filled(reverse("my"), action, confirmed="1")
    return Sheet(person, claim.order, action, form, "cancel.taken_back", "The cancel request has been taken back.")


FORMS = (rejection, ship_date, dispatch, request, taking_back)
each_form = pytest.mark.parametrize("filled", FORMS, ids=lambda filled: filled.__name__)
Filled = Callable[[str], Sheet]


def one_answer(sheet: Sheet, plain: list[Answer], popups: list[Answer]) -> None:
    """All lead to the same place with the same words, with JavaScript and without."""
    [place] = {answer.location for answer in plain}
    for answer in plain:
        assert answer.status == 302
        assert answer.headers["Set-Cookie"].startswith("messages=")
    assert sheet.says in sheet.person.follow(plain[-1]).prose
    for answer in popups:
        assert answer.status == 200
        assert sheet.says in answer.prose
        assert f'data-next="{place}"' in answer.text


@each_form
def test_a_double_click_has_one_effect(street: Street, filled: Filled) -> None:
    """R-P6, R-A3: four at once, then two in series, then the same key with other contents."""
    sheet = filled(street.url)
    ways: list[Callable[[], Answer]] = [sheet.send, partial(sheet.send, htmx=True)]
    first, second, third, fourth = at_once(ways * 2)
    fifth, sixth = (way() for way in ways)
    one_answer(sheet, [first, third, fifth], [second, fourth, sixth])
    other = sheet.send(text="something else")
    assert (other.status, other.headers.get("Location")) == (422, None)
    assert "This form was sent before" in other.prose
    assert sheet.effects == 1
    events = Event.unscoped.filter(order_id=sheet.order.pk, name=sheet.event)
    told = Delivery.objects.filter(event__in=events).values_list("consumer", "to")
    assert len(told) == len(set(told))


def test_a_refused_form_may_be_sent_again(street: Street) -> None:
    """R-O2: the same form, put right, is taken; nothing of the refusal stays."""
    sheet = dispatch(street.url)
    refused = sheet.send(tracking_number="")
    assert refused.status == 422
    assert "Enter the tracking number." in refused.prose
    assert sheet.effects == 0
    assert not Submission.objects.exists()
    assert sheet.says in sheet.person.follow(sheet.send()).prose
    assert sheet.effects == 1


@pytest.mark.parametrize(("stuck_before", "done"), [("commit", 0), ("answer", 1)])
def test_the_server_is_killed_midway_and_the_form_sent_again(
    street: Street, other_web: OtherWeb, tmp_path: Path, stuck_before: str, done: int
) -> None:
    """R-P6: killed before the commit nothing has happened, killed after it all has; either way it happens once."""
    sign = tmp_path / "stuck"
    dying = other_web("tests.service.stuck:application()", STUCK_BEFORE=stuck_before, STUCK_SIGN=str(sign))
    dying.start("web")
    for filled in FORMS:
        sheet = filled(street.url)
        with ThreadPoolExecutor(1) as thread:
            cut_off = thread.submit(sheet.person.at(dying.url).post, sheet.action, sheet.form)
            os.kill(int(wait_for(lambda: sign.exists() and sign.read_text())), signal.SIGKILL)
            assert isinstance(cut_off.exception(), HTTPException | OSError)
        sign.unlink()
        assert sheet.effects == done
        one_answer(sheet, [sheet.send(), sheet.send()], [sheet.send(htmx=True)])
        assert sheet.effects == 1
