"""The delivery page: the shop's orders in their tabs, one order's panel, and what is done with one order."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe

from orders import lifecycle
from orders.carriers import CARRIERS
from orders.forms import CorrectForm, DispatchForm, HandOverForm, PlanForm, RecipientForm
from orders.grids import ORDERS
from orders.machine import ORDER
from orders.models import Order
from orders.options import options_of
from orders.order_panel import OrderPanel
from orders.page import asked_view, counter_rows, tabs, tools, with_order, work_tabs
from orders.panel import Fact
from orders.queries import GROUPS
from orders.standing import restriction
from orders.works import WORKS
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, ask_once, in_panel
from qsm.events.forms import ActionForm, ConfirmForm
from qsm.events.history import timeline
from qsm.lib.machine import why_not


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


@require_safe
@seller_page
def history(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """The history alone, for a panel that was open while a note was sent; whoever opens it is led to the panel (R-A3)."""
    order = _mine(actor, order_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_address(order))
    return render(request, "parts/life.html", {"timeline": timeline(order.pk, actor)})


def _action(
    name: str, form_class: type[ActionForm], do: Callable[..., object], say: str
) -> Callable[..., HttpResponseBase]:
    """The view of one action on one order: done and said once, or the panel again with what was entered and why not."""

    @leads_to("orders:page")
    @require_POST
    @seller_action
    def view(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
        order, form = _mine(actor, order_id), form_class(request.POST)
        if isinstance(form, ConfirmForm) and form.asks and form.cleaned_data["seen"] == order.version:
            return _asked(request, actor, order, name, form)
        done = act(request, actor, form, do, order=order, to=_address(order), say=say)
        return done or _refused(request, actor, order, name, form)

    return view


plan = _action("plan", PlanForm, lifecycle.plan, _("The ship date has been saved."))
dispatch = _action("dispatch", DispatchForm, lifecycle.dispatch, _("The order has been dispatched."))
correct = _action("correct", CorrectForm, lifecycle.correct, _("Carrier and tracking number have been corrected."))
readdress = _action("readdress", RecipientForm, lifecycle.readdress, _("The recipient has been changed."))
hand_over = _action("hand_over", HandOverForm, lifecycle.hand_over, _("The order has been handed over."))
provide = _action("provide", ConfirmForm, lifecycle.provide, _("The service has been marked as provided."))


def _asked(request: HttpRequest, actor: Actor, order: Order, name: str, form: ConfirmForm) -> HttpResponse:
    """The popup with what was entered; what is not possible anyway is not asked about."""
    if refusal := why_not(_check, order, actor, name, form):
        form.refuse(refusal)
        return _refused(request, actor, order, name, form)
    entered = [Fact(str(field.label), form.cleaned_data[field.name]) for field in form.visible_fields()]
    facts = [Fact(gettext("Order number"), order.number), Fact(gettext("Recipient"), order.recipient_name), *entered]
    title = ORDER.check(order, name, actor.party).label
    return ask_once(request, form, title=title, question=WORKS[name].question, facts=facts, back=_address(order))


def _check(order: Order, actor: Actor, name: str, form: ActionForm) -> None:
    ORDER.check(order, name, actor.party)
    if isinstance(form, DispatchForm):
        lifecycle.checked_parcel(order, form.cleaned_data["carrier"], form.cleaned_data["tracking_number"])


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
