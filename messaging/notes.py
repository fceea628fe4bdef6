"""The shop's notes to buyers: from ticked orders or one order's panel (R-B1, R-B2)."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from messaging import lifecycle
from messaging.forms import NoteForm
from messaging.results import results
from messaging.states import MOST_ORDERS
from orders.models import Order
from qsm.accounts.access import Actor, seller_action, seller_page
from qsm.events.answers import said
from qsm.events.door import Replayed, change
from qsm.events.forms import KEY_FIELD
from qsm.lib.grid import is_number
from qsm.lib.machine import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def note(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write to the buyers of the ticked orders, then see what became of it."""
    orders = ticked_orders(request, actor)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (done := _sent(request, actor, form, orders)):
        return done
    return render(request, "messaging/note.html", _context(form, orders), status=422 if form.errors else 200)


@require_safe
@seller_page
def sent(request: HttpRequest, actor: Actor, sending: uuid.UUID) -> HttpResponse:
    """What became of the notes of one form so far (R-B2)."""
    found = results(actor, sending)
    if not found.rows:
        raise Http404
    return render(request, "messaging/sent.html", {"results": found})


def ticked_orders(request: HttpRequest, actor: Actor) -> list[Order]:
    """The shop's orders that an address or a form names: `order` one, `ticked` each of many, an id with or without the
    version that was seen.

    Raises Http404 when one of them is not the shop's, and Refused when there are too many.
    """
    params = request.POST if request.method == "POST" else request.GET
    words = {word.partition(":")[0] for name in ("order", "ticked", "ids") for word in params.getlist(name)}
    if len(words) > MOST_ORDERS:
        raise Refused("message.too_many_orders", lifecycle.TOO_MANY_ORDERS)
    if not all(is_number(word) for word in words):
        raise Http404
    orders = Order.objects.for_actor(actor).select_related("buyer__user").filter(pk__in=words).order_by("pk")
    if len(orders) != len(words):
        raise Http404
    return list(orders)


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


def _context(form: NoteForm, orders: list[Order]) -> dict[str, Any]:
    return {"form": form, "orders": orders}
