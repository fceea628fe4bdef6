"""The grid of the claims page (R-P3)."""

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import FILTERS, late
from claims.states import ENDED, LATE_AFTER_DAYS, REASONS, Kind, State
from qsm.lib import clock
from qsm.lib.grid import Chip, ChipColumn, Column, DateColumn, DaysFilter, FilterSet, Grid, NumbersFilter, RowLinkColumn
from qsm.lib.grid.days import since, until

HANDLING = {
    (Kind.CANCEL, State.REQUESTED): (_("Cancel : to be handled"), "turn"),
    (Kind.CANCEL, State.REFUNDING): (_("Cancel : canceling"), ""),
    (Kind.CANCEL, State.COMPLETED): (_("Cancel : completed"), "ok"),
    (Kind.CANCEL, State.REJECTED): (_("Cancel : rejected"), ""),
    (Kind.CANCEL, State.WITHDRAWN): (_("Cancel : withdrawn"), ""),
    (Kind.RETURN, State.REFUNDING): (_("Return : refund under way"), ""),
    (Kind.RETURN, State.COMPLETED): (_("Return : completed"), "ok"),
}
# Which date a period is about.
DATES = {
    "requested": ("requested_at", _("Requested on")),
    "ordered": ("order__ordered_at", _("Ordered on")),
    "ended": ("ended_at", _("Completed on")),
}


def handling_chip(kind: str, state: str) -> Chip:
    """The handling state as the grid says it, e.g. `취소 : 처리요청`."""
    label, tone = HANDLING[Kind(kind), State(state)]
    return Chip(str(label), tone)


def late_chip(state: str, requested_at: datetime) -> Chip | None:
    """*Late*, as `Claim.is_late` (R-D1)."""
    is_late = state not in ENDED and clock.today() >= clock.after(clock.day_of(requested_at), LATE_AFTER_DAYS)
    return Chip(str(_("Late")), "late") if is_late else None


def reason_text(reason: str) -> str:
    """A reason's code in the reader's language."""
    return str(REASONS[reason])


def of_later_kinds(_kind: str) -> str:
    """Cancels, and refunds of the shop's own, have neither a non-receipt type nor goods that come back."""
    return ""


class ClaimTable(tables.Table):
    """One claim a row, in the guides' order of columns."""

    handling = ChipColumn(verbose_name=_("Handling state"), fields=("kind", "state"), cell=handling_chip)
    late = ChipColumn(verbose_name=_("Late"), fields=("state", "requested_at"), cell=late_chip)
    ended_at = DateColumn(verbose_name=_("Completed on"))
    reason = Column(verbose_name=_("Reason"), cell=reason_text)
    non_receipt = Column(verbose_name=_("Non-receipt type"), fields=("kind",), cell=of_later_kinds)
    requested_at = DateColumn(verbose_name=_("Requested on"))
    return_method = Column(verbose_name=_("Return method"), fields=("kind",), cell=of_later_kinds)
    ordered_at = DateColumn(verbose_name=_("Ordered on"), fields=("order__ordered_at",))
    shipped_at = DateColumn(verbose_name=_("Shipped on"), fields=("order__shipped_at",))
    number = RowLinkColumn(verbose_name=_("Order number"), fields=("order__number",))
    cart = Column(verbose_name=_("Cart number"), fields=("order__cart__number",))
    product_code = Column(verbose_name=_("Product code"), fields=("order__product_code",))
    seller_product_code = Column(verbose_name=_("Seller's product code"), fields=("order__seller_product_code",))
    product_name = Column(verbose_name=_("Product name"), fields=("order__product_name",))


class ClaimFilter(FilterSet):
    """By a number of the status grid; by a period of one of three dates, kind, state, lateness, numbers and buyer (R-P3)."""

    status = django_filters.ChoiceFilter(
        label=_("Handling state"),
        choices=[(cell.name, cell.label) for cell in FILTERS.values()],
        method="in_cell",
        empty_label=_("All"),
    )
    when = django_filters.ChoiceFilter(
        label=_("Period of"),
        choices=[(name, label) for name, (_path, label) in DATES.items()],
        method="which_date",
        empty_label=None,
    )
    period = DaysFilter(label=_("From and to"), method="in_period")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices, empty_label=_("All"))
    late = django_filters.ChoiceFilter(
        label=_("Late"), choices=[("1", _("Late ones only"))], method="only_late", empty_label=_("All")
    )
    number = NumbersFilter(label=_("Order number"), method="of_orders")
    cart = NumbersFilter(label=_("Cart number"), method="of_carts")
    product = django_filters.CharFilter(label=_("Product code"), method="of_product")
    buyer = django_filters.CharFilter(label=_("Buyer"), field_name="order__buyer__name", lookup_expr="icontains")

    class Meta:
        model = Claim
        fields = ()

    def in_cell(self, rows: QuerySet[Claim], _name: str, cell: str) -> QuerySet[Claim]:
        """The claims that a number of the status grid counts."""
        return rows.filter(FILTERS[cell].condition)

    def which_date(self, rows: QuerySet[Claim], _name: str, _value: str) -> QuerySet[Claim]:
        """Says only what the period is about."""
        return rows

    def in_period(self, rows: QuerySet[Claim], _name: str, days: Any) -> QuerySet[Claim]:
        """Both days included, of the date that `when` names."""
        path, _label = DATES[self.form.cleaned_data["when"] or "requested"]
        if days and days.start:
            rows = rows.filter(since(Claim, path, days.start))
        if days and days.stop:
            rows = rows.filter(until(Claim, path, days.stop))
        return rows

    def only_late(self, rows: QuerySet[Claim], _name: str, _value: str) -> QuerySet[Claim]:
        """Open claims that came four days ago or earlier (R-D1)."""
        return rows.exclude(state__in=ENDED).filter(late())

    def of_orders(self, rows: QuerySet[Claim], _name: str, numbers: list[str]) -> QuerySet[Claim]:
        """The claims of orders with these numbers; a number's index begins with the shop."""
        return rows.filter(order__seller=F("seller"), order__number__in=numbers)

    def of_carts(self, rows: QuerySet[Claim], _name: str, numbers: list[str]) -> QuerySet[Claim]:
        """The claims of orders in these carts; a number's index begins with the shop."""
        return rows.filter(order__cart__seller=F("seller"), order__cart__number__in=numbers)

    def of_product(self, rows: QuerySet[Claim], _name: str, code: str) -> QuerySet[Claim]:
        """By the marketplace's product code."""
        return rows.filter(order__product_code=code.strip())


CLAIMS = Grid(
    table=ClaimTable,
    filterset=ClaimFilter,
    orders={"requested_at": "requested_at"},
    order="-requested_at",
    row_url="claims:page",
    row_label="order__number",
    version="version",
)
