"""What the events of an order are called, and what more there is to say of them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.models import Recipient
from orders.states import CancelBlock, RefundWay
from orders.texts import day_text, yen
from qsm.accounts.access import SYSTEM
from qsm.events.models import Event

VERSIONS = ("recipient_before", "recipient")

TITLES = {
    "order.imported": _("Order taken from a file"),
    "order.entered": _("Order entered by hand"),
    "order.updated": _("Order updated from a file"),
    "buyer.invited": _("Invitation to a log-in sent"),
    "buyer.joined": _("The buyer set up a log-in"),
    "order.planned": _("Ship date entered"),
    "order.replanned": _("Ship date changed"),
    "order.dispatched": _("Dispatched"),
    "order.ship_today_missed": _("Not shipped the same day"),
    "order.canceled": _("Order canceled"),
    "order.refunded": _("Order refunded"),
    "order.cancel_blocked": _("Cancels in the console barred"),
    "order.cancel_unblocked": _("Cancels in the console allowed again"),
    "order.marked_preorder": _("Marked as a preorder"),
    "order.marked_ordinary": _("Marked as an ordinary order"),
    "order.paid": _("Paid"),
    "order.checked": _("Payment checked: the shop may start"),
    "order.expired": _("Canceled: not paid within 7 days"),
    "order.readdressed": _("Recipient changed"),
    "order.explained": _("Reason for the ship date changed"),
    "order.corrected": _("Carrier and number corrected"),
    "order.handed_over": _("Handed over at the shop"),
    "order.code_missed": _("Wrong code at the hand-over"),
    "order.provided": _("Online service provided"),
    "order.delivered": _("Delivered"),
    "order.received": _("Receipt confirmed by the buyer"),
    "order.lapsed": _("Receipt confirmed by time"),
    "order.late_warned": _("Third business day without dispatch"),
    "order.late_counted": _("Not dispatched within four business days"),
    "order.late_restricted": _("Sales restricted: not dispatched within five business days"),
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
    """By id of the event: the date, the parcel, the amount and its way, the recipients; one query for all of these."""
    own = [event for event in events if event.name.startswith(OWN)]
    return {event.pk: _detail(event.name, event.data) for event in own} | _recipients(own)


def _recipients(events: Iterable[Event]) -> dict[int, str]:
    changed = [event for event in events if "recipient" in event.data]
    ids = [event.data[name] for event in changed for name in VERSIONS]
    rows = Recipient.objects.for_actor(SYSTEM).in_bulk(ids) if ids else {}
    return {event.pk: " → ".join(_shown(rows.get(event.data[name])) for name in VERSIONS) for event in changed}


def _shown(version: Recipient | None) -> str:
    return str(_("(erased)")) if version is None or version.erased_at else version.text


def _detail(name: str, data: dict[str, Any]) -> str:
    match name:
        case "order.planned" | "order.replanned" | "order.explained":
            return day_text(date.fromisoformat(data["ship_date"]))
        case "order.dispatched" | "order.corrected":
            return f"{data['carrier']} {data['tracking_number']}".strip()
        case "order.cancel_blocked":
            return str(CancelBlock(data["reason"]).label)
    if name.startswith("refund."):
        return f"{yen(data['yen'])} · {RefundWay(data['way']).label}"
    return ""
