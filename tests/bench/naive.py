"""The same screens as Django's own tools give them: a queryset of model objects, Paginator, a COUNT per number."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.models import Claim
from claims.queries import CELLS
from orders.models import Order
from orders.queries import conditions
from orders.states import OrderState
from qsm.accounts.access import Actor, seller_page


@seller_page
def orders(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The delivery page's grid."""
    rows = Order.objects.for_actor(actor).select_related("cart").order_by("-ordered_at", "-pk")
    return listed(request, rows, "bench/orders.html")


@seller_page
def claims(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The claims page's grid."""
    rows = Claim.objects.for_actor(actor).select_related("order__cart").order_by("-requested_at", "-pk")
    return listed(request, rows, "bench/claims.html")


@seller_page
def counters(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Twenty numbers, each counted for itself."""
    mine, claims = Order.objects.for_actor(actor), Claim.objects.for_actor(actor)
    counts = {state.value: mine.filter(state=state).count() for state in OrderState}
    counts |= {name: mine.filter(condition).count() for name, condition in conditions().items()}
    counts |= {cell.name: claims.filter(cell.condition).count() for cell in CELLS.values()}
    return render(request, "bench/counters.html", {"counts": counts})


def listed(request: HttpRequest, rows: QuerySet[Any], template: str) -> HttpResponse:
    """A page by its number, as ListView makes it; filters come as lookups in the address."""
    lookups = request.GET.dict()
    number = lookups.pop("page", 1)
    page = Paginator(rows.filter(**lookups), 50).get_page(number)
    return render(request, template, {"page_obj": page, "paginator": page.paginator})
