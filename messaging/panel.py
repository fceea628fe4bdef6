"""One conversation: what it is about, what was said, what can be done now (R-B5, R-B6)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from messaging.forms import MoreForm, TextForm
from messaging.grids import kind_text, state_chip
from messaging.lifecycle import MACHINES
from messaging.models import Message, Thread
from messaging.queries import conversation
from messaging.states import WITH_BUYER, Kind, category_label
from messaging.texts import from_side
from orders.panel import Fact
from orders.texts import moment_text
from qsm.accounts.access import Actor, Party
from qsm.events.forms import new_key
from qsm.lib.grid import Chip

# What a panel offers beside the form; ask and answer are the form itself.
BUTTONS = ("take_up", "close")


def form_for(thread: Thread) -> type[TextForm]:
    """Who answers must have seen all of it; who asks just writes on."""
    return MoreForm if thread.kind == Kind.INQUIRY else TextForm


@dataclass
class ThreadPanel:
    """All that the template shows of one conversation to one member of the shop; a refused form stands in."""

    thread: Thread
    actor: Actor
    sent: TextForm | None = None

    @property
    def chip(self) -> Chip:
        return state_chip(self.thread.state)

    @property
    def facts(self) -> list[Fact]:
        thread, order = self.thread, self.thread.order
        facts = [
            Fact(_("Type"), kind_text(thread.kind)),
            Fact(_("Category"), category_label(thread.kind, thread.category)),
            Fact(_("Sender"), thread.buyer.name if thread.buyer else from_side(thread.kind)),
            Fact(_("Sent at"), moment_text(thread.asked_at or thread.began_at)),
        ]
        if not order:
            return facts
        return [
            *facts,
            Fact(_("Order number"), order.number, url=reverse("orders:page", args=[order.pk])),
            Fact(_("Product name"), order.product_name),
        ]

    @cached_property
    def said(self) -> list[Message]:
        return list(conversation(self.thread))

    @property
    def own(self) -> str:
        """The side that reads this: its messages stand apart."""
        return Party.SELLER

    @cached_property
    def choices(self) -> dict[str, Any]:
        machine = MACHINES[Kind(self.thread.kind)]
        return {choice.transition.action: choice for choice in machine.choices(self.thread, self.actor.party)}

    @property
    def form(self) -> TextForm | None:
        """The form of an answer, or of a further message in an own inquiry, where this member may write."""
        if {"ask", "answer"}.isdisjoint(self.choices):
            return None
        return self.sent or form_for(self.thread)(by=self.actor, version=self.thread.version)

    @property
    def to_buyer(self) -> bool:
        """Whether a buyer will read the answer: then it is looked through for personal data (R-B3)."""
        return self.thread.kind in WITH_BUYER

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [
            {
                "label": self.choices[name].transition.label,
                "enabled": True,
                "url": reverse(f"messaging:{name}", args=[self.thread.pk]),
                "post": True,
                "key": new_key(),
                "tone": "",
            }
            for name in BUTTONS
            if name in self.choices
        ]
