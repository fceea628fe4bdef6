"""The main page: cards with what waits, each number a link (R-P1)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import claims.queries
import orders.products.queries
import orders.queries
from messaging.queries import UNANSWERED, UNREAD
from messaging.states import State
from orders.products.seller import product_cells
from qsm.accounts.access import Actor, is_member, memberships, seller_actor
from qsm.accounts.counting import count


@require_safe
@login_required
def main_page(request: HttpRequest) -> HttpResponse:
    """Cards with what waits (R-P1). Who is in no shop is led to where one belongs."""
    if not (memberships(request) or is_member(request)):
        return redirect("admin:index" if request.user.is_staff else "my")
    return render(request, "home.html", {"cards": cards(seller_actor(request))})


def cards(actor: Actor) -> list[dict[str, Any]]:
    """The cards of the main page, all their numbers in one query (R-P1)."""
    waiting, claimed, products, asked, notices = count(
        actor, orders.queries.WAITING, claims.queries.WAITING, orders.products.queries.COUNTERS, UNANSWERED, UNREAD
    )
    return [
        {
            "title": _("Orders"),
            "rows": [
                _of_orders(_("Awaiting payment"), waiting, "awaiting_payment"),
                _of_orders(_("New order"), waiting, "new"),
            ],
        },
        {
            "title": _("Delivery"),
            "rows": [
                _of_orders(_("Shipping request"), waiting, "request"),
                _of_orders(_("Delayed"), waiting, "delayed", "late"),
                _of_orders(_("To ship today"), waiting, "ship_today", "late"),
            ],
        },
        {"title": _("Claims"), "rows": claim_rows(claimed)},
        {"title": _("Products"), "rows": product_cells(products)},
        {
            "title": _("Inquiries"),
            "rows": [
                _row(
                    _("Unanswered inquiries"),
                    asked["unanswered"],
                    f"{reverse('messaging:inquiries')}?state={State.UNANSWERED}",
                    "late",
                ),
                _row(_("Unread notices"), notices["unread"], reverse("messaging:inbox")),
            ],
        },
    ]


def claim_rows(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The claims that wait or are under way (R-P1)."""
    address = reverse("claims:list")
    return [_row(cell.label, counts[cell.name], f"{address}?status={cell.name}") for cell in claims.queries.MAIN_PAGE]


def _of_orders(label: str, counts: Mapping[str, int], group: str, tone: str = "") -> dict[str, Any]:
    return _row(label, counts[group], f"{reverse('orders:list')}?state={group}", tone)


def _row(label: Any, count: int, url: str, tone: str = "") -> dict[str, Any]:
    return {"label": label, "count": count, "url": url, "tone": tone if count else ""}
