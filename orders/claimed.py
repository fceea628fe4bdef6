"""How a claim ends an order, and how an operator keeps claims away from one (R-C13)."""

from typing import Any

from orders.lifecycle import locked
from orders.machine import ORDER
from orders.models import Order
from orders.states import CancelBlock
from qsm.accounts.access import SYSTEM, Actor
from qsm.events.door import move

NO_DEADLINES = ("pay_until", "ship_today_until", "late_at", "receive_until")


def end(order: Order, action: str) -> None:
    """The claim that holds the locked order has ended it: `cancel` before dispatch, `refund` after it.

    The order is free, and nothing is due of it any more. Frozen before its four business days were over, it is not judged by
    them either; one that was late before its claim came stays late, or a cancel would wipe that out (R-O8).
    """
    columns: dict[str, Any] = {
        "held_by": None,
        "held_as": "",
        "held_state": "",
        "held_at": None,
        **dict.fromkeys(NO_DEADLINES),
    }
    if action == "cancel" and order.dispatch_by and order.held_at and order.held_at < order.dispatch_by:
        columns["dispatch_by"] = None
    move(order, ORDER, action, by=SYSTEM, seen=order.version, **columns)


def block(*, order: Order, seen: int, by: Actor, reason: str) -> Order:
    """An operator bars cancels of this order in the console, for both sides (R-C13). reason: a CancelBlock.

    Raises Conflict, or Refused from the machine.
    """
    order, seen = locked(order, seen)
    move(order, ORDER, "block", by=by, seen=seen, data={"reason": reason}, cancel_blocked=CancelBlock(reason))
    return order


def unblock(*, order: Order, seen: int, by: Actor) -> Order:
    """An operator allows cancels again (R-C13). Raises Conflict, or Refused from the machine."""
    order, seen = locked(order, seen)
    move(order, ORDER, "unblock", by=by, seen=seen, cancel_blocked="")
    return order
