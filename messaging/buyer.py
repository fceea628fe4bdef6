"""The buyer's inbox, Qpost, and conversations with shops and the operator."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from messaging import letters, lifecycle, queries
from messaging.forms import FirstForm, InquiryForm, MoreForm
from messaging.grids import state_chip
from messaging.models import Thread
from orders.models import Order
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page, mine
from qsm.events.answers import act


@require_safe
@buyer_page
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices to the buyer."""
    return letters.newest(request, actor, "my/inbox.html")


@require_safe
@buyer_page
def notice(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """One notice to the buyer."""
    return letters.opened(request, actor, item_id, "my/notice.html")


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def write(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Write to the shop about an order (R-C10)."""
    form = FirstForm(request.POST if request.method == "POST" else None, request.FILES, by=actor)
    say = _("The message has been sent to the shop.")
    return _first(request, actor, order_id, form, lifecycle.write_to_shop, say, gettext("Write to the shop"))


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def inquire(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Ask the operator about an order, for example one that cannot be canceled here (R-C13, R-B8)."""
    first = {"category": request.GET.get("category", "")}
    form = InquiryForm(request.POST if request.method == "POST" else None, request.FILES, by=actor, initial=first)
    say = _("The inquiry has been sent to the operator.")
    return _first(request, actor, order_id, form, lifecycle.inquire, say, gettext("Ask the operator"))


@require_safe
@buyer_page
def threads(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buyer's conversations with shops and the operator, newest first."""
    return render(request, "my/threads.html", {"threads": queries.threads(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def thread(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """One conversation of the buyer, and a form to write on."""
    rows = Thread.objects.for_actor(actor).select_related("order__seller", "seller")
    found = mine(rows, pk=thread_id)
    form = MoreForm(request.POST if request.method == "POST" else None, request.FILES, by=actor)
    to, say = reverse("messaging:my_thread", args=[found.pk]), _("The message has been sent.")
    if request.method == "POST" and (done := act(request, actor, form, lifecycle.ask, thread=found, to=to, say=say)):
        return done
    context = {
        "thread": found,
        "chip": state_chip(found.state),
        "said": queries.conversation(found),
        "facts": buyer_facts(found.order) if found.order else [],
        "form": form,
    }
    return render(request, "my/thread.html", context, status=422 if form.errors else 200)


def _first(
    request: HttpRequest,
    actor: Actor,
    order_id: int,
    form: FirstForm,
    do: Callable[..., Thread],
    say: str,
    title: str,
) -> HttpResponse:
    """The page on which a conversation about an own order begins."""
    order = mine(Order.objects.for_actor(actor).select_related("seller"), pk=order_id)
    to = reverse("messaging:my_threads")
    if request.method == "POST" and (done := act(request, actor, form, do, order=order, to=to, say=say)):
        return done
    back = f"{reverse('my')}?order={order.pk}"
    context = {"title": title, "form": form, "order": order, "facts": buyer_facts(order), "back": back}
    return render(request, "my/write.html", context, status=422 if form.errors else 200)
