"""The jobs of orders, as beat ticks them."""

from typing import Any

import pytest

from orders import tasks
from orders.models import Order
from orders.states import OrderState
from qsm.lib import clock
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_an_order_at_which_something_fails_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-T4: the job applies the deadlines of all the rest."""
    midnight = clock.start_of(clock.today())
    broken, sound = (OrderFactory(state=OrderState.AWAITING_PAYMENT, pay_until=midnight) for _ in range(2))
    usual = tasks.settle

    def settle(*, order: Order) -> Any:
        if order.pk == broken.pk:
            raise ZeroDivisionError
        return usual(order=order)

    monkeypatch.setattr(tasks, "settle", settle)
    tasks.settle_deadlines()
    sound.refresh_from_db()
    broken.refresh_from_db()
    assert (sound.state, broken.state) == (OrderState.CANCELED, OrderState.AWAITING_PAYMENT)
