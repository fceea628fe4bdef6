"""Files in, as the shop sees them: send one, look at what would become of it, take it or throw it away (R-O6)."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders import file_runs
from orders.file_forms import KeyForm, TrackingForm, UploadForm
from orders.file_states import FileKind
from orders.file_texts import ABOUT, FileView, line_cells, tabs
from orders.models import FileImport
from qsm.accounts.access import Actor, leads_to, mine, seller_action, shop_of
from qsm.events.answers import act, answered, said
from qsm.events.door import change
from qsm.events.forms import KEY_FIELD
from qsm.lib.files import csv_lines

RECENT = 20


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def upload_orders(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send an exported order file (R-O6)."""
    return _upload(request, actor, FileKind.ORDERS, UploadForm)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def upload_tracking(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a file with tracking numbers: the summary with them filled in (R-O2)."""
    return _upload(request, actor, FileKind.TRACKING, TrackingForm)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def upload_ship_dates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send a file with expected ship dates (R-O1)."""
    return _upload(request, actor, FileKind.SHIP_DATES, UploadForm)


@require_safe
@seller_action
def page(request: HttpRequest, actor: Actor, file_id: int) -> HttpResponse:
    """One file: how far it is, and what would become or became of its lines."""
    return _shown(request, _mine(actor, file_id), KeyForm())


@leads_to("orders:file")
@require_POST
@seller_action
def take(request: HttpRequest, actor: Actor, file_id: int) -> HttpResponse:
    """Take the file as it was looked at."""
    run, form = _mine(actor, file_id), KeyForm(request.POST)
    say = _("The file is being taken. You can go on working meanwhile.")
    done = act(request, actor, form, file_runs.confirm, run=run, to=_address(run), say=say)
    return done or _shown(request, _mine(actor, file_id), form, status=422)


@leads_to("orders:file")
@require_POST
@seller_action
def throw_away(request: HttpRequest, actor: Actor, file_id: int) -> HttpResponse:
    """Throw the file away."""
    run, form = _mine(actor, file_id), KeyForm(request.POST)
    say = _("The file has been thrown away. Nothing of it was taken.")
    done = act(request, actor, form, file_runs.discard, run=run, to=_address(run), say=say)
    return done or _shown(request, _mine(actor, file_id), form, status=422)


@require_safe
@seller_action
def lines(request: HttpRequest, actor: Actor, file_id: int) -> StreamingHttpResponse:
    """All that there is to say of the lines, as a file."""
    run = _mine(actor, file_id)
    answer = StreamingHttpResponse(csv_lines(_lines(run), "utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="result-{run.pk}.csv"'
    return answer


def _lines(run: FileImport) -> Iterator[list[object]]:
    yield [
        gettext("Line"),
        gettext("Column"),
        gettext("Order number"),
        gettext("Result"),
        gettext("What to know"),
        gettext("Code"),
    ]
    for line in run.lines.order_by("line", "pk").iterator(chunk_size=2000):
        yield line_cells(line)


def _upload(request: HttpRequest, actor: Actor, kind: FileKind, form_class: type[UploadForm]) -> HttpResponse:
    first = {"carrier": shop_of(request).default_carrier}
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class(initial=first)
    if not form.is_valid():
        files = FileImport.objects.for_actor(actor).filter(kind=kind).select_related("user").order_by("-pk")[:RECENT]
        context = {
            "tabs": tabs(kind),
            "about": ABOUT[kind],
            "form": form,
            "files": [FileView(run) for run in files],
        }
        return render(request, "orders/import.html", context, status=422 if form.is_bound else 200)
    with change(actor, key=form.cleaned_data[KEY_FIELD], body=said(request)) as tx:
        run = file_runs.receive(kind=kind, seller=shop_of(request), by=actor, **form.entered)
        tx.answer = {"to": _address(run), "say": _("The file has arrived. Look at what would become of it.")}
    return answered(request, tx.answer)


def _mine(actor: Actor, file_id: int) -> FileImport:
    return mine(FileImport.objects.for_actor(actor).select_related("user", "seller"), pk=file_id)


def _address(run: FileImport) -> str:
    return reverse("orders:file", args=[run.pk])


def _shown(request: HttpRequest, run: FileImport, form: KeyForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"file": FileView(run), "form": form}
    asked_by_itself = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
    template = "orders/import_state.html" if asked_by_itself else "orders/import_file.html"
    return render(request, template, context, status=status)
