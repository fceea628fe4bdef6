"""The shop's notes to buyers: from ticked orders or one order's panel, and what became of them (R-B1, R-B2, R-B3)."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from messaging import lifecycle
from messaging.forms import NoteForm
from messaging.personal import known_of, pieces
from messaging.results import deliveries_of, results
from messaging.states import TEXT_MAX, TITLE_MAX
from orders.models import Order
from orders.work import ticked, ticked_orders
from qsm.accounts.access import Actor, leads_to, seller_action, seller_page
from qsm.events.answers import said
from qsm.events.deliveries import try_again
from qsm.events.door import Replayed, change
from qsm.events.forms import KEY_FIELD, seal
from qsm.lib.machine import Refused

# What htmx understands as: do not ask again.
STOP_POLLING = 286


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def note(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write to the buyers of the ticked orders: asked once, with what looks like personal data; then the result (R-P6)."""
    orders = chosen_orders(request, actor)
    form = NoteForm(request.POST if request.method == "POST" else None, request.FILES, by=actor)
    unreachable = sum(not order.buyer.address_for_mail for order in orders)
    context: dict[str, Any] = {"form": form, "orders": orders, "unreachable": unreachable}
    if form.is_valid() and not was_shown(request):
        context |= shown(request, orders)
    elif form.is_valid() and (done := _sent(request, actor, form, orders)):
        return done
    return render(request, "messaging/note.html", context, status=422 if form.errors else 200)


@leads_to("messaging:note")
@require_POST
@seller_action
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Mark personal data while a note is being written (R-B3)."""
    return render(request, "messaging/marks.html", {"pieces": marked(request, chosen_orders(request, actor))})


@require_safe
@seller_page
def sent(request: HttpRequest, actor: Actor, sending: uuid.UUID) -> HttpResponse:
    """What became of the notes of one form so far; asked again by the page until nothing is on its way (R-B2).

    A panel behind it hears `noted`, and shows the conversation anew (R-B5).
    """
    found = results(actor, sending)
    if not found.rows:
        raise Http404
    is_refresh = request.htmx.target == "sent"  # type: ignore[attr-defined]
    if is_refresh:
        status = 200 if found.waiting else STOP_POLLING
        return render(request, "messaging/counts.html", {"results": found}, status=status)
    return trigger_client_event(render(request, "messaging/sent.html", {"results": found}), "noted")


@leads_to("messaging:sent")
@require_POST
@seller_action
def again(request: HttpRequest, actor: Actor, sending: uuid.UUID) -> HttpResponse:
    """Send those again that failed (R-B2). The same delivery is tried anew, so nobody gets a note twice."""
    if not results(actor, sending).rows:
        raise Http404
    try_again(deliveries_of(actor, sending))
    return redirect("messaging:sent", sending)


def was_shown(request: HttpRequest) -> bool:
    """Whether exactly these words have been shown before, with what looks like personal data in them (R-B3)."""
    return request.POST.get("seal") == seal(written(request))


def shown(request: HttpRequest, orders: Sequence[Order]) -> dict[str, Any]:
    """What a page needs to show the words of a sent form, once for each wording."""
    return {"pieces": marked(request, orders), "seal": seal(written(request))}


def marked(request: HttpRequest, orders: Sequence[Order]) -> list[Any]:
    """The text of a sent form in parts, if there is something to mark in it."""
    found = pieces(written(request), known_of(orders))
    return found if any(piece.label for piece in found) else []


def written(request: HttpRequest) -> str:
    """Title and text of a sent form as its fields read them; no more of them than may be sent."""
    parts = (("title", TITLE_MAX), ("text", TEXT_MAX))
    read = (request.POST.get(name, "").replace("\r\n", "\n").strip()[:most] for name, most in parts)
    return "\n".join(filter(None, read))


def chosen_orders(request: HttpRequest, actor: Actor) -> list[Order]:
    """The shop's orders that an address or a form names: one as `order`, many as `ticked` (see orders.work)."""
    params = request.POST if request.method == "POST" else request.GET
    return ticked_orders(actor, ticked(params, "order") | ticked(params))


def _sent(request: HttpRequest, actor: Actor, form: NoteForm, orders: list[Order]) -> HttpResponse | None:
    try:
        with change(actor, key=form.cleaned_data[KEY_FIELD], body=said(request)) as tx:
            sending = lifecycle.send_notes(orders=orders, by=actor, **form.entered)
            tx.answer = {"to": reverse("messaging:sent", args=[sending]), "say": _("The notes are on their way.")}
    except Refused as refusal:
        form.refuse(refusal)
        return None
    except Replayed as earlier:
        return redirect(earlier.answer["to"])
    return redirect(tx.answer["to"])
