"""The tabs under the grid of the delivery page: what can be done with many orders at once (R-P2). See `orders.work`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from orders import lifecycle
from orders.forms import CarrierForAll, CodeFields, DateFields, NoFields, ParcelOfRow, WorkKey, parcel_of
from orders.machine import ORDER
from orders.models import Order
from orders.queries import state_chip
from orders.work import ticked, ticked_orders
from qsm.accounts.access import Actor
from qsm.events.batch import Outcome, each
from qsm.lib import clock
from qsm.lib.grid import Chip
from qsm.lib.machine import Refused, Text, why_not

ROW = "row"


@dataclass(frozen=True, slots=True)
class Work:
    """One tab. `action`: of the machine; `do`: it, called with the order, the version, the actor and what was entered.

    shared, of_row: the fields for all rows and for each; first: what stands in a row's fields at first; say: of a row done;
    question: what is asked once before, where it cannot be undone (R-P6).
    """

    label: Text
    action: str
    do: Callable[..., object]
    say: str
    shared: type[forms.Form] = NoFields
    of_row: type[forms.Form] = NoFields
    first: Callable[[Order], dict[str, Any]] = lambda order: {}
    hint: Text = ""
    question: Text = ""


def dispatch(*, carrier: str, carrier_for_all: str, **parcel: Any) -> object:
    """`lifecycle.dispatch` with the row's own carrier, else the one of all rows."""
    return lifecycle.dispatch(carrier=carrier or carrier_for_all, **parcel)


WORKS = {
    "plan": Work(
        _("Enter ship date"),
        "plan",
        lifecycle.plan,
        gettext_noop("The ship date has been saved."),
        shared=DateFields,
    ),
    "dispatch": Work(
        _("Dispatch"),
        "dispatch",
        dispatch,
        gettext_noop("The order has been dispatched."),
        shared=CarrierForAll,
        of_row=ParcelOfRow,
        first=parcel_of,
        question=_("The buyer is told that the goods are on their way, and this cannot be undone. Really dispatch?"),
    ),
    "hand_over": Work(
        pgettext_lazy("work", "Visit pickup"),
        "hand_over",
        lifecycle.hand_over,
        gettext_noop("The order has been handed over."),
        of_row=CodeFields,
        hint=_("The buyer shows the code on My page. Hand the goods over only against it."),
        question=_(
            "The buyer is told that the goods were handed over, and this cannot be undone. Really hand them over?"
        ),
    ),
    "provide": Work(
        pgettext_lazy("work", "Online service"),
        "provide",
        lifecycle.provide,
        gettext_noop("The service has been marked as provided."),
        hint=_("This cannot be undone: the buyer is told, and confirms or reports within 7 days."),
        question=_("The buyer is told, and this cannot be undone. Has the service been provided?"),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An order on the page of a work: its own fields, or why it is not possible."""

    order: Order
    form: forms.Form
    refusal: Refused | None

    @property
    def chip(self) -> Chip:
        order = self.order
        return state_chip(order.state, order.ship_date, order.held_as, order.held_state, order.ship_today_until)


@dataclass
class Bench:
    """The page of one work: the ticked orders and the form for all of them, or what became of each."""

    name: str
    actor: Actor
    params: QueryDict
    key: WorkKey = field(default_factory=WorkKey)

    @property
    def work(self) -> Work:
        return WORKS[self.name]

    @property
    def is_sent(self) -> bool:
        return ROW in self.params

    @property
    def asks(self) -> bool:
        """Whether the popup comes before it is done."""
        return bool(self.work.question) and "confirmed" not in self.params

    @property
    def orders(self) -> list[Order]:
        ids = ticked(self.params, ROW) if self.is_sent else ticked(self.params)
        return ticked_orders(self.actor, ids)

    @property
    def shared(self) -> forms.Form:
        """The fields for all rows, as sent or fresh; the panel above may have fields of the same names."""
        if self.is_sent:
            return self.work.shared(self.params, auto_id="work_%s")
        return self.work.shared(initial={"ship_date": clock.today()}, auto_id="work_%s")

    def rows(self) -> list[Row]:
        """The ticked orders in the order given; the impossible say why."""
        return [Row(order, self._form(order), self._refusal(order)) for order in self.orders]

    def run(self, key: str, shared: dict[str, Any]) -> list[Outcome]:
        """Do it, one door per row; what was wrong with a row's own fields is its refusal."""
        seen = ticked(self.params, ROW)
        do = partial(self._do, seen=seen, shared=shared)
        return each(self.orders, do, by=self.actor, key=key, said=lambda order: self._said(order, seen[order.pk]))

    def _do(self, order: Order, *, seen: dict[int, int], shared: dict[str, Any]) -> str:
        form = self._form(order)
        if not form.is_valid():
            raise Refused("form.invalid", " ".join(sentences(form)))
        self.work.do(order=order, seen=seen[order.pk], by=self.actor, **shared, **form.cleaned_data)
        return self.work.say

    def _said(self, order: Order, seen: int) -> dict[str, Any]:
        """What the form says of one row: that a repetition is one, and another row no part of it."""
        own = {name: self.params.getlist(name) for name in self.params if name.startswith(f"{order.pk}-")}
        shared = {name: self.params.getlist(name) for name in self.work.shared.base_fields}
        return {"work": self.name, "seen": seen, **shared, **own}

    def _form(self, order: Order) -> forms.Form:
        initial = self.work.first(order)
        return self.work.of_row(self.params if self.is_sent else None, prefix=str(order.pk), initial=initial)

    def _refusal(self, order: Order) -> Refused | None:
        return why_not(ORDER.check, order, self.work.action, self.actor.party)


def sentences(form: forms.Form) -> Iterable[str]:
    """What is wrong with a form, field by field."""
    return (f"{form.fields[name].label}: {text}" for name, texts in form.errors.items() for text in texts)
