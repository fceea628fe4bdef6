"""The life of an order: its machine, then one function per action in the order of life (R-O1, R-O2, R-O3).

The only writer of an order's state and of the columns that claims set on it.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.states import DELAY_MEMO_MAX, SHIPPING_REQUEST, DelayType, DeliveryMethod, OrderState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.door import expect, keep, lock, move, must_be_open
from qsm.lib import clock
from qsm.lib.machine import Guard, Machine, Refused, Transition

NOT_HELD = Guard(
    "order.cancel_open",
    _(
        "This order has an open cancel claim, so it cannot be dispatched nor given a ship date. "
        "Approve the cancel, reject it, or get it withdrawn first."
    ),
    lambda order: order.held_as != "cancel",
)
NOT_DELAYED = Guard(
    "order.delayed",
    _("The expected ship date has passed, so it can no longer be changed. Dispatch the order, or tell the buyer."),
    lambda order: not order.is_delayed,
)
SELLER = frozenset({Party.SELLER})
BY_SYSTEM = frozenset({Party.SYSTEM})
ORDER = Machine(
    name="order",
    initial=frozenset(OrderState) - {OrderState.CANCELED, OrderState.RETURNED, OrderState.REFUNDED},
    transitions=(
        Transition(
            "plan",
            frozenset({OrderState.NEW}),
            OrderState.PREPARING,
            SELLER,
            "order.planned",
            _("Enter ship date"),
            (NOT_HELD,),
        ),
        Transition(
            "plan",
            frozenset({OrderState.PREPARING}),
            OrderState.PREPARING,
            SELLER,
            "order.replanned",
            _("Change ship date"),
            (NOT_HELD, NOT_DELAYED),
        ),
        Transition(
            "dispatch",
            frozenset(SHIPPING_REQUEST),
            OrderState.SHIPPING,
            SELLER,
            "order.dispatched",
            _("Dispatch"),
            (NOT_HELD,),
        ),
        Transition(
            "miss_ship_today",
            frozenset(SHIPPING_REQUEST),
            None,
            BY_SYSTEM,
            "order.ship_today_missed",
            _("Not shipped the same day"),
        ),
    ),
    wrong_state=_("The order's delivery state does not allow this any more. Open it again to see what it allows now."),
    wrong_party=_("You may not do this to an order. Ask the shop's owner or staff."),
)


def settle(*, order: Order) -> None:
    """Apply the deadlines that the order has passed, and nothing else: what the job does for all of them (R-T4)."""
    locked(order, order.version)


def plan(*, order: Order, seen: int, by: Actor, ship_date: date, delay_type: str = "", memo: str = "") -> Order:
    """Enter or change the expected ship date (R-O1); `NEW` becomes `PREPARING`.

    ship_date: a day in Tokyo, today or later; delay_type: a DelayType or nothing; memo: 1,000 characters at most.
    Raises Conflict, and Refused: `order.ship_date_past`, `order.memo_too_long`, `order.unknown_delay_type`, or the machine's.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "plan", by=by, seen=seen)
    if ship_date < clock.today():
        raise Refused(
            "order.ship_date_past",
            _("The ship date has passed already. Enter today or a later day."),
            field="ship_date",
        )
    if len(memo) > DELAY_MEMO_MAX:
        raise Refused("order.memo_too_long", _("The memo has more than 1,000 characters. Shorten it."), field="memo")
    if delay_type and delay_type not in DelayType:
        raise Refused("order.unknown_delay_type", _("Choose one of the listed reasons."), field="delay_type")
    before = order.ship_date
    move(
        order,
        ORDER,
        "plan",
        by=by,
        seen=seen,
        data={
            "ship_date": ship_date.isoformat(),
            "before": before and before.isoformat(),
            "delay_type": delay_type,
        },
        ship_date=ship_date,
        delay_type=delay_type,
        delay_memo=memo,
    )
    return order


def dispatch(*, order: Order, seen: int, by: Actor, carrier: str, tracking_number: str = "") -> Order:
    """Send the goods (R-O2): `NEW` or `PREPARING` becomes `SHIPPING`; refused while a cancel is open (R-O3).

    carrier: a name, any; tracking_number: needed for tracked delivery methods, 50 characters at most.
    Raises Conflict, and Refused: `order.carrier_missing`, `order.tracking_missing`, `order.tracking_too_long`, or the
    machine's.
    """
    order, seen = locked(order, seen)
    expect(order, ORDER, "dispatch", by=by, seen=seen)
    carrier, tracking_number = carrier.strip(), tracking_number.strip()
    _check_parcel(order, carrier, tracking_number)
    move(
        order,
        ORDER,
        "dispatch",
        by=by,
        seen=seen,
        data={"carrier": carrier, "tracking_number": tracking_number},
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_at=clock.now(),
        ship_today_until=None,
    )
    return order


def miss_ship_today(order: Order) -> Order:
    """Apply the deadline of R-C8 to a locked order that it has passed: an event that an operator judges.

    Dated with the day that the deadline made it due (R-T4).
    """
    move(
        order,
        ORDER,
        "miss_ship_today",
        by=SYSTEM,
        seen=order.version,
        occurred_at=order.ship_today_until,
        ship_today_until=None,
    )
    return order


def hold(order: Order, *, claim_id: int, kind: str) -> None:
    """A claim of this kind is open on the locked order: it may freeze it (R-O3, R-A4).

    The claim's own event tells of it. Raises Refused `order.has_open_claim` when another one is open.
    """
    must_be_open()
    free = Order.unscoped.filter(pk=order.pk, held_by__isnull=True)
    if not free.update(held_by=claim_id, held_as=kind):
        raise Refused("order.has_open_claim", _("Another claim on this order is open. It has to end first."))
    order.held_by, order.held_as = claim_id, kind


def release(order: Order, *, claim_id: int) -> None:
    """The claim that held the locked order has ended; the order goes on from where it was."""
    must_be_open()
    Order.unscoped.filter(pk=order.pk, held_by=claim_id).update(held_by=None, held_as="")
    order.held_by, order.held_as = None, ""


def bar_cancel(order: Order) -> None:
    """After a rejection the buyer can never ask again (R-C7), and the locked order must leave today in Tokyo (R-C8)."""
    must_be_open()
    until = clock.end_of(clock.today())
    Order.unscoped.filter(pk=order.pk).update(cancel_barred=True, ship_today_until=until)
    order.cancel_barred, order.ship_today_until = True, until


def locked(order: Order, seen: int) -> tuple[Order, int]:
    """The order as it is now, locked, after the outcome of a deadline that has passed (R-T4).

    That outcome leaves the state as it was, so whoever had seen the version just before it has seen enough.
    """
    [order] = lock(Order, order.pk)
    if order.ship_today_until is None or order.ship_today_until > clock.now():
        return order, seen
    seen += order.version == seen
    miss_ship_today(order)
    keep()
    return order, seen


def _check_parcel(order: Order, carrier: str, tracking_number: str) -> None:
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
