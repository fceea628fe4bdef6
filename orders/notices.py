"""What an order's own life tells its buyer (R-O1)."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import Notice


def for_buyer(event: Event) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the order on My page."""
    order = Order.objects.for_actor(SYSTEM).select_related("seller").get(pk=event.order_id or 0)
    ship_date = date.fromisoformat(event.data["ship_date"]) if "ship_date" in event.data else order.ship_date
    return {
        "shop": order.seller.name,
        "order": order.number,
        "product": order.product_name,
        "ship_date": formats.date_format(ship_date) if ship_date else "",
        "carrier": order.carrier,
        "tracking": order.tracking_number or "–",
        "url": f"{reverse('my')}?order={order.pk}",
    }


NOTICES = (
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
)
