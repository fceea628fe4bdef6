"""The one door: whole or nothing, once per key, and a history that cannot be changed."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from orders import lifecycle
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import Actor
from qsm.events import triggers
from qsm.events.door import KeyReused, Replayed, change
from qsm.events.models import Event, Submission
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, member_of

pytestmark = pytest.mark.django_db


def plan_today(order: Order, by: Actor, key: str, body: dict[str, str] | None = None) -> dict[str, str]:
    with change(by, key=key, body=body) as tx:
        lifecycle.plan(order=order, seen=order.version, by=by, ship_date=clock.today())
        tx.answer = {"to": "/there/"}
    return tx.answer


def test_a_second_sending_has_no_effect_and_gets_the_same_answer() -> None:
    """R-P6: a double click has one effect."""
    order = OrderFactory(state=OrderState.NEW)
    seller = member_of(order.seller)
    first = plan_today(order, seller, "key-1")
    with pytest.raises(Replayed) as replayed:
        plan_today(order, seller, "key-1")
    assert replayed.value.answer == first
    assert Event.unscoped.filter(order_id=order.pk).count() == 1


def test_a_key_belongs_to_one_request_and_one_person() -> None:
    """Same key with another body: refused. Another person's key is another key."""
    order = OrderFactory(state=OrderState.NEW)
    seller, other = member_of(order.seller), member_of(order.seller)
    plan_today(order, seller, "key-1", {"ship_date": "today"})
    with pytest.raises(KeyReused):
        plan_today(order, seller, "key-1", {"ship_date": "tomorrow"})
    order.refresh_from_db()
    assert plan_today(order, other, "key-1", {"ship_date": "tomorrow"})


def test_a_refused_form_may_be_sent_again() -> None:
    order = OrderFactory(state=OrderState.SHIPPING)
    seller = member_of(order.seller)
    for _again in range(2):
        with pytest.raises(Refused):
            plan_today(order, seller, "key-1")
    assert not Submission.objects.exists()


def test_all_or_nothing() -> None:
    """What fails after an action takes the action with it."""
    order = OrderFactory(state=OrderState.NEW)
    seller = member_of(order.seller)
    with pytest.raises(ZeroDivisionError), change(seller):
        lifecycle.plan(order=order, seen=order.version, by=seller, ship_date=clock.today())
        1 / 0  # noqa: B018
    order.refresh_from_db()
    assert order.state == OrderState.NEW
    assert not Event.unscoped.filter(order_id=order.pk).exists()


@pytest.mark.parametrize("change_history", ["update", "delete"])
def test_history_is_append_only_in_the_database(change_history: str) -> None:
    """R-A3"""
    order = OrderFactory(state=OrderState.NEW)
    plan_today(order, member_of(order.seller), "key-1")
    events = Event.unscoped.filter(order_id=order.pk)
    with pytest.raises((DatabaseError, IntegrityError), match="append-only"), transaction.atomic():
        if change_history == "update":
            events.update(name="order.dispatched")
        else:
            events._raw_delete(events.db)
    assert events.get().name == "order.planned"


def test_the_catalogue_has_every_trigger() -> None:
    """SQLite drops them silently when a table is remade, so the catalogue is compared with the list."""
    assert {trigger for _table, trigger, _operation in triggers.forbidden()} <= triggers.installed()
