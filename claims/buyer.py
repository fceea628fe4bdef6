"""What buyers do about claims on My page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from claims.forms import CancelForm
from claims.kinds import cancel
from claims.models import Claim
from orders.models import Order
from orders.queries import buyer_chip
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page, mine
from qsm.events.answers import act
from qsm.events.forms import ActionForm


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def request_cancel(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Ask to cancel an order in preparation (R-C2)."""
    order = mine(Order.objects.for_actor(actor).select_related("seller"), pk=order_id)
    form = CancelForm(request.POST if request.method == "POST" else None, version=order.version)
    to = f"{reverse('my')}#order-{order.pk}"
    if request.method == "POST":
        done = act(request, actor, form, cancel.request, order=order, to=to, say=_("The cancel has been requested."))
        if done:
            return done
    for guard in cancel.MAY_ASK:
        guard.check(order)
    context = {
        "order": {
            "product": order.product_name,
            "chip": buyer_chip(order),
            "facts": buyer_facts(order),
        },
        "form": form,
        "outcome": gettext(
            "The shop is preparing this order and decides on the request. "
            "If the shop rejects it, the order is shipped and a cancel cannot be requested again."
        ),
        "label": gettext("Request a cancel"),
        "back": to,
    }
    return render(request, "my/cancel.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def take_back(request: HttpRequest, actor: Actor, claim_id: int) -> HttpResponse:
    """Take an own cancel request back (R-C14)."""
    claim = mine(Claim.objects.for_actor(actor), pk=claim_id)
    to = f"{reverse('my')}#order-{claim.order_id}"
    if request.method != "POST":
        return redirect(to)
    form = ActionForm(request.POST)
    say = _("The cancel request has been taken back.")
    if done := act(request, actor, form, cancel.take_back, claim=claim, to=to, say=say):
        return done
    raise form.refusal
