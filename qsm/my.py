"""My page: a buyer's counters and orders, and what can be done with each now (R-P4)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from claims.models import Claim
from claims.my import MyClaim
from claims.states import ENDED, ENDED_SHOWN_DAYS, Kind, State
from messaging.models import Attachment
from orders.models import Order
from orders.my import MyOrder
from orders.panel import Clock, Fact
from orders.queries import FREE, buyer_chip
from orders.states import SHIPPING_REQUEST, OrderState
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page
from qsm.lib import clock
from qsm.lib.grid import Chip, is_number
from qsm.lib.machine import Text

ORDERS_SHOWN = 50


class Group(NamedTuple):
    """What a counter of My page counts: orders, or claims, each with its order."""

    label: Text
    condition: Q


# While a cancel is open, an order counts only under that claim (rules, section 3).
ORDER_GROUPS = {
    "awaiting_payment": Group(gettext_lazy("Awaiting payment"), FREE & Q(state=OrderState.AWAITING_PAYMENT)),
    "processing": Group(gettext_lazy("Processing"), FREE & Q(state=OrderState.PROCESSING)),
    "request": Group(gettext_lazy("Shipping request"), FREE & Q(state__in=SHIPPING_REQUEST)),
    "shipping": Group(gettext_lazy("In transit"), Q(state=OrderState.SHIPPING)),
    "delivered": Group(gettext_lazy("Delivered"), Q(state=OrderState.DELIVERED)),
    "received": Group(gettext_lazy("Receipt confirmed"), Q(state=OrderState.RECEIVED)),
}
# A claim is counted once: whose money is on its way waits for that, whose withdrawal is asked for waits for the buyer.
REFUND_WAITING = (State.REFUNDING, State.COLLECTED)
ELSEWHERE = (*REFUND_WAITING, State.WITHDRAWAL_REQUESTED, *ENDED)
REFUNDED = Q(kind__in=(Kind.CANCEL, Kind.RETURN), state=State.COMPLETED) | Q(
    state__in=(State.REFUNDED, State.PARTIALLY_REFUNDED)
)


def claim_groups() -> dict[str, Group]:
    """The counters of claims, today: ended ones count for 90 days."""
    since = clock.start_of(clock.after(clock.today(), 1 - ENDED_SHOWN_DAYS))
    under_way = ~Q(state__in=ELSEWHERE)
    return {
        "canceling": Group(gettext_lazy("Canceling"), Q(kind=Kind.CANCEL) & under_way),
        "returning": Group(gettext_lazy("Returning"), Q(kind=Kind.RETURN) & under_way),
        "refund_waiting": Group(gettext_lazy("Refund waiting"), Q(state__in=REFUND_WAITING)),
        "refunded": Group(gettext_lazy("Refund done"), REFUNDED & Q(ended_at__gte=since)),
        "withdrawal": Group(gettext_lazy("Withdrawal requested"), Q(state=State.WITHDRAWAL_REQUESTED)),
    }


@dataclass
class BuyerOrder:
    """One order as its buyer sees it on My page, with what can be done now (R-P4)."""

    order: Order
    actor: Actor

    @property
    def pk(self) -> int:
        return self.order.pk

    @property
    def product(self) -> str:
        return " ".join(filter(None, [self.order.product_name, self.order.option]))

    @property
    def facts(self) -> list[str]:
        return buyer_facts(self.order)

    @cached_property
    def claim(self) -> MyClaim:
        """What the newest claim on it says and allows."""
        return MyClaim(self.order, self.actor)

    @cached_property
    def own(self) -> MyOrder:
        """What the order itself says and allows."""
        return MyOrder(self.order, self.actor)

    @property
    def chip(self) -> Chip:
        return buyer_chip(self.order)

    @property
    def words(self) -> list[dict[str, str]]:
        """The pickup code (R-O7), and what the shop and the operator wrote about a claim (R-C7, R-C12, R-B8)."""
        return [*self.own.words, *self.claim.words]

    @property
    def attachments(self) -> list[Attachment]:
        return self.claim.attachments

    @property
    def statement(self) -> list[Fact]:
        return self.claim.statement

    @property
    def clock(self) -> Clock | None:
        return self.claim.clock or self.own.clock

    @property
    def seen(self) -> int | None:
        return self.claim.seen

    @property
    def actions(self) -> list[dict[str, Any]]:
        """What the machines allow the buyer now, of the order and of its claim; and writing to the shop."""
        write = {"label": _("Write to the shop"), "url": reverse("messaging:write", args=[self.pk])}
        return [*self.own.actions, *self.claim.actions, {**write, "enabled": True, "tone": ""}]


@require_safe
@buyer_page
def my_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buyer's counters and orders, newest first: those that a counter counts, or the one that a notice is about (R-P4)."""
    rows = asked_for(actor, request.GET).select_related("seller")
    rows = rows.prefetch_related("claims", "refunds", "attachments")
    found = [BuyerOrder(order, actor) for order in rows.order_by("-ordered_at", "-pk")[: ORDERS_SHOWN + 1]]
    shown, older = found[:ORDERS_SHOWN], request.GET.copy()
    older["before"] = str(shown[-1].pk) if len(found) > len(shown) else ""
    context = {"counters": buyer_counters(actor), "orders": shown, "older": older["before"] and older.urlencode()}
    return render(request, "my/home.html", context)


def asked_for(actor: Actor, params: QueryDict) -> QuerySet[Order]:
    """The buyer's orders that an address asks for: `state`, a counter; `order`, an id; `before`, the id above the page."""
    rows, name = Order.objects.for_actor(actor), params.get("state", "")
    if group := ORDER_GROUPS.get(name):
        rows = rows.filter(group.condition)
    if group := claim_groups().get(name):
        rows = rows.filter(pk__in=Claim.objects.for_actor(actor).filter(group.condition).values("order_id"))
    if is_number(order := params.get("order", "")):
        rows = rows.filter(pk=order)
    if is_number(before := params.get("before", "")):
        # It may have left what the address asks for meanwhile; its place in time is the same.
        above = Order.objects.for_actor(actor).filter(pk=before).values("ordered_at")[:1]
        rows = rows.filter(Q(ordered_at__lt=above) | Q(ordered_at=above, pk__lt=before))
    return rows


def buyer_counters(actor: Actor) -> list[dict[str, Any]]:
    """The two rows of My page's counters, each a link to the orders that it counts, in two queries (R-P4)."""
    return [
        {"title": _("Purchases and delivery"), "cells": _cells(Order.objects.for_actor(actor), ORDER_GROUPS)},
        {"title": _("Cancels and refunds"), "cells": _cells(Claim.objects.for_actor(actor), claim_groups())},
    ]


def _cells(rows: QuerySet[Any], groups: dict[str, Group]) -> list[dict[str, Any]]:
    counts = rows.aggregate(**{name: Count("pk", filter=group.condition) for name, group in groups.items()})
    address = reverse("my")
    return [
        {"label": group.label, "count": counts[name], "url": f"{address}?state={name}", "tone": ""}
        for name, group in groups.items()
    ]
