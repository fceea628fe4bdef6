"""The machine of orders, exhaustively: every legal edge taken by the right party, every other pair refused with its code."""

from itertools import product
from typing import Any

import pytest

from orders import deadlines, lifecycle, pickup
from orders.machine import ORDER
from orders.models import Order
from orders.states import DeliveryMethod, OrderState
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import Role
from qsm.events.door import change, move
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import OrderFactory, buyer_of, member_of

pytestmark = pytest.mark.django_db
ACTIONS = sorted({edge.action for edge in ORDER.transitions})
LEGAL = {
    (source, edge.action, party): edge for edge in ORDER.transitions for source in edge.sources for party in edge.by
}
PARTIES_OF = {
    action: {party for edge in ORDER.transitions if edge.action == action for party in edge.by} for action in ACTIONS
}
METHODS = {
    "hand_over": DeliveryMethod.PICKUP,
    "miss_code": DeliveryMethod.PICKUP,
    "provide": DeliveryMethod.ONLINE,
}
# What the order must be beside its state.
COLUMNS: dict[str, dict[str, Any]] = {"mark_ordinary": {"is_preorder": True}}
# What an action of people needs beside the order, made from the order.
ENTERED: dict[str, Any] = {
    "plan": lambda order: {"ship_date": clock.after(clock.today(), 5)},
    "dispatch": lambda order: {"carrier": "ゆうパック", "tracking_number": "1234"},
    "correct": lambda order: {"carrier": "佐川急便", "tracking_number": "5678"},
    "readdress": lambda order: {"recipient_name": "川島 太一"},
    "hand_over": lambda order: {"code": pickup.code_of(order)},
}


def actor_of(party: Party, order: Order) -> Actor:
    if party == Party.BUYER:
        return buyer_of(order)
    member = member_of(order.seller, Role.STAFF)
    return Actor(party, user_id=member.user_id, seller_id=order.seller_id)


def take(action: str, order: Order, by: Actor) -> None:
    """People's actions through their own functions; what only follows from others through the machine itself."""
    with change(by):
        if function := getattr(lifecycle, action, None):
            function(order=order, seen=order.version, by=by, **ENTERED.get(action, lambda order: {})(order))
        else:
            move(order, ORDER, action, by=by, seen=order.version)


@pytest.mark.parametrize(("state", "action", "party"), sorted(product(OrderState, ACTIONS, Party)))
def test_every_pair_of_state_and_action_for_every_party(state: OrderState, action: str, party: Party) -> None:
    """R-O1, R-O2, R-O4, R-O7, R-O8, R-O9, R-A2: 100 % of the table."""
    method = METHODS.get(action, DeliveryMethod.TRACKED)
    order = OrderFactory(state=state, delivery_method=method, **COLUMNS.get(action, {}))
    by = actor_of(party, order)
    edge = LEGAL.get((state, action, party))
    if edge:
        take(action, order, by)
        assert Order.unscoped.get(pk=order.pk).state == edge.target_from(state)
        assert Event.unscoped.filter(order_id=order.pk).latest("seq").name == edge.event
    else:
        with pytest.raises(Refused) as refused:
            take(action, order, by)
        wrong = "wrong_state" if party in PARTIES_OF[action] else "wrong_party"
        assert refused.value.code == f"order.{wrong}"
        order.refresh_from_db()
        assert (order.state, order.version, Event.unscoped.filter(order_id=order.pk).count()) == (state, 1, 0)


def test_each_state_has_the_deadlines_that_it_needs() -> None:
    """R-T4, R-O9: a column, set together with the state."""
    columns = {
        state: {
            name
            for name in ("pay_until", "receive_until", "late_at")
            if deadlines.of(state, OrderFactory.build(state=state, paid_at=clock.now()))[name]
        }
        for state in OrderState
    }
    assert columns == {state: set() for state in OrderState} | {
        OrderState.AWAITING_PAYMENT: {"pay_until"},
        OrderState.DELIVERED: {"receive_until"},
        OrderState.NEW: {"late_at"},
        OrderState.PREPARING: {"late_at"},
    }
