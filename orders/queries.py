"""Read side of orders: counters, and how an order's state reads."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.models import Order
from orders.states import (
    BEFORE_DISPATCH,
    DELAYED,
    ON_THE_WAY,
    REFUNDING,
    SHIPPING_REQUEST,
    SHIPPING_REQUEST_LABEL,
    DeliveryMethod,
    OrderState,
)
from orders.texts import day_text
from qsm.accounts.access import Actor
from qsm.accounts.counting import Counters, count
from qsm.lib import clock
from qsm.lib.grid import Chip
from qsm.lib.machine import Text

# Orders that no claim holds.
FREE = Q(held_by__isnull=True)
CANCEL_SHOWN_DAYS = 14
ENDED = (OrderState.CANCELED, OrderState.RETURNED, OrderState.REFUNDED)
# The groups of the delivery page by name, in the order of its filter.
GROUPS = (
    ("open", gettext_lazy("Before dispatch")),
    ("awaiting_payment", OrderState.AWAITING_PAYMENT.label),
    ("processing", OrderState.PROCESSING.label),
    ("request", SHIPPING_REQUEST_LABEL),
    ("new", OrderState.NEW.label),
    ("preparing", OrderState.PREPARING.label),
    ("delayed", DELAYED),
    ("ship_today", gettext_lazy("To ship today")),
    ("cancel", gettext_lazy("Cancel requested / canceling (2 weeks)")),
    ("sent", gettext_lazy("Shipping / delivered")),
    ("shipping", OrderState.SHIPPING.label),
    ("delivered", OrderState.DELIVERED.label),
    ("received", OrderState.RECEIVED.label),
    ("ended", gettext_lazy("Canceled, returned, refunded")),
)


def conditions() -> dict[str, Q]:
    """What each group of the delivery page means today (section 3, R-P2).

    With an open cancel claim an order counts under that claim only, and there for two weeks.
    """
    late = Order.delayed()
    two_weeks_ago = clock.start_of(clock.after(clock.today(), 1 - CANCEL_SHOWN_DAYS))
    return {
        "open": Q(state__in=BEFORE_DISPATCH),
        "awaiting_payment": Q(state=OrderState.AWAITING_PAYMENT) & FREE,
        "processing": Q(state=OrderState.PROCESSING) & FREE,
        "request": Q(state__in=SHIPPING_REQUEST) & FREE,
        "new": Q(state=OrderState.NEW) & FREE,
        "preparing": Q(state=OrderState.PREPARING) & FREE & ~late,
        "delayed": late,
        "ship_today": Q(state__in=SHIPPING_REQUEST, ship_today_until__lte=clock.end_of(clock.today())) & FREE,
        "cancel": Q(state__in=BEFORE_DISPATCH, held_as="cancel", held_at__gte=two_weeks_ago),
        "sent": Q(state__in=ON_THE_WAY),
        "shipping": Q(state=OrderState.SHIPPING),
        "delivered": Q(state=OrderState.DELIVERED),
        "received": Q(state=OrderState.RECEIVED),
        "ended": Q(state__in=ENDED),
    }


@dataclass(frozen=True, slots=True)
class Counter:
    """A number of the delivery page: `query` of its link; the same filters make its condition."""

    name: str
    label: Text
    group: str
    kind: str = ""
    method: str = ""
    tone: str = ""

    @property
    def query(self) -> str:
        """The address of the orders that it counts."""
        return urlencode({"state": self.group} | {k: v for k, v in (("type", self.kind), ("method", self.method)) if v})

    def condition(self, groups: dict[str, Q]) -> Q:
        """What it counts."""
        condition = groups[self.group]
        if self.kind:
            condition &= Q(is_preorder=self.kind == PREORDER)
        return condition & Q(delivery_method=self.method) if self.method else condition


ORDINARY, PREORDER = "ordinary", "preorder"
OF_A_TYPE = (
    ("processing", OrderState.PROCESSING.label, ""),
    ("new", OrderState.NEW.label, ""),
    ("preparing", OrderState.PREPARING.label, ""),
    ("delayed", DELAYED, "late"),
    ("cancel", gettext_lazy("Cancel requested / canceling (2 weeks)"), ""),
)
# The counters in rows: ordinary orders, preorders apart, and shipping requests by delivery method (R-P2, R-O5).
COUNTERS: tuple[tuple[Text, tuple[Counter, ...]], ...] = (
    *(
        (title, tuple(Counter(f"{kind}_{group}", label, group, kind, tone=tone) for group, label, tone in OF_A_TYPE))
        for kind, title in ((ORDINARY, gettext_lazy("Ordinary orders")), (PREORDER, gettext_lazy("Preorders")))
    ),
    (
        gettext_lazy("Delivery method"),
        (
            *(Counter(f"by_{method}", method.label, "request", method=method.value) for method in DeliveryMethod),
            Counter("ship_today", gettext_lazy("To ship today"), "ship_today", tone="late"),
        ),
    ),
)
MAIN_PAGE = ("awaiting_payment", "new", "request", "delayed", "ship_today")


def counters(actor: Actor) -> dict[str, int]:
    """The numbers of the delivery page, in one query over what is open."""
    return count(actor, DELIVERY_PAGE)[0]


def _before_dispatch(actor: Actor) -> QuerySet[Order]:
    return Order.objects.for_actor(actor).filter(state__in=BEFORE_DISPATCH)


def _cells() -> dict[str, Q]:
    groups = conditions()
    return {cell.name: cell.condition(groups) for _title, row in COUNTERS for cell in row}


def _waiting() -> dict[str, Q]:
    groups = conditions()
    return {name: groups[name] for name in MAIN_PAGE}


DELIVERY_PAGE = Counters(_before_dispatch, _cells)
# What waits before dispatch, as the main page counts it (R-P1).
WAITING = Counters(_before_dispatch, _waiting)


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
        is_today = ship_today_until <= clock.end_of(clock.today())
        return Chip(ship_today_text(ship_today_until), "late" if is_today else "turn", lead)
    if state == OrderState.PREPARING and ship_date and ship_date < clock.today():
        return Chip(str(DELAYED), "late", lead)
    return Chip(str(OrderState(state).label), "", lead)


def buyer_chip(order: Order) -> Chip:
    """The delivery state as its buyer reads it: what the shop must do today is not the buyer's matter."""
    return state_chip(order.state, order.ship_date, order.held_as, order.held_state, None)._replace(lead="")


def ship_today_text(until: datetime) -> str:
    """The mark of R-C8: ship today, N hours left; a preorder by its day; or that the day is over."""
    day = clock.last_day_before(until)
    if day > clock.today():
        return _("Ship by %(day)s") % {"day": day_text(day)}
    hours = clock.hours_left(until)
    if not hours:
        return _("Not shipped the same day")
    return ngettext("Ship today · %(hours)d hour left", "Ship today · %(hours)d hours left", hours) % {"hours": hours}
