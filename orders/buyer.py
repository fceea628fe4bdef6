"""What buyers do about their orders on My page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from orders import lifecycle
from orders.models import Order
from qsm.accounts.access import Actor, buyer_page, mine
from qsm.events.answers import act, ask_once
from qsm.events.forms import ConfirmForm


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def receive(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Confirm the receipt: a popup asks once, for after it only an operator can open a claim (R-O9, R-P6)."""
    order = mine(Order.objects.for_actor(actor), pk=order_id)
    to = f"{reverse('my')}#order-{order.pk}"
    if request.method != "POST":
        return redirect(to)
    form = ConfirmForm(request.POST)
    if form.asks:
        question = gettext("Have you received the goods? After that only the operator can open a claim.")
        return ask_once(request, form, title=gettext("Confirm receipt"), question=question, back=to)
    if done := act(
        request, actor, form, lifecycle.receive, order=order, to=to, say=_("The receipt has been confirmed.")
    ):
        return done
    raise form.refusal
