"""The shop's standing: dispatch, cancels and claims in figures, and what follows from them (R-O8)."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.rates import Rate, rates
from orders.standing import dispatches, late_orders, restriction
from qsm.accounts.access import Actor, seller_page


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the page: what is judged, the figure, and of what."""

    label: str
    percent: Decimal | None
    of: str


@require_safe
@seller_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The figures of the last 90 days, the restriction that holds, and the orders that were late."""
    shop = actor.seller_id or 0
    dispatched, (cancels, claims) = dispatches(actor, shop), rates(actor, shop)
    left = _("%(part)d of %(whole)d ordinary orders left within four business days")
    context = {
        "figures": [
            Figure(
                _("Dispatch rate"), dispatched.rate, left % {"part": dispatched.in_time, "whole": dispatched.judged}
            ),
            _figure(_("Cancel rate"), cancels),
            _figure(_("Claim rate"), claims),
        ],
        "points": dispatched.points,
        "restriction": restriction(actor, shop),
        "late": late_orders(actor, shop),
    }
    return render(request, "claims/standing.html", context)


def _figure(label: str, rate: Rate) -> Figure:
    of = _("%(part)d of %(whole)d orders; at the buyer's fault, not counted: %(buyer)d")
    return Figure(label, rate.percent, of % {"part": rate.shop, "whole": rate.orders, "buyer": rate.buyer})
