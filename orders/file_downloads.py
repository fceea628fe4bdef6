"""Orders out, as the shop asks for them: a form, its bytes, and which orders (R-P2)."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from orders.file_columns import Form
from orders.file_exports import Format, header, lines, paths
from orders.grids import ORDERS
from orders.models import Order
from orders.work import FIELD, ticked
from qsm.accounts.access import Actor, seller_page, shop_of
from qsm.lib.files import csv_lines
from qsm.lib.files.xlsx_writing import xlsx_file

REMEMBERED = "export_format"
FORMS = {
    Form.DETAIL_JA: _("Japanese, detail"),
    Form.DETAIL_KO: _("Korean, detail"),
    Form.BRIEF_JA: _("Japanese, summary"),
    Form.BRIEF_KO: _("Korean, summary"),
}
BYTES = {"cp932": "CSV (Shift_JIS)", "utf-8-sig": "CSV (UTF-8)", "xlsx": "Excel"}
# What is asked of the download itself, not of the list of orders.
OWN = ("as", FIELD)


class ExportForm(forms.Form):
    """In which form."""

    def __init__(self, data: QueryDict | None = None, *, first: str = "") -> None:
        super().__init__(data, initial={"as": first})
        choices = [(one.value, lazystr(f"{FORMS[one.form]} · {BYTES[one.encoding]}")) for one in Format]
        self.fields["as"] = forms.ChoiceField(label=_("Form of the file"), choices=choices, widget=forms.RadioSelect)


@require_safe
@seller_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The ticked orders, else all that the list's address shows, in its order; without a form the page that asks for it."""
    form = ExportForm(request.GET if "as" in request.GET else None, first=_first(request))
    if not form.is_valid():
        carried = [(name, value) for name, values in request.GET.lists() if name != "as" for value in values]
        context = {"form": form, "carried": carried, "chosen": len(_chosen(request))}
        return render(request, "orders/export.html", context, status=422 if form.is_bound else 200)
    chosen = Format(form.cleaned_data["as"])
    request.session[REMEMBERED] = chosen.value
    return _file(chosen, _values(request, actor, chosen))


def _file(chosen: Format, values: Iterator[tuple[Any, ...]]) -> HttpResponseBase:
    names, rows = header(chosen.form), lines(chosen.form, values)
    if chosen.encoding == "xlsx":
        return FileResponse(xlsx_file(names, rows), as_attachment=True, filename=chosen.file_name)
    charset = "Shift_JIS" if chosen.encoding == "cp932" else "utf-8"
    answer = StreamingHttpResponse(
        csv_lines(chain([names], rows), chosen.encoding), content_type=f"text/csv; charset={charset}"
    )
    answer["Content-Disposition"] = f'attachment; filename="{chosen.file_name}"'
    return answer


def _values(request: HttpRequest, actor: Actor, chosen: Format) -> Iterator[tuple[Any, ...]]:
    orders = Order.objects.for_actor(actor)
    rows = ORDERS.filterset(_of_the_list(request), queryset=orders).rows()
    if ids := _chosen(request):
        rows = orders.filter(pk__in=ids)
    return ORDERS.order_of(orders, request.GET).read_all(rows.values_list(*paths(chosen.form)))


def _of_the_list(request: HttpRequest) -> QueryDict:
    asked = request.GET.copy()
    for name in OWN:
        asked.pop(name, None)
    return asked


def _chosen(request: HttpRequest) -> list[int]:
    return list(ticked(request.GET))


def _first(request: HttpRequest) -> str:
    """What this person took last, else what the shop set, else the marketplace's own form."""
    shop = shop_of(request)
    usual = "detail-ko.utf-8-sig" if shop.language == "ko" else f"detail-ja.{shop.export_encoding}"
    remembered = str(request.session.get(REMEMBERED))
    return remembered if remembered in Format.__members__.values() else usual
