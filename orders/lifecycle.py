"""The life of an order: one function per action, in the order of life (rules, section 3). What each needs is `orders.machine`.

The only writer of an order's state and of the columns that claims set on it. Every action locks the order, applies the
deadlines that it has passed (`orders.deadlines`, R-T4), compares the version that was seen, and raises Conflict or Refused.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders import deadlines, pickup
from orders.machine import ORDER
from orders.models import RECIPIENT, Order, Recipient
from orders.states import DELAY_MEMO_MAX, SHIP_DATE_MOST_DAYS, DelayType, DeliveryMethod, OrderState
from qsm.accounts.access import Actor
from qsm.events.door import expect, keep, lock, move, must_be_open
from qsm.lib import clock
from qsm.lib.machine import Refused


def settle(*, order: Order) -> None:
    """Apply the deadlines that the order has passed, and nothing else: what the job does for all of them (R-T4)."""
    locked(order, order.version)


def locked(order: Order, seen: int) -> tuple[Order, int]:
    """The order as it is now, locked, after the outcomes of deadlines that have passed, and the version that was seen.

    An outcome that leaves the state as it was does not make a conflict for who had seen the version before it (R-T4).
    """
    [order] = lock(Order, order.pk)
    before = order.version
    seen = deadlines.apply(order, seen)
    if order.version != before:
        keep()
    return order, seen


def pay(*, order: Order, seen: int, by: Actor) -> Order:
    """The payment has come (R-O9): `AWAITING_PAYMENT` becomes `PROCESSING`."""
    order, seen = locked(order, seen)
    move(order, ORDER, "pay", by=by, seen=seen, paid_at=clock.now(), pay_until=None)
    return order


def check(*, order: Order, seen: int, by: Actor) -> Order:
    """The marketplace has checked the payment (R-O9): `PROCESSING` becomes `NEW`, and the days of R-O8 count from payment."""
    order, seen = locked(order, seen)
    expect(order, ORDER, "check", by=by, seen=seen)
    order.paid_at = order.paid_at or clock.now()
    move(order, ORDER, "check", by=by, seen=seen, paid_at=order.paid_at, **deadlines.of(OrderState.NEW, order))
    return order


def readdress(*, order: Order, seen: int, by: Actor, **recipient: str) -> Order:
    """Change to whom and where the order goes, until dispatch (R-O4). Both versions are kept for the history.

    recipient: columns of RECIPIENT; what is not given stays; unchanged ones change nothing and tell nobody.
    Raises Refused `order.recipient_missing` without a name or an address.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "readdress", by=by, seen=seen)
    changes: dict[str, Any] = {
        name: text.strip() for name, text in recipient.items() if text.strip() != getattr(order, name)
    }
    for name in ("recipient_name", "address"):
        if name in changes and not changes[name]:
            raise Refused("order.recipient_missing", _("An order needs a recipient and an address."), field=name)
    if changes:
        data = recipient_versions(order, changes)
        move(order, ORDER, "readdress", by=by, seen=seen, data=data, **changes, readdressed_at=clock.now())
    return order


def recipient_versions(order: Order, changes: Mapping[str, str]) -> dict[str, int]:
    """Keep the recipient as it was and as it becomes; the ids of both versions, for the event's data (R-O4).

    Inside a change, before the columns of the locked order are set; files use it too.
    """
    must_be_open()
    was = {name: getattr(order, name) for name in RECIPIENT}
    kept = Recipient.unscoped.filter(order=order).order_by("-pk").first()
    before = kept or Recipient.unscoped.create(order=order, recorded_at=clock.now(), **was)
    after = Recipient.unscoped.create(order=order, recorded_at=clock.now(), **{**was, **changes})
    return {"recipient_before": before.pk, "recipient": after.pk}


def plan(*, order: Order, seen: int, by: Actor, ship_date: date, delay_type: str = "", memo: str = "") -> Order:
    """Enter or change the expected ship date (R-O1); `NEW` becomes `PREPARING`.

    ship_date: a day in Tokyo, today to two years ahead; delay_type: a DelayType or nothing; memo: 1,000 characters at most.
    The buyer is told of another date; a date that stays tells nobody, and where nothing is new nothing happens.
    Raises Refused `order.ship_date_past`, `order.ship_date_far`, `order.memo_too_long`, `order.unknown_delay_type`.
    """
    order, seen = locked(order, seen)
    action = "explain" if order.state == OrderState.PREPARING and ship_date == order.ship_date else "plan"
    expect(order, ORDER, action, by=by, seen=seen)
    _check_plan(ship_date, delay_type, memo)
    if (order.ship_date, order.delay_type, order.delay_memo) == (ship_date, delay_type, memo):
        return order
    before = order.ship_date and order.ship_date.isoformat()
    data = {"ship_date": ship_date.isoformat(), "before": before, "delay_type": delay_type}
    columns: dict[str, Any] = {"ship_date": ship_date, "delay_type": delay_type, "delay_memo": memo}
    if order.cancel_barred and order.is_preorder and before is None:
        columns["ship_today_until"] = deadlines.leave_until(order, ship_date)
    move(order, ORDER, action, by=by, seen=seen, data=data, **columns)
    return order


def dispatch(*, order: Order, seen: int, by: Actor, carrier: str, tracking_number: str = "") -> Order:
    """Send the goods (R-O2): `NEW` or `PREPARING` becomes `SHIPPING`; refused while a cancel is open (R-O3).

    carrier: a name, any; tracking_number: needed for tracked delivery methods, 50 characters at most.
    Raises Refused `order.carrier_missing`, `order.tracking_missing`, `order.tracking_too_long`.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "dispatch", by=by, seen=seen)
    parcel = checked_parcel(order, carrier, tracking_number)
    left: dict[str, Any] = {"shipped_at": clock.now(), "ship_today_until": None, "late_at": None}
    move(order, ORDER, "dispatch", by=by, seen=seen, data=parcel, **parcel, **left)
    return order


def correct(*, order: Order, seen: int, by: Actor, carrier: str, tracking_number: str = "") -> Order:
    """Correct carrier and number while `SHIPPING` (R-O2); the same ones change nothing. Raises Refused as `dispatch` does."""
    order, seen = locked(order, seen)
    expect(order, ORDER, "correct", by=by, seen=seen)
    parcel = checked_parcel(order, carrier, tracking_number)
    if parcel != {name: getattr(order, name) for name in parcel}:
        before = {f"{name}_before": getattr(order, name) for name in parcel}
        move(order, ORDER, "correct", by=by, seen=seen, data={**before, **parcel}, **parcel)
    return order


def hand_over(*, order: Order, seen: int, by: Actor, code: str) -> Order:
    """Hand a visit-pickup order over against the buyer's code (R-O7): it is `DELIVERED`.

    Each wrong code is an event that stays; five in a day block the order until the next (ours).
    Raises Refused `order.code_wrong`.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "hand_over", by=by, seen=seen)
    if not pickup.matches(order, code):
        _miss_code(order, by)
    _arrive(order, "hand_over", by=by, seen=seen, moment=clock.now())
    return order


def provide(*, order: Order, seen: int, by: Actor) -> Order:
    """Mark an online service as provided (R-O7): it is `DELIVERED`."""
    order, seen = locked(order, seen)
    _arrive(order, "provide", by=by, seen=seen, moment=clock.now())
    return order


def deliver(*, order: Order, seen: int, by: Actor, delivered_at: datetime | None = None) -> Order:
    """The parcel has arrived, during an open claim too (R-O9). delivered_at: UTC, now if not given, never in the future.

    Raises Refused `order.delivered_when` for a moment before the dispatch or after now.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "deliver", by=by, seen=seen)
    moment = delivered_at or clock.now()
    if moment > clock.now() or (order.shipped_at and moment < order.shipped_at):
        raise Refused(
            "order.delivered_when",
            _("Goods arrive after their dispatch and not in the future. Enter another moment."),
            field="delivered_at",
        )
    _arrive(order, "deliver", by=by, seen=seen, moment=moment)
    return order


def receive(*, order: Order, seen: int, by: Actor) -> Order:
    """The buyer has the goods (R-O9): `SHIPPING` or `DELIVERED` becomes `RECEIVED`; not while a claim is open."""
    order, seen = locked(order, seen)
    now = clock.now()
    moments: dict[str, Any] = {"received_at": now, "delivered_at": order.delivered_at or now, "receive_until": None}
    move(order, ORDER, "receive", by=by, seen=seen, **moments)
    return order


# What claims do to an order, each in the transaction of its own event.


def hold(order: Order, *, claim_id: int, kind: str, state: str = "") -> None:
    """A claim of this kind is open on the locked order, in this state: it may freeze it (R-O3, R-A4).

    The claim's own event tells of it. Raises Refused `order.has_open_claim` when another one is open.
    """
    must_be_open()
    columns = {"held_by": claim_id, "held_as": kind, "held_state": state, "held_at": clock.now()}
    if not Order.unscoped.filter(pk=order.pk, held_by__isnull=True).update(**columns):
        raise Refused("order.has_open_claim", _("Another claim on this order is open. It has to end first."))
    _set(order, columns)


def hold_as(order: Order, *, claim_id: int, state: str) -> None:
    """The claim that holds the locked order has come to this state: pages say *requested* or *canceling* by it."""
    must_be_open()
    Order.unscoped.filter(pk=order.pk, held_by=claim_id).update(held_state=state)
    order.held_state = state


def release(order: Order, *, claim_id: int) -> None:
    """The claim that held the locked order has ended; the order goes on from where it was, its deadlines too."""
    must_be_open()
    columns = {"held_by": None, "held_as": "", "held_state": "", "held_at": None, **deadlines.resumed(order)}
    Order.unscoped.filter(pk=order.pk, held_by=claim_id).update(**columns)
    _set(order, columns)


def bar_cancel(order: Order) -> None:
    """After a rejection the buyer can never ask again (R-C7), and the locked order must leave today in Tokyo (R-C8).

    A preorder on its ship date, of which a new one has none yet (`plan`).
    """
    must_be_open()
    until = deadlines.leave_until(order, order.ship_date)
    Order.unscoped.filter(pk=order.pk).update(cancel_barred=True, ship_today_until=until)
    order.cancel_barred, order.ship_today_until = True, until


def _set(order: Order, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(order, name, value)


def _arrive(order: Order, action: str, *, by: Actor, seen: int, moment: datetime) -> None:
    columns: dict[str, Any] = {"delivered_at": moment, "receive_until": deadlines.receive_until(moment)}
    columns |= {"shipped_at": order.shipped_at or moment, "ship_today_until": None, "late_at": None}
    move(order, ORDER, action, by=by, seen=seen, **columns)


def _miss_code(order: Order, by: Actor) -> None:
    """Keep the try, then refuse."""
    misses = order.pickup_misses + 1
    blocked = clock.end_of(clock.today()) if misses >= pickup.MISSES_A_DAY else None
    columns: dict[str, Any] = {"pickup_misses": 0 if blocked else misses, "pickup_blocked_until": blocked}
    move(order, ORDER, "miss_code", by=by, seen=order.version, **columns)
    keep()
    raise Refused(
        "order.code_wrong", _("This is not the code of this order. Ask the buyer to show it again."), field="code"
    )


def _check_plan(ship_date: date, delay_type: str, memo: str) -> None:
    if ship_date < clock.today():
        raise Refused(
            "order.ship_date_past",
            _("The ship date has passed already. Enter today or a later day."),
            field="ship_date",
        )
    if ship_date > clock.after(clock.today(), SHIP_DATE_MOST_DAYS):
        raise Refused(
            "order.ship_date_far",
            _("The ship date is more than two years ahead. Enter an earlier day."),
            field="ship_date",
        )
    if len(memo) > DELAY_MEMO_MAX:
        raise Refused("order.memo_too_long", _("The memo has more than 1,000 characters. Shorten it."), field="memo")
    if delay_type and delay_type not in DelayType:
        raise Refused("order.unknown_delay_type", _("Choose one of the listed reasons."), field="delay_type")


def checked_parcel(order: Order, carrier: str, tracking_number: str) -> dict[str, Any]:
    """Carrier and number, trimmed (R-O2). Raises Refused as `dispatch` does."""
    carrier, tracking_number = carrier.strip(), tracking_number.strip()
    if not carrier:
        raise Refused("order.carrier_missing", _("Choose or enter the carrier."), field="carrier")
    if order.delivery_method == DeliveryMethod.TRACKED and not tracking_number:
        raise Refused(
            "order.tracking_missing",
            _("This order's delivery method is tracked. Enter the tracking number."),
            field="tracking_number",
        )
    if len(tracking_number) > 50 or len(carrier) > 200:
        raise Refused(
            "order.tracking_too_long",
            _("A tracking number has 50 characters at most, a carrier's name 200. Shorten it."),
            field="tracking_number",
        )
    return {"carrier": carrier, "tracking_number": tracking_number}
