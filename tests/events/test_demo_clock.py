"""The training copy's clock: forward only, day by day, and each day's job runs (R-T3)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.kinds import cancel
from claims.states import RejectReason
from orders.models import Order
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import User
from qsm.events import demo_clock, rooms
from qsm.events.door import change
from qsm.events.models import DemoClock, Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, SellerFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
PAGE = "/admin/events/democlock/"
OPERATOR = Actor(Party.OPERATOR)


@pytest.fixture(autouse=True)
def training_copy(settings: Any) -> None:
    settings.DEMO = True
    settings.LANGUAGE_CODE = "en"


def operator(**rights: Any) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.create_user("op@example.jp", name="運営", is_staff=True, **rights))
    return client


def test_every_skipped_day_is_a_day_with_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-T3: one run for each day, on that day."""
    ran: list[Any] = []
    monkeypatch.setattr(
        demo_clock, "said_by_rooms", lambda _module, _name: [lambda day: ran.append((day, clock.today()))]
    )
    first = clock.today()
    assert demo_clock.move_forward(days=3, by=OPERATOR) == 3
    days = [clock.after(first, place) for place in (1, 2, 3)]
    assert ran == [(day, day) for day in days]
    assert clock.today() == days[-1]


def test_the_rooms_have_their_jobs() -> None:
    """R-T3, R-T4: one, in the highest room that it touches."""
    assert [run.__module__ for run in rooms.said_by_rooms("daily", "run")] == ["claims.daily"]


def test_a_trainee_sees_a_deadline_pass(settings: Any) -> None:
    """R-T3, R-C8: what was to be shipped today is missed on the day after, and dated with it."""
    claim = requested_cancel()
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)
    until = Order.unscoped.get(pk=claim.order_id).ship_today_until
    demo_clock.move_forward(days=2, by=OPERATOR)
    missed = Event.unscoped.get(order_id=claim.order_id, name="order.ship_today_missed")
    assert missed.occurred_at == until
    assert missed.recorded_at < until + timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "by", "code"),
    [
        (0, OPERATOR, "clock.never_back"),
        (-1, OPERATOR, "clock.never_back"),
        (91, OPERATOR, "clock.too_far"),
        (1, Actor(Party.SELLER), "clock.operators_only"),
    ],
)
def test_never_back_and_by_operators_only(days: int, by: Actor, code: str) -> None:
    """R-T3"""
    with pytest.raises(Refused) as refused:
        demo_clock.move_forward(days=days, by=by)
    assert refused.value.code == code
    assert not DemoClock.objects.exists()


def test_only_a_training_copy_can_be_moved(settings: Any) -> None:
    """R-T3: and a row that came with a copied database moves nothing."""
    settings.DEMO = False
    with pytest.raises(Refused) as refused:
        demo_clock.move_forward(days=1, by=OPERATOR)
    assert refused.value.code == "clock.demo_only"
    DemoClock.objects.create(pk=1, days_forward=5)
    demo_clock.forget()
    assert clock.today() == clock.day_of(clock.real())


def test_business_time_does_not_fall_back_with_the_hosts_clock() -> None:
    """R-T3: it stays at the last recorded moment, also while the training copy runs ahead."""
    with time_machine.travel("2026-08-13T03:00:00+00:00", tick=False):
        demo_clock.move_forward(days=4, by=OPERATOR)
        requested_cancel()
        last = Event.unscoped.latest("pk").recorded_at
    demo_clock.forget()
    with time_machine.travel("2026-08-11T03:00:00+00:00", tick=False):
        assert clock.now() == last
        assert clock.today().isoformat() == "2026-08-17"
        assert clock.real() < last - timedelta(days=5)


def test_the_page_moves_the_clock_and_the_header_says_so() -> None:
    """R-T3"""
    seller = Client(HTTP_ACCEPT_LANGUAGE="en")
    seller.force_login(User.objects.get(pk=member_of(SellerFactory()).user_id or 0))
    assert "ahead" not in seller.get("/").content.decode()
    client = operator(is_superuser=True)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {"days": "-1"}).status_code == 422
    assert client.post(PAGE, {"days": "2"}, follow=True).status_code == 200
    assert DemoClock.objects.get().days_forward == 2
    assert "2 days ahead" in client.get(PAGE).content.decode()
    assert "2 days ahead" in seller.get("/").content.decode()


def test_the_page_is_for_operators_with_the_right(settings: Any) -> None:
    """R-A2, R-T3"""
    limited = operator()
    assert limited.post(PAGE, {"days": "1"}).headers["Location"] == "/admin/"
    settings.DEMO = False
    User.objects.filter(email="op@example.jp").update(is_superuser=True)
    assert limited.post(PAGE, {"days": "1"}).headers["Location"] == "/admin/"
    assert not DemoClock.objects.exists()


def test_sessions_use_real_time() -> None:
    """R-T3: a log-in stays one although the clock has moved on by months."""
    client = operator(is_superuser=True)
    demo_clock.move_forward(days=90, by=OPERATOR)
    assert client.get(PAGE).status_code == 200
    assert OrderFactory().ordered_at > clock.real() + timedelta(days=80)
