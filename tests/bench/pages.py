"""Floors as pages of the same server, and parts of the product's pages alone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.grids import CLAIMS
from claims.models import Claim
from claims.queries import status_counts
from orders.grids import ORDERS, VIEWS
from orders.models import Order
from orders.page import asked_view, with_order
from orders.queries import counters
from qsm.accounts.access import Actor, seller_page
from qsm.lib.grid import Page

STATIC = "<!doctype html><title>static</title><p>The same bytes for everybody.</p>"


@require_safe
@seller_page
def static(_request: HttpRequest, _actor: Actor) -> HttpResponse:
    """F: nothing but the server, the middleware, the session, the log-in and the shop."""
    return HttpResponse(STATIC)


@require_safe
def anonymous(_request: HttpRequest) -> HttpResponse:
    """The same bytes for a stranger: what session and log-in cost is the difference."""
    return HttpResponse(STATIC)


@require_safe
@seller_page
def frame(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The header and the menu that every page has, around nothing."""
    return render(request, "bench/frame.html")


@require_safe
@seller_page
def order_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rows of the delivery page alone, as a fragment would be sent."""
    name, params = asked_view(request.GET)
    view, rows = VIEWS[name], Order.objects.for_actor(actor)
    return _rows(ORDERS.page(rows, with_order(params, view.order), columns=view.columns))


@require_safe
@seller_page
def claim_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rows of the claims page alone."""
    return _rows(CLAIMS.page(Claim.objects.for_actor(actor), request.GET))


@require_safe
@seller_page
def status(_request: HttpRequest, actor: Actor) -> HttpResponse:
    """The numbers of the status grid."""
    return JsonResponse(status_counts(actor))


@require_safe
@seller_page
def order_counters(_request: HttpRequest, actor: Actor) -> HttpResponse:
    """The numbers of the delivery page."""
    return JsonResponse(counters(actor))


def _rows(page: Page) -> HttpResponse:
    return HttpResponse([page.html, page.previous, page.next])
