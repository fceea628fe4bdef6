"""Read side of orders: counters, and how an order's state reads."""

from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import Order
from orders.states import BEFORE_DISPATCH, DELAYED, REFUNDING, SHIPPING_REQUEST, SHIPPING_REQUEST_LABEL, OrderState
from qsm.accounts.access import Actor
from qsm.lib import clock
from qsm.lib.grid import Chip

# What each counter and each tab of the delivery page means: a condition on orders.
FREE = Q(held_by__isnull=True)


def conditions() -> dict[str, Q]:
    """The groups of the delivery page by name, today (section 3, R-P2)."""
    late = Order.delayed()
    return {
        "awaiting_payment": Q(state=OrderState.AWAITING_PAYMENT) & FREE,
        "request": Q(state__in=SHIPPING_REQUEST) & FREE,
        "new": Q(state=OrderState.NEW) & FREE,
        "preparing": Q(state=OrderState.PREPARING) & FREE & ~late,
        "delayed": late,
        "ship_today": Q(ship_today_until__isnull=False),
        "cancel": Q(state__in=SHIPPING_REQUEST, held_as="cancel"),
        "shipping": Q(state=OrderState.SHIPPING),
        "delivered": Q(state=OrderState.DELIVERED),
    }


MAIN_PAGE = ("awaiting_payment", "new", "request", "delayed", "ship_today")
COUNTED = ("new", "preparing", "delayed", "ship_today", "cancel")


def counters(actor: Actor) -> dict[str, int]:
    """How many orders wait in each group, in one query over what is open."""
    groups = conditions()
    waiting = Order.objects.for_actor(actor).filter(state__in=SHIPPING_REQUEST)
    return waiting.aggregate(**{name: Count("pk", filter=groups[name]) for name in COUNTED})


def waiting(actor: Actor) -> dict[str, int]:
    """What waits before dispatch, as the main page counts it, in one query over what is open (R-P1)."""
    groups = conditions()
    rows = Order.objects.for_actor(actor).filter(state__in=BEFORE_DISPATCH)
    return rows.aggregate(**{name: Count("pk", filter=groups[name]) for name in MAIN_PAGE})


def state_chip(
    state: str, ship_date: date | None, held_as: str, held_state: str, ship_today_until: datetime | None
) -> Chip:
    """The delivery state as the grid says it: 배송요청 with what is special about it (section 3)."""
    if held_as == "cancel":
        return Chip(_("Canceling")) if held_state == REFUNDING else Chip(_("Cancel requested"), "turn")
    if state not in SHIPPING_REQUEST:
        return Chip(str(OrderState(state).label))
    lead = str(SHIPPING_REQUEST_LABEL)
    if ship_today_until:
        return Chip(ship_today_text(ship_today_until), "late", lead)
    if state == OrderState.PREPARING and ship_date and ship_date < clock.today():
        return Chip(str(DELAYED), "late", lead)
    return Chip(str(OrderState(state).label), "", lead)


def buyer_chip(order: Order) -> Chip:
    """The delivery state as its buyer reads it: what the shop must do today is not the buyer's matter."""
    return state_chip(order.state, order.ship_date, order.held_as, order.held_state, None)._replace(lead="")


def ship_today_text(until: datetime) -> str:
    """The mark of R-C8: ship today, N hours left; or that the day is over."""
    hours = clock.hours_left(until)
    if not hours:
        return _("Not shipped the same day")
    return ngettext("Ship today · %(hours)d hour left", "Ship today · %(hours)d hours left", hours) % {"hours": hours}
