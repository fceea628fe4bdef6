"""The main page: cards with what waits, each number a link (R-P1)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.queries import MAIN_PAGE, open_counts
from messaging.queries import unanswered, unread
from messaging.states import State
from orders.products.seller import product_cells
from orders.queries import waiting
from qsm.accounts.access import Actor, is_member, memberships, seller_actor


@require_safe
@login_required
def main_page(request: HttpRequest) -> HttpResponse:
    """Cards with what waits (R-P1). Who is in no shop is led to where one belongs."""
    if not (memberships(request) or is_member(request)):
        return redirect("admin:index" if request.user.is_staff else "my")
    return render(request, "home.html", {"cards": cards(seller_actor(request))})


def cards(actor: Actor) -> list[dict[str, Any]]:
    """The cards of the main page; the number of queries does not grow with the shop (R-P1)."""
    orders = waiting(actor)
    return [
        {
            "title": _("Orders"),
            "rows": [
                _of_orders(_("Awaiting payment"), orders, "awaiting_payment"),
                _of_orders(_("New order"), orders, "new"),
            ],
        },
        {
            "title": _("Delivery"),
            "rows": [
                _of_orders(_("Shipping request"), orders, "request"),
                _of_orders(_("Delayed"), orders, "delayed", "late"),
                _of_orders(_("To ship today"), orders, "ship_today", "late"),
            ],
        },
        {"title": _("Claims"), "rows": claim_rows(actor)},
        {"title": _("Products"), "rows": product_cells(actor)},
        {
            "title": _("Inquiries"),
            "rows": [
                _row(
                    _("Unanswered inquiries"),
                    unanswered(actor),
                    f"{reverse('messaging:inquiries')}?state={State.UNANSWERED}",
                    "late",
                ),
                _row(_("Unread notices"), unread(actor), reverse("messaging:inbox")),
            ],
        },
    ]


def claim_rows(actor: Actor) -> list[dict[str, Any]]:
    """The claims that wait or are under way, in one query (R-P1)."""
    counts, address = open_counts(actor, MAIN_PAGE), reverse("claims:list")
    return [_row(cell.label, counts[cell.name], f"{address}?status={cell.name}") for cell in MAIN_PAGE]


def _of_orders(label: str, counts: dict[str, int], group: str, tone: str = "") -> dict[str, Any]:
    return _row(label, counts[group], f"{reverse('orders:list')}?state={group}", tone)


def _row(label: Any, count: int, url: str, tone: str = "") -> dict[str, Any]:
    return {"label": label, "count": count, "url": url, "tone": tone if count else ""}
