"""What panels are made of: facts, clocks, and the facts of an order (R-P5, R-P8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.carriers import tracking_url
from orders.models import Order
from orders.queries import ship_today_text
from orders.texts import day_text, moment_text, yen
from qsm.lib import clock
from qsm.lib.machine import Text


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a panel's list."""

    label: str
    value: Any
    wide: bool = False
    url: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether `url` leads to another site, which opens beside ours and learns nothing of it."""
        return self.url.startswith("https://")


def headed(*said: tuple[str, Sequence[Text]]) -> list[dict[str, str]]:
    """What somebody chose and wrote, line by line under its heading; what is empty is left out."""
    found = ((label, "\n".join(str(text) for text in texts if text)) for label, texts in said)
    return [{"label": label, "text": text} for label, text in found if text]


class Segment(NamedTuple):
    """A day of a clock; `part`: past, today, ahead or job."""

    date: date
    part: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose turn it is, the last day to act (None: no deadline), and what happens if nobody does (R-P5).

    tone: turn (somebody's), late, or calm; first and job: the day it began and the day on which something happens.
    """

    turn: str
    last_day: date | None
    outcome: str
    tone: str
    first: date | None = None
    job: date | None = None

    @property
    def days(self) -> list[Segment]:
        """The days from the first to the job's, each past, today, ahead or job."""
        if not self.first or not self.job:
            return []
        days = (clock.after(self.first, place) for place in range((self.job - self.first).days + 1))
        return [Segment(day, self._part(day)) for day in days]

    def _part(self, day: date) -> str:
        if day == self.job:
            return "job"
        today = clock.today()
        return "today" if day == today else "past" if day < today else "ahead"


def ship_today_clock(order: Order) -> Clock | None:
    """The clock of an order that must leave today after a rejected cancel, if it must (R-C8)."""
    if order.ship_today_until is None:
        return None
    outcome = _("If the order is not dispatched by then, an operator judges it as a breach of the rules.")
    return Clock(
        ship_today_text(order.ship_today_until), clock.last_day_before(order.ship_today_until), outcome, "late"
    )


def _mail_fact(order: Order) -> Fact:
    """Without an address a notice goes to the inbox only, and without a log-in nobody reads that; then invite (R-O10)."""
    invite = "" if order.buyer.user_id else reverse("orders:invite", args=[order.pk])
    if address := order.buyer.address_for_mail:
        return Fact(_("Mail address"), f"{address} · {_('no log-in yet')}" if invite else address, url=invite)
    return Fact(_("Mail address"), _("None known: notices go to Qpost only"), url=invite)


def order_facts(order: Order) -> list[Fact]:
    """What the shop sees of an order (R-P8)."""
    address = f"〒{order.postal_code} {order.address}" if order.postal_code else order.address
    return [
        Fact(_("Order number"), order.number),
        Fact(_("Cart number"), order.cart.number),
        Fact(_("Product name"), order.product_name, wide=True),
        Fact(_("Product code"), order.product_code),
        Fact(_("Seller's product code"), order.seller_product_code),
        Fact(_("Option"), order.option),
        Fact(_("Seller's option code"), order.option_code),
        Fact(_("Quantity"), order.quantity),
        Fact(_("Order total"), yen(order.total_yen)),
        Fact(_("Payment method"), order.get_payment_method_display()),
        Fact(_("Ordered on"), moment_text(order.ordered_at)),
        Fact(_("Paid on"), moment_text(order.paid_at)),
        Fact(_("Expected ship date"), day_text(order.ship_date)),
        Fact(_("Reason for the date"), order.get_delay_type_display()),
        Fact(_("Memo"), order.delay_memo, wide=True),
        Fact(_("Shipped on"), moment_text(order.shipped_at)),
        Fact(_("Delivery method"), order.get_delivery_method_display()),
        Fact(_("Carrier"), order.carrier),
        Fact(_("Tracking number"), order.tracking_number, url=tracking_url(order.carrier, order.tracking_number)),
        Fact(_("Delivered on"), moment_text(order.delivered_at)),
        Fact(_("Received on"), moment_text(order.received_at)),
        Fact(_("Order country"), order.country),
        Fact(_("Buyer"), order.buyer.name),
        _mail_fact(order),
        Fact(_("Recipient"), order.recipient_name),
        Fact(_("Phone"), order.recipient_mobile or order.recipient_phone),
        Fact(_("Address"), address, wide=True),
        Fact(_("Delivery request"), order.delivery_request, wide=True),
    ]
