"""The product list: what the shop sells, and keeping it by file (R-P1)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from orders.models import Product
from orders.products.forms import ProductFileForm
from orders.products.grids import PRODUCTS
from orders.products.imports import Result, import_upload
from orders.products.queries import COUNTERS, GROUPS
from qsm.accounts.access import Actor, Party, seller_action, seller_page, shop_of
from qsm.accounts.counting import count

MOST_ERRORS = 200


@require_safe
@seller_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The products that an address asks for, with the counters of the main page above them."""
    is_worker = actor.party is Party.SELLER
    context = {
        "counters": product_cells(*count(actor, COUNTERS)),
        "title": dict(GROUPS).get(request.GET.get("state", ""), gettext("All products")),
        "tools": [
            *([{"label": gettext("Take a product file"), "url": reverse("products:import")}] if is_worker else []),
            {"label": gettext("Download as CSV"), "url": f"{reverse('products:csv')}?{request.GET.urlencode()}"},
        ],
        "page": PRODUCTS.page(Product.objects.for_actor(actor), request.GET),
    }
    return render(request, "products/list.html", context)


@require_safe
@seller_page
def csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The same products as a file that can be edited and taken again."""
    rows = PRODUCTS.csv(Product.objects.for_actor(actor), request.GET)
    disposition = {"Content-Disposition": 'attachment; filename="products.csv"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=disposition)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def take_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a product file and say what became of its rows."""
    form, result = ProductFileForm(request.POST or None, request.FILES or None), None
    if form.is_valid():
        result = import_upload(form.cleaned_data["file"], seller=shop_of(request), by=actor)
    status = 422 if form.errors or (result and result.nothing_taken) else 200
    return render(request, "products/import.html", {"form": form, "result": result and shown(result)}, status=status)


def shown(result: Result) -> dict[str, Any]:
    """The result of a file as the page shows it."""
    counts = (
        (gettext("New"), result.created),
        (gettext("Updated"), result.updated),
        (gettext("Unchanged"), result.unchanged),
        (gettext("Errors"), len(result.errors)),
    )
    return {
        "name": result.name,
        "counts": [{"label": label, "count": count} for label, count in counts],
        "errors": result.errors[:MOST_ERRORS],
        "more": max(0, len(result.errors) - MOST_ERRORS),
    }


def product_cells(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The counters of the products, each a link to those that it counts (R-P1)."""
    address = reverse("products:list")
    return [
        {"label": label, "count": counts[name], "url": f"{address}?state={name}", "tone": ""} for name, label in GROUPS
    ]
