"""Operators say which orders are preorders, for files do not (R-O5)."""

from copy import copy

from orders import deadlines
from orders.lifecycle import locked
from orders.machine import ORDER
from orders.models import Order
from qsm.accounts.access import Actor
from qsm.events.door import expect, move


def mark_preorder(*, order: Order, seen: int, by: Actor) -> Order:
    """The goods are not there yet: a cancel needs the shop, and no business days count (R-O5, R-O8).

    Raises Conflict, or Refused from the machine.
    """
    return _become(order, seen, by, "mark_preorder", is_preorder=True)


def mark_ordinary(*, order: Order, seen: int, by: Actor) -> Order:
    """It was no preorder: its business days count from its payment. Raises Conflict, or Refused from the machine."""
    return _become(order, seen, by, "mark_ordinary", is_preorder=False)


def _become(order: Order, seen: int, by: Actor, action: str, *, is_preorder: bool) -> Order:
    """With the deadlines that it then has; the day of a rejection moves too (R-C8)."""
    order, seen = locked(order, seen)
    expect(order, ORDER, action, by=by, seen=seen)
    after = copy(order)
    after.is_preorder = is_preorder
    columns = {"is_preorder": is_preorder, "dispatch_by": None, **deadlines.of(order.state, after)}
    if order.cancel_barred:
        columns["ship_today_until"] = deadlines.leave_until(after, order.ship_date)
    move(order, ORDER, action, by=by, seen=seen, **columns)
    return order
