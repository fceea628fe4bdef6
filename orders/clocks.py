"""Whose turn an order is, until when, and what happens if nobody acts: a clock for each waiting state (R-P5)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from orders.models import Order
from orders.panel import Clock, ship_today_clock
from orders.states import REFUNDING, OrderState
from orders.texts import day_text
from qsm.lib import clock

CALM, TURN, LATE = "calm", "turn", "late"


def seller_clock(order: Order) -> Clock | None:
    """The clock as the shop sees it; None for an order that waits for nobody."""
    if order.held_by is not None:
        return _held(order)
    match order.state:
        case OrderState.AWAITING_PAYMENT:
            outcome = _("If the order is not paid by then, it is canceled by itself.")
            return Clock(_("It is the buyer's turn"), _last(order.pay_until), outcome, CALM)
        case OrderState.PROCESSING:
            outcome = _("The payment is being checked. You can start as soon as the order is a new one.")
            return Clock(_("It is the marketplace's turn"), None, outcome, CALM)
        case OrderState.NEW | OrderState.PREPARING:
            return ship_today_clock(order) or _to_ship(order)
        case OrderState.SHIPPING:
            outcome = _(
                "Nothing is due. The order is delivered when the carrier says so, or received when the buyer does."
            )
            return Clock(_("The goods are on their way"), None, outcome, CALM)
        case OrderState.DELIVERED:
            outcome = _("If the buyer does nothing, the receipt counts as confirmed on the next day.")
            return _days(_("It is the buyer's turn"), order, outcome, CALM)
    return None


def buyer_clock(order: Order) -> Clock | None:
    """The clock as the buyer sees it, as long as no claim has one of its own."""
    match order.state:
        case OrderState.AWAITING_PAYMENT:
            outcome = _("If the order is not paid by then, it is canceled by itself and nothing is charged.")
            return Clock(_("It is your turn"), _last(order.pay_until), outcome, TURN)
        case OrderState.DELIVERED if order.held_by is None:
            outcome = _(
                "Confirm the receipt, or raise a claim. If you do nothing, it counts as received on the next day."
            )
            return _days(_("It is your turn"), order, outcome, TURN)
    return None


def _held(order: Order) -> Clock:
    """What a claim's own panel tells in full."""
    if order.held_as != "cancel":
        outcome = _("The order's own deadlines wait until the claim has ended.")
        return Clock(_("A claim is open"), None, outcome, CALM)
    if order.held_state == REFUNDING:
        return Clock(
            _("The refund is on its way"), None, _("The order is canceled as soon as the refund is done."), CALM
        )
    outcome = _("Decide on the cancel request. Until then the order is frozen; nothing happens by itself.")
    return Clock(_("It is your turn"), None, outcome, TURN)


def _to_ship(order: Order) -> Clock:
    """Enter a ship date, keep it, and leave within four business days (R-O1, R-O8)."""
    counted = _last(order.dispatch_by) if order.late_at and order.late_step <= 1 else None
    points = _("Not dispatched by %(day)s: −2 points.") % {"day": day_text(counted)} if counted else ""
    if order.is_delayed:
        outcome = _("The expected ship date has passed: the buyer can cancel at once, at the shop's fault.")
        return Clock(_("It is your turn"), None, f"{outcome} {points}".strip(), LATE)
    if order.state == OrderState.NEW:
        outcome = _("Enter a ship date or dispatch the order. Until then the buyer can cancel at once.")
        return Clock(_("It is your turn"), counted, f"{outcome} {points}".strip(), TURN)
    outcome = _("After that day the order is delayed: the buyer can then cancel at once, at the shop's fault.")
    return Clock(_("It is your turn"), order.ship_date, f"{outcome} {points}".strip(), TURN)


def _days(turn: str, order: Order, outcome: str, tone: str) -> Clock | None:
    """The seven days of delivery as segments, the eighth being the job's."""
    if order.receive_until is None:
        return None
    job = clock.day_of(order.receive_until)
    first = clock.day_of(order.delivered_at) if order.delivered_at else None
    return Clock(turn, _last(order.receive_until), outcome, tone, first, job)


def _last(until: datetime | None) -> date | None:
    return clock.last_day_before(until) if until else None
