"""What is done with many ticked orders at once, one door per row (R-P2, R-O1, R-O2, R-O7). The contract: `orders.work`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import retarget

from orders.carriers import CARRIERS
from orders.forms import WorkKey
from orders.panel import Fact
from orders.work import FIELD
from orders.works import WORKS, Bench
from qsm.accounts.access import Actor, seller_action
from qsm.events.batch import Outcome


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def work(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """The page of one tab: the ticked orders and one form; sent, a line for each order that says what became of it."""
    if name not in WORKS:
        raise Http404
    if request.method != "POST":
        return _shown(request, Bench(name, actor, request.GET))
    bench = Bench(name, actor, request.POST, WorkKey(request.POST))
    shared = bench.shared
    if not (bench.key.is_valid() and shared.is_valid()):
        return _shown(request, bench, status=422)
    if bench.asks:
        return _asked(request, bench)
    outcomes = bench.run(bench.key.cleaned_data["key"], shared.cleaned_data)
    return _answered(request, bench, outcomes)


def _shown(request: HttpRequest, bench: Bench, status: int = 200) -> HttpResponse:
    context = {
        "title": bench.work.label,
        "hint": bench.work.hint,
        "rows": bench.rows(),
        "shared": bench.shared,
        "key": bench.key,
        "url": reverse("orders:work", args=[bench.name]),
        "back": reverse("orders:list"),
        "carriers": CARRIERS,
    }
    return _in_place(request, render(request, "orders/work.html", context, status=status))


def _asked(request: HttpRequest, bench: Bench) -> HttpResponse:
    """The popup carries the whole form on (R-P6)."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context = {
        "title": bench.work.label,
        "question": bench.work.question,
        "facts": [Fact(_("Orders"), len(bench.orders))],
        "hidden": [*sent, ("confirmed", "1")],
        "url": reverse("orders:work", args=[bench.name]),
        "cancel_url": reverse("orders:list"),
    }
    return render(request, "confirm.html", context)


def _answered(request: HttpRequest, bench: Bench, outcomes: list[Outcome]) -> HttpResponse:
    failed = [outcome for outcome in outcomes if not outcome.done]
    again = "&".join(f"{FIELD}={outcome.pk}" for outcome in failed)
    context = {
        "title": bench.work.label,
        "outcomes": outcomes,
        "done": len(outcomes) - len(failed),
        "failed": len(failed),
        "again": f"{reverse('orders:work', args=[bench.name])}?{again}" if again else "",
        "back": reverse("orders:list"),
    }
    return _in_place(request, render(request, "orders/work_result.html", context))


def _in_place(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """For htmx: the tab's page stands under the grid, wherever the form that asked stood."""
    return retarget(answer, "#work") if request.htmx else answer  # type: ignore[attr-defined]
