"""The shop's conversations: with customers and with the operator (R-B5, R-B6, R-B8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from messaging import lifecycle
from messaging.forms import InquiryForm
from messaging.models import Thread
from messaging.notes import ticked_orders
from messaging.queries import conversation
from orders.models import Order
from qsm.accounts.access import Actor, mine, seller_action, seller_page
from qsm.events.answers import act


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def inquire(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask the operator, with the order and the category that the address names filled in (R-B8, R-C13)."""
    orders = ticked_orders(request, actor)
    first = {"category": request.GET.get("category", ""), "text": about(orders)}
    form = InquiryForm(request.POST if request.method == "POST" else None, initial=first)
    to, say = reverse("messaging:inquire"), _("The inquiry has been sent to the operator.")
    order = orders[0] if len(orders) == 1 else None
    if request.method == "POST" and (done := act(request, actor, form, lifecycle.inquire, order=order, to=to, say=say)):
        return done
    context = {"form": form, "orders": orders}
    return render(request, "messaging/inquire.html", context, status=422 if form.errors else 200)


@require_safe
@seller_page
def thread(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """One conversation."""
    found = mine(Thread.objects.for_actor(actor).select_related("order"), pk=thread_id)
    context = {"thread": found, "messages_of_thread": conversation(found)}
    return render(request, "messaging/thread.html", context)


def about(orders: list[Order]) -> str:
    """The numbers of several orders, for the text: a conversation is bound to one order at most."""
    if len(orders) < 2:
        return ""
    return gettext("Order numbers: %(numbers)s") % {"numbers": ", ".join(order.number for order in orders)} + "\n\n"
