"""What an order's own life tells its two sides (R-O1, R-O4, R-O7, R-O8, R-O9)."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from orders.invitations import token
from orders.models import BuyerInvitation, Order
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import MAIL, Notice, told_by
from qsm.lib import clock


def subjects(events: Iterable[Event]) -> dict[int, Order]:
    """By id of the event: its order, in one query for all of them."""
    told = told_by(NOTICES, events)
    orders = Order.objects.for_actor(SYSTEM).select_related("seller").in_bulk({event.order_id for event in told})
    return {event.pk: orders[event.order_id or 0] for event in told}


def _facts(event: Event, order: Order) -> dict[str, str]:
    ship_date = date.fromisoformat(event.data["ship_date"]) if "ship_date" in event.data else order.ship_date
    last_day = date.fromisoformat(event.data["last_day"]) if "last_day" in event.data else None
    receive_by = order.receive_until and clock.last_day_before(order.receive_until)
    return {
        "shop": order.seller.name,
        "order": order.number,
        "product": order.product_name,
        "ship_date": formats.date_format(ship_date) if ship_date else "",
        "receive_by": formats.date_format(receive_by) if receive_by else "–",
        "carrier": event.data.get("carrier", order.carrier),
        "tracking": event.data.get("tracking_number", order.tracking_number) or "–",
        "points": str(event.data.get("points", "")),
        "rate": str(event.data.get("rate", "")),
        "last_day": formats.date_format(last_day) if last_day else "",
    }


def for_buyer(event: Event, order: Order) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the order on My page."""
    return {**_facts(event, order), "url": f"{reverse('my')}?order={event.order_id}"}


def for_seller(event: Event, order: Order) -> Mapping[str, str]:
    """Parameters of a notice to the shop; it leads to the order."""
    return {**_facts(event, order), "url": reverse("orders:page", args=[event.order_id])}


def for_invited(event: Event, order: Order) -> Mapping[str, str]:
    """Parameters of the invitation: where the shop sent it, and the page that confirms it (R-O10)."""
    invitation = BuyerInvitation.objects.for_actor(SYSTEM).get(pk=event.data["invitation"])
    return {
        **for_buyer(event, order),
        "url": reverse("welcome", args=[token(invitation.pk)]),
        "address": invitation.email,
    }


NOTICES = (
    Notice(
        event="buyer.invited",
        to=Party.BUYER,
        title=_("{shop} invites you to see your orders"),
        text=_(
            "{shop} invites you to a log-in of your own, with which you see your orders, ask for cancels and read messages.\n"
            "The link is good for seven days and for one use. Have your order number and phone number at hand."
        ),
        facts=for_invited,
        channels=(MAIL,),
    ),
    Notice(
        event="order.replanned",
        to=Party.BUYER,
        title=_("New ship date: order {order}"),
        text=_("{shop} now expects to ship order {order} ({product}) on {ship_date}."),
        facts=for_buyer,
    ),
    Notice(
        event="order.dispatched",
        to=Party.BUYER,
        title=_("Shipped: order {order}"),
        text=_("{shop} has shipped order {order} ({product}).\nCarrier: {carrier}\nTracking number: {tracking}"),
        facts=for_buyer,
    ),
    Notice(
        event="order.corrected",
        to=Party.BUYER,
        title=_("Carrier or tracking number corrected: order {order}"),
        text=_(
            "{shop} has corrected the parcel of order {order} ({product}).\nCarrier: {carrier}\nTracking number: "
            "{tracking}"
        ),
        facts=for_buyer,
    ),
    Notice(
        event="order.readdressed",
        to=Party.BUYER,
        title=_("Recipient changed: order {order}"),
        text=_(
            "{shop} has changed the recipient or the address of order {order} ({product}). If you did not ask "
            "for it, write to the shop before it is shipped."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="order.delivered",
        to=Party.BUYER,
        title=_("Delivered: order {order}"),
        text=_(
            "Order {order} ({product}) has been delivered. Please confirm the receipt by {receive_by}; after "
            "that day it counts as received."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="order.handed_over",
        to=Party.BUYER,
        title=_("Handed over: order {order}"),
        text=_(
            "{shop} has handed order {order} ({product}) over against your code. If you have not received it, "
            "report it on My page."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="order.provided",
        to=Party.BUYER,
        title=_("Service provided: order {order}"),
        text=_(
            "{shop} has marked the online service of order {order} ({product}) as provided. If you have not "
            "received it, report it on My page."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="order.expired",
        to=Party.BUYER,
        title=_("Canceled because it was not paid: order {order}"),
        text=_("Order {order} ({product}) was not paid within 7 days and has been canceled. Nothing was charged."),
        facts=for_buyer,
    ),
    Notice(
        event="order.late_warned",
        to=Party.SELLER,
        title=_("Third business day: order {order} has not been dispatched"),
        text=_(
            "Order {order} ({product}) was paid two business days ago. Dispatch it by the end of the fourth "
            "business day, or the shop gets −2 points."
        ),
        facts=for_seller,
    ),
    Notice(
        event="order.late_counted",
        to=Party.SELLER,
        title=_("Late dispatch: order {order}, {points} points"),
        text=_(
            "Order {order} ({product}) was not dispatched within four business days: {points} points. After the "
            "fifth, a shop with a dispatch rate of 95 percent or less is restricted for 30 days."
        ),
        facts=for_seller,
    ),
    Notice(
        event="order.late_restricted",
        to=Party.SELLER,
        title=_("Sales restricted until {last_day}"),
        text=_(
            "Order {order} ({product}) was not dispatched within five business days, and the shop's dispatch "
            "rate is {rate} percent. Sales are restricted until {last_day}; the restriction lifts by itself."
        ),
        facts=for_seller,
    ),
    Notice(
        event="refund.failed",
        to=Party.BUYER,
        title=_("Your refund takes longer: order {order}"),
        text=_(
            "The card company has not taken back the payment of order {order} ({product}) yet. The marketplace takes care "
            "of it; you need not do anything."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="refund.failed",
        to=Party.SELLER,
        title=_("A refund failed: order {order}"),
        text=_(
            "The card company has refused to take back the payment of order {order} ({product}). The marketplace takes care "
            "of it. The order stays frozen until then."
        ),
        facts=for_seller,
    ),
)
