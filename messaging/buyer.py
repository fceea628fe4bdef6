"""The buyer's inbox, Qpost, and conversations with shops and the operator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from messaging import lifecycle, queries
from messaging.forms import FirstForm
from messaging.lifecycle import mark_read
from messaging.models import InboxItem, Thread
from messaging.notices import draw
from messaging.queries import conversation
from orders.models import Order
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page, mine
from qsm.events.answers import act


@require_safe
@buyer_page
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices to the buyer."""
    return render(request, "my/inbox.html", {"letters": queries.letters(actor)})


@require_safe
@buyer_page
def notice(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """One notice to the buyer; opening it marks it as read."""
    item = mine(InboxItem.objects.for_actor(actor).select_related("event"), pk=item_id)
    if request.method == "GET":
        mark_read(item=item, by=actor)
    return render(request, "my/notice.html", {"item": item, "notice": draw(item.event, item.to)})


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def write(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Write to the shop about an order (R-C10)."""
    order = mine(Order.objects.for_actor(actor).select_related("seller"), pk=order_id)
    form = FirstForm(request.POST if request.method == "POST" else None)
    to, say = f"{reverse('my')}?order={order.pk}", _("The message has been sent to the shop.")
    if request.method == "POST" and (
        done := act(request, actor, form, lifecycle.write_to_shop, order=order, to=to, say=say)
    ):
        return done
    context = {"form": form, "order": order, "facts": buyer_facts(order), "back": to}
    return render(request, "my/write.html", context, status=422 if form.errors else 200)


@require_safe
@buyer_page
def my_thread(request: HttpRequest, actor: Actor, thread_id: int) -> HttpResponse:
    """One conversation of the buyer."""
    thread = mine(Thread.objects.for_actor(actor).select_related("order", "seller"), pk=thread_id)
    return render(request, "my/thread.html", {"thread": thread, "messages_of_thread": conversation(thread)})
