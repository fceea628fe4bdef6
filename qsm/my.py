"""My page: a buyer's counters and orders, and what can be done with each now (R-P4)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from claims.my import MyClaim
from orders.models import Order
from orders.my import MyOrder
from orders.panel import Clock, Fact
from orders.queries import FREE, buyer_chip
from orders.states import SHIPPING_REQUEST, OrderState
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page
from qsm.lib.grid import Chip, is_number
from qsm.lib.machine import Text

ORDERS_SHOWN = 50


class Group(NamedTuple):
    """Orders that a counter of My page counts."""

    label: Text
    condition: Q


UNPAID = (OrderState.AWAITING_PAYMENT, OrderState.PROCESSING)
BUYER_GROUPS = {
    "unpaid": Group(gettext_lazy("Awaiting payment"), FREE & Q(state__in=UNPAID)),
    "request": Group(gettext_lazy("Shipping request"), FREE & Q(state__in=SHIPPING_REQUEST)),
    "shipping": Group(gettext_lazy("In transit"), Q(state=OrderState.SHIPPING)),
    "delivered": Group(gettext_lazy("Delivered"), Q(state=OrderState.DELIVERED)),
    "received": Group(gettext_lazy("Receipt confirmed"), Q(state=OrderState.RECEIVED)),
    "canceling": Group(gettext_lazy("Canceling"), Q(held_as="cancel")),
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
        return [*self.own.actions, *self.claim.actions]


@require_safe
@buyer_page
def my_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buyer's counters and orders, newest first: those that a counter counts, or the one that a notice is about (R-P4)."""
    rows = asked_for(Order.objects.for_actor(actor), request.GET).select_related("seller")
    rows = rows.prefetch_related("claims", "refunds")
    found = [BuyerOrder(order, actor) for order in rows.order_by("-ordered_at", "-pk")[: ORDERS_SHOWN + 1]]
    shown, older = found[:ORDERS_SHOWN], request.GET.copy()
    older["before"] = str(shown[-1].pk) if len(found) > len(shown) else ""
    context = {"counters": buyer_counters(actor), "orders": shown, "older": older["before"] and older.urlencode()}
    return render(request, "my/home.html", context)


def asked_for(rows: QuerySet[Order], params: QueryDict) -> QuerySet[Order]:
    """The buyer's orders that an address asks for: `state`, a counter; `order`, an id; `before`, the id above the page."""
    if group := BUYER_GROUPS.get(params.get("state", "")):
        rows = rows.filter(group.condition)
    if is_number(order := params.get("order", "")):
        rows = rows.filter(pk=order)
    if is_number(before := params.get("before", "")):
        above = rows.filter(pk=before).values("ordered_at")[:1]
        rows = rows.filter(Q(ordered_at__lt=above) | Q(ordered_at=above, pk__lt=before))
    return rows


def buyer_counters(actor: Actor) -> list[dict[str, Any]]:
    """The counters of My page over the buyer's own orders, in one query (R-P4)."""
    counts = Order.objects.for_actor(actor).aggregate(
        **{name: Count("pk", filter=group.condition) for name, group in BUYER_GROUPS.items()}
    )
    address = reverse("my")
    return [
        {"label": group.label, "count": counts[name], "url": f"{address}?state={name}"}
        for name, group in BUYER_GROUPS.items()
    ]
