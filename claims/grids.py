"""The grid of the claims page (R-P3)."""

import django_filters
import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import CELLS
from claims.states import CancelReason, State
from qsm.lib.grid import Chip, ChipColumn, Column, DateColumn, DaysFilter, FilterSet, Grid, NumbersFilter, RowLinkColumn

HANDLING = {
    ("cancel", State.REQUESTED): (_("Cancel : to be handled"), "turn"),
    ("cancel", State.REJECTED): (_("Cancel : rejected"), ""),
    ("cancel", State.WITHDRAWN): (_("Cancel : taken back"), ""),
}


def handling_chip(kind: str, state: str) -> Chip:
    """The handling state as the grid says it, e.g. `취소 : 처리요청`."""
    label, tone = HANDLING[kind, State(state)]
    return Chip(str(label), tone)


def reason_text(reason: str) -> str:
    """A reason's code in the reader's language."""
    return str(CancelReason(reason).label)


class ClaimTable(tables.Table):
    """One claim a row, in the guides' order of columns."""

    handling = ChipColumn(verbose_name=_("Handling state"), fields=("kind", "state"), cell=handling_chip)
    ended_at = DateColumn(verbose_name=_("Completed on"))
    reason = Column(verbose_name=_("Reason"), cell=reason_text)
    requested_at = DateColumn(verbose_name=_("Requested on"))
    ordered_at = DateColumn(verbose_name=_("Ordered on"), fields=("order__ordered_at",))
    shipped_at = DateColumn(verbose_name=_("Shipped on"), fields=("order__shipped_at",))
    number = RowLinkColumn(verbose_name=_("Order number"), fields=("order__number",))
    cart = Column(verbose_name=_("Cart number"), fields=("order__cart__number",))
    product_code = Column(verbose_name=_("Product code"), fields=("order__product_code",))
    seller_product_code = Column(verbose_name=_("Seller's product code"), fields=("order__seller_product_code",))
    product_name = Column(verbose_name=_("Product name"), fields=("order__product_name",))


class ClaimFilter(FilterSet):
    """By a number of the status grid, by order numbers, by the day of the request."""

    status = django_filters.ChoiceFilter(
        label=_("Handling state"),
        choices=[(cell.name, cell.label) for cell in CELLS.values()],
        method="in_cell",
        empty_label=_("All"),
    )
    number = NumbersFilter(label=_("Order number"), method="of_orders")
    requested_at = DaysFilter(field_name="requested_at", label=_("Requested on"))

    class Meta:
        model = Claim
        fields = ()

    def in_cell(self, rows: QuerySet[Claim], _name: str, cell: str) -> QuerySet[Claim]:
        """The claims that a number of the status grid counts."""
        return rows.filter(CELLS[cell].condition)

    def of_orders(self, rows: QuerySet[Claim], _name: str, numbers: list[str]) -> QuerySet[Claim]:
        """The claims of orders with these numbers; a number's index begins with the shop."""
        return rows.filter(order__seller=F("seller"), order__number__in=numbers)


CLAIMS = Grid(
    table=ClaimTable,
    filterset=ClaimFilter,
    orders={"requested_at": "requested_at"},
    order="-requested_at",
    row_url="claims:page",
    row_label="order__number",
    version="version",
)
