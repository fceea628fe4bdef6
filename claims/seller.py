"""The claims page: the shop's claims, one claim's trade panel, and the decisions on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe

from claims.forms import RejectForm
from claims.grids import CLAIMS
from claims.kinds import cancel
from claims.models import Claim
from claims.panel import ClaimPanel
from claims.queries import CELLS, STATUS_GRID, status_counts
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, in_panel


@require_safe
@seller_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The status grid and the grid under it (R-P3)."""
    return _page(request, actor, None)


@require_safe
@seller_page
def page(request: HttpRequest, actor: Actor, claim_id: int) -> HttpResponse:
    """One claim's trade panel (R-P8): alone for htmx, under the grid for everybody else."""
    return _shown(request, actor, ClaimPanel(_mine(actor, claim_id), actor))


@leads_to("claims:page")
@require_POST
@seller_action
def reject(request: HttpRequest, actor: Actor, claim_id: int) -> HttpResponse:
    """Reject a cancel: the form, then the popup that asks once, then the rejection (R-C5, R-P6)."""
    claim, form = _mine(actor, claim_id), RejectForm(request.POST)
    if form.is_valid() and not form.cleaned_data["confirmed"]:
        return render(request, "confirm.html", rejection_popup(request, claim))
    to = reverse("claims:page", args=[claim.pk])
    done = act(request, actor, form, cancel.reject, claim=claim, to=to, say=_("The cancel has been rejected."))
    return done or _shown(request, actor, ClaimPanel(_mine(actor, claim_id), actor, sent=form), status=422)


def rejection_popup(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """The question that is asked once before a cancel is rejected, with what was entered (R-C5, R-P6)."""
    return {
        "title": gettext("Reject cancel"),
        "question": gettext("Reject a cancel only where the order cannot be canceled any more. Really reject it?"),
        "hidden": [
            *((name, request.POST[name]) for name in RejectForm.posted if name in request.POST),
            ("confirmed", "1"),
        ],
        "url": reverse("claims:reject", args=[claim.pk]),
        "cancel_url": reverse("claims:page", args=[claim.pk]),
    }


def _mine(actor: Actor, claim_id: int) -> Claim:
    return mine(Claim.objects.for_actor(actor).select_related("order__cart", "order__buyer__user"), pk=claim_id)


def _shown(request: HttpRequest, actor: Actor, panel: ClaimPanel, status: int = 200) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return in_panel(render(request, "claims/panel.html", {"panel": panel}, status=status))
    return _page(request, actor, panel, status)


def _page(request: HttpRequest, actor: Actor, panel: ClaimPanel | None, status: int = 200) -> HttpResponse:
    chosen = CELLS.get(request.GET.get("status", ""))
    context = {
        "status": status_rows(actor),
        "title": chosen.label if chosen else gettext("All claims"),
        "tools": [],
        "page": CLAIMS.page(Claim.objects.for_actor(actor), request.GET, selected=panel.claim.pk if panel else None),
        "panel": panel,
    }
    return render(request, "claims/list.html", context, status=status)


def status_rows(actor: Actor) -> list[dict[str, Any]]:
    """The status grid with its numbers, each a link to the claims that it counts (R-P3)."""
    counts, address = status_counts(actor), reverse("claims:list")
    return [
        {
            "title": title,
            "cells": [
                [
                    {"label": cell.label, "count": counts[cell.name], "url": f"{address}?status={cell.name}"}
                    for cell in cells
                ]
                for cells in columns
            ],
        }
        for title, columns in STATUS_GRID
    ]
