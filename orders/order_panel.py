"""The order panel: what one order is, whose turn it is, and what can be done with it now (R-P2, R-P5)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from orders import page
from orders.clocks import seller_clock
from orders.forms import CorrectForm, DispatchForm, HandOverForm, PlanForm, RecipientForm, parcel_of
from orders.machine import ORDER, OTHER_METHODS
from orders.models import RECIPIENT, Order
from orders.panel import Clock, Fact, order_facts
from orders.queries import state_chip
from orders.states import ON_THE_WAY, SHIPPING_REQUEST
from qsm.accounts.access import Actor, Party
from qsm.events.forms import ActionForm, ConfirmForm
from qsm.events.history import Entry, timeline
from qsm.lib import clock
from qsm.lib.grid import Chip
from qsm.lib.machine import Choice


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step: the form that it needs and what stands in it at first."""

    form: type[ActionForm]
    first: Callable[[Order], dict[str, Any]] = lambda order: {}
    tone: str = ""
    folded: bool = False


def planned(order: Order) -> dict[str, Any]:
    """What is known of an order's ship date; today for a new one."""
    return {
        "ship_date": order.ship_date or clock.today(),
        "delay_type": order.delay_type,
        "memo": order.delay_memo,
    }


def recipient_of(order: Order) -> dict[str, Any]:
    """To whom and where an order goes."""
    return {name: getattr(order, name) for name in RECIPIENT}


# The actions of a shop, the likeliest first.
KINDS = {
    "dispatch": Kind(DispatchForm, parcel_of, "main"),
    "hand_over": Kind(HandOverForm, tone="main"),
    "provide": Kind(ConfirmForm, tone="main"),
    "plan": Kind(PlanForm, planned),
    "correct": Kind(CorrectForm, parcel_of),
    "readdress": Kind(RecipientForm, recipient_of, folded=True),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work in the panel: a form, or why it is not possible now. A folded one opens when it is asked for."""

    id: str
    choice: Choice
    form: ActionForm
    url: str
    tone: str
    folded: bool

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
    """All that the template shows of one order to one actor.

    sent: by action, a form that was refused and stands in for a fresh one.
    """

    order: Order
    actor: Actor
    sent: dict[str, ActionForm] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.order.number

    @property
    def chip(self) -> Chip:
        order = self.order
        return state_chip(order.state, order.ship_date, order.held_as, order.held_state, order.ship_today_until)

    @property
    def clock(self) -> Clock | None:
        return seller_clock(self.order)

    @property
    def facts(self) -> list[Fact]:
        return order_facts(self.order)

    @property
    def timeline(self) -> list[Entry]:
        return timeline(self.order.pk, self.actor)

    @property
    def links(self) -> list[dict[str, str]]:
        """What other rooms do with this order: the same addresses as for ticked rows (orders.work).

        Nothing while a claim is open: it is decided on the claim's own page (R-A4).
        """
        if self.actor.party != Party.SELLER or self.order.held_by:
            return []
        if self.order.state in SHIPPING_REQUEST:
            label, url = _("Process cancel"), reverse(page.CANCEL)
        elif self.order.state in ON_THE_WAY:
            label, url = _("Refund after dispatch"), reverse(page.REFUND)
        else:
            return []
        return [{"label": label, "url": f"{url}?ticked={self.order.pk}"}]

    @property
    def steps(self) -> list[Step]:
        """What this actor can do in this state; what is impossible now says why, what is for other methods is left out."""
        offered = {choice.transition.action: choice for choice in ORDER.choices(self.order, self.actor.party)}
        return [self._step(name, offered[name]) for name in KINDS if name in offered and fits(offered[name])]

    def _step(self, name: str, choice: Choice) -> Step:
        kind, url = KINDS[name], reverse(f"orders:{name}", args=[self.order.pk])
        form = self.sent.get(name) or kind.form(version=self.order.version, initial=kind.first(self.order))
        return Step(name, choice, form, url, kind.tone, kind.folded and name not in self.sent)


def fits(choice: Choice) -> bool:
    """Whether an action belongs to the order's delivery method at all."""
    return choice.refusal is None or choice.refusal.code not in OTHER_METHODS
