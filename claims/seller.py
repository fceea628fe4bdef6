"""The claims page: the shop's claims, one claim's trade panel, the decisions on it, files out, penalties."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe

from claims.forms import RejectForm
from claims.grids import CLAIMS
from claims.kinds import cancel
from claims.models import Claim, Penalty
from claims.panel import ClaimPanel, language_warning, language_warnings
from claims.queries import FILTERS, STATUS_GRID, status_counts
from claims.states import TEXT_MAX
from orders.money import Statement
from orders.work import ticked
from qsm.accounts.access import Actor, leads_to, mine, seller_action, seller_page
from qsm.events.answers import act, ask_once, in_panel
from qsm.events.forms import ConfirmForm
from qsm.lib import clock

PENALTIES_SHOWN = 100
COUNTRIES_READ = 200  # characters


@require_safe
@seller_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The status grid or the search by condition, and the grid under it (R-P3)."""
    return _page(request, actor, None)


@require_safe
@seller_page
def page(request: HttpRequest, actor: Actor, claim_id: int) -> HttpResponse:
    """One claim's trade panel (R-P8): alone for htmx, under the grid for everybody else."""
    return _shown(request, actor, ClaimPanel(_mine(actor, claim_id), actor))


def _decision(
    form_class: type[ConfirmForm],
    do: Callable[..., object],
    question: Callable[[Claim, Any], dict[str, Any]],
    say: str,
) -> Callable[..., HttpResponseBase]:
    """The view of a decision on one claim: the form, then the popup that asks once, then the decision (R-P6)."""

    @leads_to("claims:page")
    @require_POST
    @seller_action
    def view(request: HttpRequest, actor: Actor, claim_id: int) -> HttpResponse:
        claim, form = _mine(actor, claim_id), form_class(request.POST)
        to = reverse("claims:page", args=[claim.pk])
        if form.asks:
            return ask_once(request, form, back=to, **question(claim, form))
        done = act(request, actor, form, do, claim=claim, to=to, say=say)
        return done or _shown(request, actor, ClaimPanel(_mine(actor, claim_id), actor, sent=form), status=422)

    return view


@leads_to("claims:list")
@require_POST
@seller_action
def language(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Mark text that is plainly in another language than its buyers read, while it is being written (R-C15)."""
    text = request.POST.get("text") or request.POST.get("memo", "")
    countries = request.POST.get("countries", "")[:COUNTRIES_READ].split(",")
    warnings = language_warnings(countries, text[:TEXT_MAX])
    return render(request, "claims/language.html", {"warnings": warnings})


@require_safe
@seller_page
def export(request: HttpRequest, actor: Actor, kind: str) -> HttpResponseBase:
    """The ticked claims, or all that the address asks for, as a file: `xlsx` or `csv` (R-P3)."""
    rows = Claim.objects.for_actor(actor)
    if ids := ticked(request.GET):
        rows = rows.filter(pk__in=ids)
    name = f"claims_{clock.now().astimezone(clock.JST):%Y%m%d_%H%M}.{kind}"
    if kind == "xlsx":
        return FileResponse(CLAIMS.xlsx(rows, request.GET), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(CLAIMS.csv(rows, request.GET), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@seller_page
def penalties(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The shop's penalties, to be judged or judged, newest first (R-C8, R-C12)."""
    rows = Penalty.objects.for_actor(actor).select_related("order").order_by("-raised_at", "-pk")
    return render(request, "claims/penalties.html", {"penalties": rows[:PENALTIES_SHOWN]})


def approval_question(claim: Claim, _form: ConfirmForm) -> dict[str, Any]:
    """What is asked once before a cancel is approved, with the frozen statement (R-C4, R-M4)."""
    return {
        "title": gettext("Process cancel"),
        "question": gettext("The order is canceled and the buyer gets the money back. Really process the cancel?"),
        "facts": Statement.from_json(claim.statement).facts,
    }


def rejection_question(claim: Claim, form: RejectForm) -> dict[str, Any]:
    """What is asked once before a cancel is rejected (R-C5)."""
    return {
        "title": gettext("Reject cancel"),
        "question": gettext("Reject a cancel only where the order cannot be canceled any more. Really reject it?"),
        "warning": language_warning(claim.order.country, form.cleaned_data["text"]),
    }


approve = _decision(ConfirmForm, cancel.approve, approval_question, _("The cancel has been processed."))
reject = _decision(RejectForm, cancel.reject, rejection_question, _("The cancel has been rejected."))


def _mine(actor: Actor, claim_id: int) -> Claim:
    return mine(Claim.objects.for_actor(actor).select_related("order__cart", "order__buyer__user"), pk=claim_id)


def _shown(request: HttpRequest, actor: Actor, panel: ClaimPanel, status: int = 200) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return in_panel(render(request, "claims/panel.html", {"panel": panel}, status=status))
    return _page(request, actor, panel, status)


def _page(request: HttpRequest, actor: Actor, panel: ClaimPanel | None, status: int = 200) -> HttpResponse:
    chosen, by_condition = FILTERS.get(request.GET.get("status", "")), request.GET.get("tab") == "condition"
    query = request.GET.urlencode()
    context = {
        "tabs": [
            {"label": gettext("By state"), "url": reverse("claims:list"), "current": not by_condition},
            {
                "label": gettext("By condition"),
                "url": f"{reverse('claims:list')}?tab=condition",
                "current": by_condition,
            },
        ],
        "by_condition": by_condition,
        "status": [] if by_condition else status_rows(actor),
        "title": chosen.label if chosen else gettext("All claims"),
        "tools": [
            {"label": gettext("Excel: all"), "url": f"{reverse('claims:export', args=['xlsx'])}?{query}"},
            {"label": gettext("CSV: all"), "url": f"{reverse('claims:export', args=['csv'])}?{query}"},
        ],
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
                    {
                        "label": cell.label,
                        "count": counts[cell.name],
                        "url": f"{address}?status={cell.name}",
                        "tone": "late" if cell.late else "",
                    }
                    for cell in cells
                ]
                for cells in columns
            ],
        }
        for title, columns in STATUS_GRID
    ]
