"""The delivery page: the shop's orders in their tabs, one order's panel, and what is done with one order."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe

from orders import lifecycle
from orders.carriers import CARRIERS
from orders.forms import ConfirmForm, DispatchForm, HandOverForm, PlanForm, RecipientForm
from orders.grids import ORDERS
from orders.models import Order
from orders.options import options_of
from orders.order_panel import OrderPanel
from orders.page import asked_view, counter_rows, tabs, tools, with_order, work_tabs
from orders.queries import GROUPS
from orders.standing import restriction
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, in_panel
from qsm.events.forms import ActionForm


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


def _action(
    name: str, form_class: type[ActionForm], do: Callable[..., object], say: str
) -> Callable[..., HttpResponseBase]:
    """The view of one action on one order: done and said once, or the panel again with what was entered and why not."""

    @leads_to("orders:page")
    @require_POST
    @seller_action
    def view(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
        order, form = _mine(actor, order_id), form_class(request.POST)
        done = act(request, actor, form, do, order=order, to=_address(order), say=say)
        return done or _refused(request, actor, order, name, form)

    return view


plan = _action("plan", PlanForm, lifecycle.plan, _("The ship date has been saved."))
dispatch = _action("dispatch", DispatchForm, lifecycle.dispatch, _("The order has been dispatched."))
correct = _action("correct", DispatchForm, lifecycle.correct, _("Carrier and tracking number have been corrected."))
readdress = _action("readdress", RecipientForm, lifecycle.readdress, _("The recipient has been changed."))
hand_over = _action("hand_over", HandOverForm, lifecycle.hand_over, _("The order has been handed over."))


@leads_to("orders:page")
@require_POST
@seller_action
def provide(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Mark an online service as provided: a popup asks once, for it cannot be undone (R-O7, R-P6)."""
    order, form = _mine(actor, order_id), ConfirmForm(request.POST)
    if form.is_valid() and not form.cleaned_data["confirmed"]:
        return render(request, "confirm.html", _provide_popup(request, order))
    say = _("The service has been marked as provided.")
    done = act(request, actor, form, lifecycle.provide, order=order, to=_address(order), say=say)
    return done or _refused(request, actor, order, "provide", form)


def _provide_popup(request: HttpRequest, order: Order) -> dict[str, Any]:
    posted = [(name, request.POST[name]) for name in ConfirmForm.posted if name in request.POST]
    return {
        "title": gettext("Service provided"),
        "question": gettext("The buyer is told, and this cannot be undone. Has the service been provided?"),
        "hidden": [*posted, ("confirmed", "1")],
        "url": reverse("orders:provide", args=[order.pk]),
        "cancel_url": _address(order),
    }


def _mine(actor: Actor, order_id: int) -> Order:
    return mine(Order.objects.for_actor(actor).select_related("cart", "buyer__user"), pk=order_id)


def _address(order: Order) -> str:
    return reverse("orders:page", args=[order.pk])


def _refused(request: HttpRequest, actor: Actor, order: Order, name: str, form: ActionForm) -> HttpResponse:
    """The panel again. A try that was itself recorded (a wrong code) has made a new version, which the form now carries."""
    order = _mine(actor, order.pk)
    if name == "hand_over":
        form.data = {**form.data, "seen": str(order.version)}
    return _shown(request, actor, OrderPanel(order, actor, {name: form}), status=422)


def _shown(request: HttpRequest, actor: Actor, panel: OrderPanel, status: int = 200) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return in_panel(render(request, "orders/panel.html", {"panel": panel}, status=status))
    return _page(request, actor, panel, status)


def _page(request: HttpRequest, actor: Actor, panel: OrderPanel | None, status: int = 200) -> HttpResponse:
    name, params = asked_view(request.GET)
    options = options_of(actor, name)
    grid = ORDERS.page(
        Order.objects.for_actor(actor),
        with_order(params, options.order),
        columns=options.columns,
        size=options.size,
        selected=panel.order.pk if panel else None,
    )
    context = {
        "tabs": tabs(name),
        "counters": counter_rows(actor, name),
        "title": dict(GROUPS).get(params.get("state", ""), gettext("All orders")),
        "tools": tools(params, name, actor),
        "works": work_tabs(),
        "carriers": CARRIERS,
        "page": grid,
        "panel": panel,
        "view": name,
        "restriction": restriction(actor, actor.seller_id or 0),
    }
    return render(request, "orders/delivery.html", context, status=status)
