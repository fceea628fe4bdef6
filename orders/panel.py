"""The order panel: what one order is, and what can be done with it now (R-P2, R-P5)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.forms import CARRIERS, DispatchForm, PlanForm
from orders.machine import ORDER
from orders.models import Order
from orders.queries import ship_today_text, state_chip
from orders.texts import day_text, moment_text, yen
from qsm.accounts.access import Actor
from qsm.events.forms import ActionForm
from qsm.events.history import Entry, timeline
from qsm.lib import clock
from qsm.lib.grid import Chip
from qsm.lib.machine import Choice


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a panel's list."""

    label: str
    value: Any
    wide: bool = False
    url: str = ""


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


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work in the panel: a form, or why it is not possible now."""

    id: str
    choice: Choice
    form: ActionForm
    url: str
    tone: str
    names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return str(self.choice.transition.label)

    label = title

    @property
    def enabled(self) -> bool:
        return self.choice.enabled

    @property
    def reason(self) -> str:
        return str(self.choice.refusal.message) if self.choice.refusal else ""


@dataclass
class OrderPanel:
    """All that the template shows of one order to one actor; a sent form that was refused stands in for a fresh one."""

    order: Order
    actor: Actor
    sent: PlanForm | DispatchForm | None = None

    @property
    def number(self) -> str:
        return self.order.number

    @property
    def chip(self) -> Chip:
        order = self.order
        return state_chip(order.state, order.ship_date, order.held_as, order.held_state, order.ship_today_until)

    @property
    def clock(self) -> Clock | None:
        return ship_today_clock(self.order)

    @property
    def facts(self) -> list[Fact]:
        return order_facts(self.order)

    @property
    def timeline(self) -> list[Entry]:
        return timeline(self.order.pk, self.actor)

    @property
    def works(self) -> list[Work]:
        """What this actor can do in this state, the likeliest first; the impossible says why."""
        choices = {choice.transition.action: choice for choice in ORDER.choices(self.order, self.actor.party)}
        works = []
        if "dispatch" in choices:
            works.append(self._work("dispatch", choices["dispatch"], self._dispatch_form(), "main", CARRIERS))
        if "plan" in choices:
            works.append(self._work("plan", choices["plan"], self._plan_form(), ""))
        return works

    def _work(self, name: str, choice: Choice, form: ActionForm, tone: str, names: tuple[str, ...] = ()) -> Work:
        return Work(name, choice, form, reverse(f"orders:{name}", args=[self.order.pk]), tone, names)

    def _plan_form(self) -> PlanForm:
        if isinstance(self.sent, PlanForm):
            return self.sent
        first = {"ship_date": self.order.ship_date or clock.today(), "delay_type": self.order.delay_type}
        return PlanForm(version=self.order.version, initial=first)

    def _dispatch_form(self) -> DispatchForm:
        if isinstance(self.sent, DispatchForm):
            return self.sent
        first = {"carrier": self.order.carrier, "tracking_number": self.order.tracking_number}
        return DispatchForm(version=self.order.version, initial=first)


def ship_today_clock(order: Order) -> Clock | None:
    """The clock of an order that must leave today after a rejected cancel, if it must (R-C8)."""
    if order.ship_today_until is None:
        return None
    outcome = _("If the order is not dispatched by then, an operator judges it as a breach of the rules.")
    return Clock(
        ship_today_text(order.ship_today_until), clock.last_day_before(order.ship_today_until), outcome, "late"
    )


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
        Fact(_("Ordered on"), moment_text(order.ordered_at)),
        Fact(_("Paid on"), moment_text(order.paid_at)),
        Fact(_("Expected ship date"), day_text(order.ship_date)),
        Fact(_("Shipped on"), moment_text(order.shipped_at)),
        Fact(_("Carrier"), order.carrier),
        Fact(_("Tracking number"), order.tracking_number),
        Fact(_("Delivered on"), moment_text(order.delivered_at)),
        Fact(_("Order country"), order.country),
        Fact(_("Buyer"), order.buyer.name),
        Fact(_("Recipient"), order.recipient_name),
        Fact(_("Phone"), order.recipient_mobile or order.recipient_phone),
        Fact(_("Address"), address, wide=True),
        Fact(_("Delivery request"), order.delivery_request, wide=True),
    ]
