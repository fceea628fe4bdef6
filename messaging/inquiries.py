"""The inquiry page: the shop's conversations with customers and with the operator (R-B5, R-B6, R-B8)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging import lifecycle
from messaging.forms import InquiryForm
from messaging.grids import THREADS
from messaging.models import Thread
from messaging.notes import chosen_orders, marked, shown, was_shown
from messaging.panel import ThreadPanel, form_for
from messaging.queries import TABS, about_order, groups, unanswered_by_tab
from messaging.states import WITH_BUYER, Kind
from messaging.texts import numbers_of
from orders.models import Order
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, in_panel
from qsm.events.forms import ActionForm

LABELS = {
    "customers": gettext_lazy("From customers"),
    "operator": gettext_lazy("From the operator"),
    "own": gettext_lazy("Inquiries to the operator"),
}


@require_safe
@seller_page
def listing(request: HttpRequest, actor: Actor, tab: str) -> HttpResponse:
    """One tab of the inquiry page (R-B6)."""
    return _page(request, actor, tab, None)


@require_safe
@seller_page
def grouped(request: HttpRequest, actor: Actor, by: str) -> HttpResponse:
    """Customers' conversations by customer or by product, those who wait first (R-B6)."""
    context = {**_frame(request, actor, "customers"), "groups": groups(actor, by), "by": by}
    return render(request, "messaging/groups.html", context)


@require_safe
@seller_page
def thread(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """One conversation: alone for htmx, under the grid for everybody else."""
    return _shown(request, actor, ThreadPanel(_mine(actor, thread_id), actor))


@leads_to("messaging:thread")
@require_POST
@seller_action
def answer(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """Answer, or write once more where the shop is the one that asks; personal data is shown once before (R-B3)."""
    found = _mine(actor, thread_id)
    form = form_for(found)(request.POST, request.FILES, by=actor)
    if form.is_valid() and _is_personal(request, found):
        return _shown(request, actor, ThreadPanel(found, actor, sent=form), **shown(request, _orders(found)))
    do = lifecycle.ask if found.kind == Kind.INQUIRY else lifecycle.answer
    done = act(request, actor, form, do, thread=found, to=_address(found), say=_("The message has been sent."))
    return done or _shown(request, actor, ThreadPanel(_mine(actor, thread_id), actor, sent=form), status=422)


@leads_to("messaging:thread")
@require_POST
@seller_action
def take_up(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """Say that somebody of the shop works on it."""
    return _stepped(request, actor, thread_id, lifecycle.take_up, _("The message is marked as in progress."))


@leads_to("messaging:thread")
@require_POST
@seller_action
def close(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """Say that nothing is left to answer."""
    return _stepped(request, actor, thread_id, lifecycle.close, _("The message is marked as needing no answer."))


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def inquire(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask the operator, with the order and the category that the address names filled in (R-B8, R-C13)."""
    orders = chosen_orders(request, actor)
    first = {"category": request.GET.get("category", ""), "text": numbers_of([order.number for order in orders])}
    form = InquiryForm(request.POST if request.method == "POST" else None, request.FILES, by=actor, initial=first)
    order = orders[0] if len(orders) == 1 else None
    to, say = reverse("messaging:own_inquiries"), _("The inquiry has been sent to the operator.")
    done = request.method == "POST" and act(request, actor, form, lifecycle.inquire, order=order, to=to, say=say)
    context = {"form": form, "orders": orders}
    return done or render(request, "messaging/inquire.html", context, status=422 if form.errors else 200)


@require_safe
@seller_page
def talk(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """The whole exchange with the buyer about one order: a part of its panels for htmx, else a page (R-B5)."""
    order = mine(Order.objects.for_actor(actor), pk=order_id)
    context = {"order": order, "talk": about_order(order), "actor": actor}
    return render(request, "messaging/talk.html", context)


def _stepped(request: HttpRequest, actor: Actor, thread_id: int, do: Any, say: str) -> HttpResponse:
    found, form = _mine(actor, thread_id), ActionForm(request.POST)
    if done := act(request, actor, form, do, thread=found, to=_address(found), say=say):
        return done
    raise form.refusal


def _is_personal(request: HttpRequest, found: Thread) -> bool:
    """Whether an answer to a buyer holds what looks like personal data and has not been shown so before (R-B3)."""
    if found.kind not in WITH_BUYER or was_shown(request):
        return False
    return bool(marked(request, _orders(found)))


def _orders(found: Thread) -> list[Order]:
    return [found.order] if found.order else []


def _mine(actor: Actor, thread_id: int) -> Thread:
    return mine(Thread.objects.for_actor(actor).select_related("order__buyer__user", "buyer", "seller"), pk=thread_id)


def _address(found: Thread) -> str:
    return reverse("messaging:thread", args=[found.pk])


def _shown(request: HttpRequest, actor: Actor, panel: ThreadPanel, status: int = 200, **warning: Any) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return in_panel(render(request, "messaging/panel.html", {"panel": panel, **warning}, status=status))
    tab = next(name for name, kinds in TABS.items() if panel.thread.kind in kinds)
    return _page(request, actor, tab, panel, status, **warning)


def _page(
    request: HttpRequest, actor: Actor, tab: str, panel: ThreadPanel | None, status: int = 200, **warning: Any
) -> HttpResponse:
    rows = Thread.objects.for_actor(actor).filter(kind__in=TABS[tab], asked_at__isnull=False)
    context = {
        **_frame(request, actor, tab),
        "title": LABELS[tab],
        "tools": [{"label": gettext("Ask the operator"), "url": reverse("messaging:inquire")}],
        "page": THREADS.page(rows, request.GET, selected=panel.thread.pk if panel else None),
        "panel": panel,
        **warning,
    }
    return render(request, "messaging/inquiries.html", context, status=status)


def _frame(request: HttpRequest, actor: Actor, tab: str) -> dict[str, Any]:
    """The tabs of R-B6, and how customers' conversations can be listed."""
    waiting = unanswered_by_tab(actor)
    names = {"customers": "inquiries", "operator": "letters", "own": "own_inquiries"}
    views = {"inquiries": _("All"), "by_customer": _("By customer"), "by_product": _("By product")}
    return {
        "tabs": [
            {
                "label": f"{LABELS[name]} {waiting[name]}" if waiting[name] else LABELS[name],
                "url": reverse(f"messaging:{url}"),
                "current": name == tab,
            }
            for name, url in names.items()
        ],
        "views": [
            {"label": gettext(label), "url": (url := reverse(f"messaging:{name}")), "current": url == request.path}
            for name, label in views.items()
        ]
        if tab == "customers"
        else [],
        "list_url": reverse(f"messaging:{names[tab]}"),
    }
