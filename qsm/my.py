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

from claims.kinds.cancel import CANCEL, MAY_ASK
from claims.models import Claim
from claims.panel import clock_for_buyer
from claims.states import State
from orders.models import Order
from orders.my import MyOrder
from orders.panel import Clock
from orders.queries import FREE, buyer_chip
from orders.states import SHIPPING_REQUEST, OrderState
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page
from qsm.events.forms import new_key
from qsm.lib.grid import Chip, is_number
from qsm.lib.machine import Choice, Text

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
    def claim(self) -> Claim | None:
        """The claim that matters now: the newest one."""
        return max(self.order.claims.all(), key=lambda claim: claim.pk, default=None)

    @cached_property
    def own(self) -> MyOrder:
        """What the order itself says and allows."""
        return MyOrder(self.order, self.actor)

    @property
    def chip(self) -> Chip:
        return buyer_chip(self.order)

    @property
    def words(self) -> list[dict[str, str]]:
        """The pickup code (R-O7), and what the shop wrote: why it rejected the cancel (R-C7)."""
        if not self.claim or self.claim.state != State.REJECTED:
            return self.own.words
        reason = "\n".join(filter(None, [self.claim.get_reject_reason_display(), self.claim.reject_text]))
        return [*self.own.words, {"label": _("The shop rejected your cancel request:"), "text": reason}]

    @property
    def clock(self) -> Clock | None:
        return (clock_for_buyer(self.claim) if self.claim else None) or self.own.clock

    @property
    def seen(self) -> int | None:
        return self.claim.version if self.claim else None

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [*self.own.actions, *self._of_claims()]

    def _of_claims(self) -> list[dict[str, Any]]:
        """Request a cancel (R-C2), or why not; take the request back (R-C14)."""
        if self.claim and self.claim.is_open:
            return [self._take_back(choice) for choice in CANCEL.choices(self.claim, self.actor.party)]
        if self.order.state not in SHIPPING_REQUEST:
            return []
        refusal = next((guard.message for guard in MAY_ASK if not guard.holds(self.order)), "")
        url = reverse("my_claims:cancel", args=[self.pk])
        return [{"label": _("Request a cancel"), "url": url, "enabled": not refusal, "reason": refusal, "tone": ""}]

    def _take_back(self, choice: Choice) -> dict[str, Any]:
        url = reverse("my_claims:take_back", args=[self.claim.pk]) if self.claim else ""
        label = choice.transition.label
        return {"label": label, "url": url, "enabled": choice.enabled, "tone": "", "post": True, "key": new_key()}


@require_safe
@buyer_page
def my_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buyer's counters and orders, newest first: those that a counter counts, or the one that a notice is about (R-P4)."""
    rows = asked_for(Order.objects.for_actor(actor), request.GET).select_related("seller").prefetch_related("claims")
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
