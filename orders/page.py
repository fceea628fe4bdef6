"""What stands around the grid of the delivery page: its tabs, counters, tools, and the tabs for ticked rows (R-P2)."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.grids import FIRST, VIEWS
from orders.queries import COUNTERS, counters
from orders.works import WORKS
from qsm.accounts.access import Actor, Party
from qsm.lib.machine import Text

# The tabs for ticked rows in the guides' order; the tabs of cancels and refunds are the claims room's (orders.work).
CANCEL, REFUND = "claims:cancel_orders", "claims:refund_orders"


def asked_view(params: QueryDict) -> tuple[str, QueryDict]:
    """The tab that an address asks for, and its filters: a tab's own group, unless a state or numbers are asked for."""
    name = params.get("view", "")
    name = name if name in VIEWS else FIRST
    asked = params.copy()
    if "state" not in params and not params.get("number") and not params.get("words"):
        asked["state"] = VIEWS[name].group
    return name, asked


def with_order(params: QueryDict, order: str) -> QueryDict:
    """The same with the member's own order, where the address asks for none."""
    if not params.get("order"):
        params["order"] = order
    return params


def tabs(current: str) -> list[dict[str, Any]]:
    """Summary, detail, by cart, shipping and delivered."""
    address = reverse("orders:list")
    return [
        {"label": view.label, "url": f"{address}?view={name}", "current": name == current}
        for name, view in VIEWS.items()
    ]


def counter_rows(actor: Actor, view: str) -> list[dict[str, Any]]:
    """Ordinary orders, preorders, and delivery methods: each number leads to the orders that it counts (R-P2, R-O5)."""
    counts, address = counters(actor), reverse("orders:list")
    return [
        {
            "title": title,
            "cells": [
                [
                    {
                        "label": cell.label,
                        "count": counts[cell.name],
                        "url": f"{address}?{cell.query}" + ("" if view == "sent" else f"&view={view}"),
                        "tone": cell.tone,
                    }
                ]
                for cell in cells
            ],
        }
        for title, cells in COUNTERS
    ]


def tools(params: QueryDict, view: str, actor: Actor) -> list[dict[str, Any]]:
    """Files in and out, and how the grid looks; viewers bring no files in (R-A2)."""
    own = params.urlencode()
    links = [
        *([(_("Import orders"), reverse("orders:import"), "")] if actor.party is Party.SELLER else []),
        (_("Excel"), reverse("orders:grid_file", args=["xlsx"]), own),
        (_("CSV"), reverse("orders:grid_file", args=["csv"]), own),
        (_("Download orders"), reverse("orders:export"), own),
        (_("Grid options"), reverse("orders:options"), f"view={view}"),
    ]
    return [{"label": label, "url": f"{url}?{query}" if query else url} for label, url, query in links]


def work_tabs() -> list[dict[str, Any]]:
    """The tabs for ticked rows: ship date, dispatch, cancel, visit pickup, online service."""
    own = [_tab(work.label, reverse("orders:work", args=[name])) for name, work in WORKS.items()]
    of_claims = _tab(_("Process cancel"), reverse(CANCEL)), _tab(_("Refund after dispatch"), reverse(REFUND))
    return [*own[:2], *of_claims, *own[2:]]


def _tab(label: Text, url: str) -> dict[str, Any]:
    return {"label": label, "url": url}
