"""The grid of the delivery page as a file, and how a member likes it (R-P2)."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from orders.grids import ORDERS, VIEWS
from orders.models import Order
from orders.options import OptionsForm, forget, options_of, save
from orders.page import asked_view, tabs, with_order
from orders.work import ticked
from qsm.accounts.access import Actor, seller_page
from qsm.lib import clock

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@seller_page
def grid_file(request: HttpRequest, actor: Actor, kind: str) -> HttpResponseBase:
    """The columns that the member sees, of the ticked rows or of all that the filters leave, as CSV or Excel."""
    if kind not in FORMATS:
        raise Http404
    name, params = asked_view(request.GET)
    options, rows = options_of(actor, name), Order.objects.for_actor(actor)
    if ids := ticked(request.GET):
        rows = rows.filter(pk__in=ids)
        params["state"] = ""
    params = with_order(params, options.order)
    file_name = f"orders_{name}_{clock.now().astimezone(clock.JST):%Y%m%d_%H%M}.{kind}"
    if kind == "csv":
        lines = ORDERS.csv(rows, params, columns=options.columns)
        headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
        return StreamingHttpResponse(lines, content_type=FORMATS[kind], headers=headers)
    book = ORDERS.xlsx(rows, params, columns=options.columns)
    return FileResponse(book, as_attachment=True, filename=file_name, content_type=FORMATS[kind])


@require_http_methods(["GET", "HEAD", "POST"])
@seller_page
def options(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Columns, first order and rows a page of one tab, kept for this member; a viewer has likings too."""
    name = asked_view(request.GET)[0]
    form = OptionsForm(request.POST or None, options=options_of(actor, name))
    back = f"{reverse('orders:list')}?view={name}"
    if "reset" in request.POST:
        forget(actor, name)
        return redirect(back)
    if form.is_valid():
        save(actor, name, form.chosen)
        return redirect(back)
    address = reverse("orders:options")
    context = {
        "form": form,
        "title": VIEWS[name].label,
        "tabs": [{**tab, "url": f"{address}?{tab['url'].partition('?')[2]}"} for tab in tabs(name)],
        "back": back,
        "label": gettext("Lists of orders"),
    }
    return render(request, "orders/options.html", context, status=422 if form.errors else 200)
