"""What happens to an order when nobody acts (R-T4, R-C8, R-O8, R-O9).

Each deadline is a column with an exclusive instant. `of` says which an order has in its state; `apply` brings the outcomes
of those that have passed, each dated with its instant. While a claim is open, dispatch and receipt wait: its business days do
not count against the shop, and what else passed meanwhile is due at the end of the day on which it ends (`resumed`).
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from django.db.models import Q

from orders.machine import ORDER
from orders.models import Order, Restriction
from orders.standing import dispatches
from orders.states import PARCELS, PAY_DAYS, RECEIVE_DAYS, SHIPPING_REQUEST, OrderState
from qsm.accounts.access import SYSTEM
from qsm.events.door import move
from qsm.lib import clock

# Business days from payment (R-O8): on the third a notice; not within four points; not within five a restriction.
WARNED_ON, COUNTED_AFTER, RESTRICTED_AFTER = 3, 4, 5
COUNTED = 1  # the place of the points among the steps
LATE_POINTS = -2
ENOUGH = Decimal(95)  # per cent: up to here the shop is restricted
RESTRICTED_DAYS = 30
# What waits while a claim is open, for a frozen order cannot leave.
SUSPENDED = ("ship_today_until", "receive_until")


Steps = tuple[datetime, datetime, datetime]


class Facts(Protocol):
    """What decides beside the state which deadlines an order has: an order itself, or a row of a file that becomes one."""

    @property
    def ordered_at(self) -> datetime: ...

    @property
    def paid_at(self) -> datetime | None: ...

    @property
    def delivered_at(self) -> datetime | None: ...

    @property
    def delivery_method(self) -> str: ...

    @property
    def held_days(self) -> int: ...

    @property
    def is_preorder(self) -> bool: ...


def of(state: str, facts: Facts) -> dict[str, Any]:
    """The columns of the deadlines that hold in a delivery state, now; set together with the state.

    Unpaid: 7 days from the order. Delivered: 7 days from delivery, so that the receipt comes by itself on the eighth (R-O9).
    Steps of late dispatch that have passed already, at a marketplace that has judged them, are not made up for.
    """
    columns: dict[str, Any] = {"pay_until": None, "receive_until": None, "late_at": None}
    if state == OrderState.AWAITING_PAYMENT:
        columns["pay_until"] = _end_of_days(facts.ordered_at, PAY_DAYS)
    if state == OrderState.DELIVERED:
        columns["receive_until"] = receive_until(facts.delivered_at or clock.now())
    if facts.paid_at and not facts.is_preorder and facts.delivery_method in PARCELS:
        steps = late_steps(facts.paid_at, facts.held_days)
        columns["dispatch_by"] = steps[COUNTED]
        if state in SHIPPING_REQUEST:
            columns |= next_late_step(steps)
    return columns


def receive_until(delivered_at: datetime) -> datetime:
    """When an order that arrived at this moment counts as received: at the start of the eighth day (R-O9)."""
    return _end_of_days(delivered_at, RECEIVE_DAYS)


def leave_until(order: Order, ship_date: date | None) -> datetime | None:
    """Until when an order whose cancel was rejected must leave: today in Tokyo (R-C8).

    A preorder's goods may not be there yet: it leaves on its ship date, the first one that is entered if it has none (ours).
    """
    today = clock.today()
    day = max(ship_date, today) if order.is_preorder and ship_date else None if order.is_preorder else today
    return clock.end_of(day) if day else None


def late_steps(paid_at: datetime, held_days: int = 0) -> Steps:
    """The instants of the steps of R-O8: notice, points, restriction.

    held_days: business days from payment on that don't count, because a claim was open on them (R-O3).
    """
    return _steps_from(clock.day_of(paid_at), held_days)


@lru_cache(maxsize=1000)
def _steps_from(paid_on: date, held_days: int) -> Steps:
    """The same for all orders that were paid on a day, of which a file has thousands."""
    return (
        clock.start_of(clock.business_day(paid_on, WARNED_ON + held_days)),
        clock.end_of(clock.business_day(paid_on, COUNTED_AFTER + held_days)),
        clock.end_of(clock.business_day(paid_on, RESTRICTED_AFTER + held_days)),
    )


def next_late_step(steps: Steps) -> dict[str, Any]:
    """`late_step`, how many have passed, and `late_at`, when the next comes, if one does."""
    passed = sum(step <= clock.now() for step in steps)
    return {"late_step": passed, "late_at": steps[passed] if passed < len(steps) else None}


def passed() -> Q:
    """Orders with a deadline that has passed and whose outcome is not there yet."""
    now = clock.now()
    to_ship = Q(state__in=SHIPPING_REQUEST) & (Q(ship_today_until__lte=now) | Q(late_at__lte=now))
    to_receive = Q(state=OrderState.DELIVERED, receive_until__lte=now)
    unpaid = Q(state=OrderState.AWAITING_PAYMENT, pay_until__lte=now)
    return unpaid | Q(held_by__isnull=True) & (to_ship | to_receive)


def apply(order: Order, seen: int) -> int:
    """Bring the outcomes that a locked order is due, in the order of their instants; returns the version that was seen.

    Who had seen the version just before an outcome that leaves the state as it was has seen enough.
    """
    while outcome := _next_outcome(order):
        before, state = order.version, order.state
        outcome(order)
        if before == seen and order.state == state:
            seen = order.version
    return seen


def resumed(order: Order) -> dict[str, Any]:
    """What to set when the claim that holds an order ends: what passed while it was open is due at the end of today."""
    until = clock.end_of(clock.today())
    waited = {name: until for name in SUSPENDED if (at := getattr(order, name)) and at <= clock.now()}
    return {**waited, **_later(order)}


def _later(order: Order) -> dict[str, Any]:
    """The business days on which the claim was open don't count, today among them (R-O3, R-O8).

    Only for steps that were still ahead when it came.
    """
    if not (order.paid_at and order.late_at and order.held_at and order.late_at > order.held_at):
        return {}
    held_days = order.held_days + clock.business_days(clock.day_of(order.held_at), clock.today())
    steps = late_steps(order.paid_at, held_days)
    counted = {"dispatch_by": steps[COUNTED]} if order.late_step <= COUNTED else {}
    return {"held_days": held_days, "late_at": steps[order.late_step], **counted}


def _next_outcome(order: Order) -> Callable[[Order], None] | None:
    now = clock.now()
    due = [(at, place, outcome) for place, (at, outcome) in enumerate(_deadlines(order)) if at and at <= now]
    return min(due)[2] if due else None


def _deadlines(order: Order) -> Iterator[tuple[datetime | None, Callable[[Order], None]]]:
    if order.state == OrderState.AWAITING_PAYMENT:
        yield order.pay_until, _expire
    if order.held_by is not None:
        return
    if order.state in SHIPPING_REQUEST:
        yield order.ship_today_until, _miss_ship_today
        yield order.late_at, _be_late
    if order.state == OrderState.DELIVERED:
        yield order.receive_until, _lapse


def _expire(order: Order) -> None:
    """Unpaid for seven days: canceled (R-O9)."""
    _outcome(order, "expire", order.pay_until, pay_until=None)


def _miss_ship_today(order: Order) -> None:
    """Not dispatched on the day of the rejection: an event that an operator judges (R-C8)."""
    _outcome(order, "miss_ship_today", order.ship_today_until, ship_today_until=None)


def _lapse(order: Order) -> None:
    """The eighth day of delivery: received (R-O9)."""
    _outcome(order, "lapse", order.receive_until, receive_until=None, received_at=order.receive_until)


def _be_late(order: Order) -> None:
    """The next step of late dispatch (R-O8)."""
    at, step = order.late_at, order.late_step
    following: dict[str, Any] = {"late_step": step + 1, "late_at": _step_after(order)}
    if step == 0:
        _outcome(order, "warn_late", at, **following)
    elif step == COUNTED:
        _outcome(order, "count_late", at, data={"points": LATE_POINTS}, late_points=LATE_POINTS, **following)
    else:
        _judge_rate(order, at, following)


def _judge_rate(order: Order, at: datetime | None, following: dict[str, Any]) -> None:
    """Five business days are over: a shop that then dispatches 95 % or less in time is restricted for 30 days (R-O8)."""
    rate = dispatches(SYSTEM, order.seller_id, at).rate
    if at is None or rate is None or rate > ENOUGH:
        Order.objects.for_actor(SYSTEM).filter(pk=order.pk).update(**following)
        order.late_at, order.late_step = None, following["late_step"]
        return
    day = clock.day_of(at)
    ends_at = clock.end_of(clock.last_day(day, RESTRICTED_DAYS))
    columns = {"order": order, "dispatch_rate": rate, "ends_at": ends_at}
    Restriction.objects.for_actor(SYSTEM).get_or_create(
        seller_id=order.seller_id, started_at=clock.start_of(day), defaults=columns
    )
    data = {"rate": str(rate), "last_day": clock.last_day_before(ends_at).isoformat()}
    _outcome(order, "restrict_late", at, data=data, **following)


def _step_after(order: Order) -> datetime | None:
    if order.paid_at is None:
        return None
    following = late_steps(order.paid_at, order.held_days)[order.late_step + 1 :]
    return following[0] if following else None


def _outcome(
    order: Order, action: str, at: datetime | None, data: dict[str, Any] | None = None, **columns: Any
) -> None:
    move(order, ORDER, action, by=SYSTEM, seen=order.version, occurred_at=at, data=data, **columns)


def _end_of_days(moment: datetime, days: int) -> datetime:
    return clock.end_of(clock.last_day(clock.day_of(moment), days))
