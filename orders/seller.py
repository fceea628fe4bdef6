"""The delivery page: the shop's orders, one order's panel, ship date, dispatch."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe

from orders import lifecycle
from orders.forms import DispatchForm, PlanForm
from orders.grids import GROUPS, ORDERS
from orders.models import Order
from orders.panel import OrderPanel
from orders.queries import counters
from orders.states import SHIPPING_REQUEST_LABEL, OrderState
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, in_panel

# The lists that the counters above the grid do not lead to.
TABS = (
    ("", gettext_lazy("All")),
    ("request", SHIPPING_REQUEST_LABEL),
    ("shipping", OrderState.SHIPPING.label),
    ("delivered", OrderState.DELIVERED.label),
)


@require_safe
@seller_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The grid with its counters (R-P2)."""
    return _page(request, actor, None)


@require_safe
@seller_page
def page(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """One order's panel: alone for htmx, under the grid for everybody else."""
    return _shown(request, actor, OrderPanel(_mine(actor, order_id), actor))


@leads_to("orders:page")
@require_POST
@seller_action
def plan(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Enter or change the expected ship date (R-O1)."""
    order, form = _mine(actor, order_id), PlanForm(request.POST)
    done = act(
        request,
        actor,
        form,
        lifecycle.plan,
        order=order,
        to=_address(order),
        say=_("The ship date has been saved."),
    )
    return done or _refused(request, actor, order, form)


@leads_to("orders:page")
@require_POST
@seller_action
def dispatch(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Send the goods (R-O2, R-O3)."""
    order, form = _mine(actor, order_id), DispatchForm(request.POST)
    done = act(
        request,
        actor,
        form,
        lifecycle.dispatch,
        order=order,
        to=_address(order),
        say=_("The order has been dispatched."),
    )
    return done or _refused(request, actor, order, form)


def _mine(actor: Actor, order_id: int) -> Order:
    return mine(Order.objects.for_actor(actor).select_related("cart", "buyer__user"), pk=order_id)


def _address(order: Order) -> str:
    return reverse("orders:page", args=[order.pk])


def _refused(request: HttpRequest, actor: Actor, order: Order, form: PlanForm | DispatchForm) -> HttpResponse:
    """The panel again, with what was entered and why it was not taken."""
    return _shown(request, actor, OrderPanel(_mine(actor, order.pk), actor, sent=form), status=422)


def _shown(request: HttpRequest, actor: Actor, panel: OrderPanel, status: int = 200) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return in_panel(render(request, "orders/panel.html", {"panel": panel}, status=status))
    return _page(request, actor, panel, status)


def _page(request: HttpRequest, actor: Actor, panel: OrderPanel | None, status: int = 200) -> HttpResponse:
    group = request.GET.get("state", "")
    context = {
        "tabs": [{"label": label, "url": f"?state={name}", "current": name == group} for name, label in TABS],
        "counters": [{"title": gettext("Ordinary orders"), "cells": [[cell] for cell in counter_cells(actor)]}],
        "title": dict(GROUPS).get(group, gettext("All orders")),
        "tools": [
            {"label": gettext("Import orders"), "url": reverse("orders:import")},
            {"label": gettext("Download orders"), "url": f"{reverse('orders:export')}?{request.GET.urlencode()}"},
        ],
        "page": ORDERS.page(Order.objects.for_actor(actor), request.GET, selected=panel.order.pk if panel else None),
        "panel": panel,
    }
    return render(request, "orders/delivery.html", context, status=status)


def counter_cells(actor: Actor) -> list[dict[str, Any]]:
    """The counters of the delivery page, each a link to the orders that it counts (R-P2)."""
    counts, labels = counters(actor), dict(GROUPS)
    late = {"delayed", "ship_today"}
    address = reverse("orders:list")
    return [
        {
            "label": labels[name],
            "count": count,
            "url": f"{address}?state={name}",
            "tone": "late" if name in late else "",
        }
        for name, count in counts.items()
    ]
