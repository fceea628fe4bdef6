"""What buyers do about claims on My page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from claims.forms import CancelForm
from claims.kinds import cancel
from claims.kinds.machines import MACHINES
from claims.models import Claim
from claims.my import instead_of_cancel, why_not
from claims.states import Kind
from orders.models import Order
from orders.queries import buyer_chip
from orders.states import OrderState
from orders.texts import buyer_facts
from qsm.accounts.access import Actor, buyer_page, mine
from qsm.events.answers import CHANGED, act, ask_once, has_changed
from qsm.events.forms import ConfirmForm
from qsm.lib.machine import Guard

SAID_AT_ONCE, SAID_WAITING = _("The order has been canceled."), _("The cancel has been requested.")


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def request_cancel(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Cancel an order: at once (R-C1), or as a request that waits for the shop (R-C2); with the statement (R-M4)."""
    order = mine(Order.objects.for_actor(actor).select_related("seller"), pk=order_id)
    sent = request.POST if request.method == "POST" else None
    # Where nothing can be canceled no file is looked at or kept.
    refusal = why_not(order)
    form = CancelForm(sent, None if refusal else request.FILES, by=actor, version=order.version)
    to = f"{reverse('my')}#order-{order.pk}"
    if form.is_bound and form.is_valid() and not refusal and cancel.goes_at_once(order):
        facts = [*cancel.statement_of_request(order).facts, *form.facts]
        changed = has_changed(request, facts)
        if form.asks or changed:
            title, warning = gettext("Cancel the order"), str(CHANGED) if changed else ""
            question = outcome_of(order)
            return ask_once(request, form, title=title, question=question, warning=warning, facts=facts, back=to)
    if form.is_bound:
        say = SAID_AT_ONCE if cancel.goes_at_once(order) else SAID_WAITING
        if done := act(request, actor, form, cancel.request, order=order, to=to, say=say):
            return done
    if refusal:
        return _refused(request, order, refusal)
    context = {
        "order": {"product": order.product_name, "chip": buyer_chip(order), "facts": buyer_facts(order)},
        "form": form,
        "statement": cancel.statement_of_request(order).facts,
        "outcome": outcome_of(order),
        "waits": not cancel.goes_at_once(order),
        "label": gettext("Cancel the order") if cancel.goes_at_once(order) else gettext("Request a cancel"),
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
    form = ConfirmForm(request.POST)
    if form.asks and form.cleaned_data["seen"] == claim.version:
        return _asked_back(request, actor, claim, form, to)
    say = _("The cancel request has been taken back.")
    if done := act(request, actor, form, cancel.take_back, claim=claim, to=to, say=say):
        return done
    raise form.refusal


def _asked_back(request: HttpRequest, actor: Actor, claim: Claim, form: ConfirmForm, back: str) -> HttpResponse:
    """Raises Refused where there is nothing to take back any more."""
    label = MACHINES[Kind(claim.kind)].check(claim, "take_back", actor.party).label
    question = gettext("The cancel request ends, and the order goes on from where it was. Really take it back?")
    return ask_once(request, form, title=label, question=question, back=back)


def _refused(request: HttpRequest, order: Order, refusal: Guard) -> HttpResponse:
    """Why it is not possible, and where it can be asked for instead (R-C3, R-C7, R-C13)."""
    way_out = instead_of_cancel(order, refusal)
    return render(request, "refused.html", {"refused": refusal, "way_out": way_out}, status=422)


def outcome_of(order: Order) -> str:
    """What the buyer's click does, before it is done (R-C1, R-C2, R-M4)."""
    if not cancel.goes_at_once(order):
        return gettext(
            "The shop is preparing this order and decides on the request. "
            "If the shop rejects it, the order is shipped and a cancel cannot be requested again."
        )
    if order.state == OrderState.AWAITING_PAYMENT:
        return gettext("The order is canceled at once. Nothing has been paid, so there is nothing to refund.")
    return gettext("The order is canceled at once. This cannot be undone.")
