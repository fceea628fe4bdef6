"""What My page shows and offers of an order itself, beside its claims (R-P4)."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.clocks import buyer_clock
from orders.machine import NOT_HELD, ORDER
from orders.models import Order
from orders.panel import Clock
from orders.pickup import code_of
from orders.states import SHIPPING_REQUEST, DeliveryMethod
from qsm.accounts.access import Actor
from qsm.events.forms import new_key


@dataclass
class MyOrder:
    """An order as its own buyer sees it."""

    order: Order
    actor: Actor

    @property
    def words(self) -> list[dict[str, str]]:
        """The code to show at the shop, as long as the order can be picked up (R-O7)."""
        order = self.order
        waits = order.delivery_method == DeliveryMethod.PICKUP and order.state in SHIPPING_REQUEST
        if not waits or not NOT_HELD.holds(order):
            return []
        text = _("%(code)s. Show it at the shop when you receive the goods, and to nobody before.")
        return [{"label": _("Your pickup code:"), "text": text % {"code": code_of(order)}}]

    @property
    def clock(self) -> Clock | None:
        return buyer_clock(self.order)

    @property
    def actions(self) -> list[dict[str, Any]]:
        """Rows of parts/actions.html: confirm the receipt (R-O9), or why not."""
        url = reverse("my_orders:receive", args=[self.order.pk])
        return [
            {
                "label": choice.transition.label,
                "url": url,
                "enabled": choice.enabled,
                "reason": choice.refusal and choice.refusal.message,
                "tone": "",
                "post": True,
                "key": new_key(),
                "seen": self.order.version,
            }
            for choice in ORDER.choices(self.order, self.actor.party)
        ]
