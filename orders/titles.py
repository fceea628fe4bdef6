"""What the events of an order are called, and what more there is to say of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.states import RefundWay
from orders.texts import day_text, yen
from qsm.events.models import Event

TITLES = {
    "order.imported": _("Order taken from a file"),
    "order.updated": _("Order updated from a file"),
    "order.planned": _("Ship date entered"),
    "order.replanned": _("Ship date changed"),
    "order.dispatched": _("Dispatched"),
    "order.ship_today_missed": _("Not shipped the same day"),
    "refund.started": _("Refund started"),
    "refund.done": _("Card payment voided"),
    "refund.failed": _("The gateway refused the void"),
    "refund.given_up": _("Refund stopped by an operator"),
    "refund.retried": _("Void tried again"),
    "refund.credited": _("Refund credited to the balance"),
    "refund.confirmed": _("Refunded where the order was paid"),
}

OWN = ("order.", "refund.")


def details(events: Iterable[Event]) -> dict[int, str]:
    """By id of the event: the date, the parcel, the amount and its way."""
    return {event.pk: _detail(event.name, event.data) for event in events if event.name.startswith(OWN)}


def _detail(name: str, data: dict[str, Any]) -> str:
    match name:
        case "order.planned" | "order.replanned":
            return day_text(date.fromisoformat(data["ship_date"]))
        case "order.dispatched":
            return f"{data['carrier']} {data['tracking_number']}".strip()
    if name.startswith("refund."):
        return f"{yen(data['yen'])} · {RefundWay(data['way']).label}"
    return ""
