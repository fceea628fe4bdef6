"""The grid of the delivery page (R-P2)."""

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.queries import conditions, state_chip
from qsm.lib.grid import (
    ChipColumn,
    Column,
    DateColumn,
    DaysFilter,
    FilterSet,
    Grid,
    NumberColumn,
    NumbersFilter,
    RowLinkColumn,
)

GROUPS = (
    ("awaiting_payment", _("Awaiting payment")),
    ("request", _("Shipping request")),
    ("new", _("New order")),
    ("preparing", _("Preparing")),
    ("delayed", _("Delayed")),
    ("ship_today", _("To ship today")),
    ("cancel", _("Cancel requested")),
    ("shipping", _("In transit")),
    ("delivered", _("Delivered")),
)


class OrderTable(tables.Table):
    """One order a row."""

    state = ChipColumn(
        verbose_name=_("Delivery state"),
        fields=("state", "ship_date", "held_as", "held_state", "ship_today_until"),
        cell=state_chip,
    )
    ship_date = DateColumn(verbose_name=_("Expected ship date"))
    number = RowLinkColumn(verbose_name=_("Order number"))
    cart = Column(verbose_name=_("Cart number"), fields=("cart__number",))
    product_name = Column(verbose_name=_("Product name"))
    option = Column(verbose_name=_("Option"))
    quantity = NumberColumn(verbose_name=_("Quantity"))
    recipient_name = Column(verbose_name=_("Recipient"))
    carrier = Column(verbose_name=_("Carrier"))
    tracking_number = Column(verbose_name=_("Tracking number"))
    ordered_at = DateColumn(verbose_name=_("Ordered on"))
    seller_product_code = Column(verbose_name=_("Seller's product code"))


class OrderFilter(FilterSet):
    """By group, by numbers, by the day of the order."""

    state = django_filters.ChoiceFilter(
        label=_("Delivery state"), choices=GROUPS, method="in_group", empty_label=_("All")
    )
    number = NumbersFilter(field_name="number", label=_("Order number"))
    ordered_at = DaysFilter(field_name="ordered_at", label=_("Ordered on"))

    class Meta:
        model = Order
        fields = ()

    def in_group(self, rows: QuerySet[Order], _name: str, group: str) -> QuerySet[Order]:
        """The rows of one group of the delivery page."""
        return rows.filter(conditions()[group])


ORDERS = Grid(
    table=OrderTable,
    filterset=OrderFilter,
    orders={"ordered_at": "ordered_at"},
    order="-ordered_at",
    row_url="orders:page",
    row_label="number",
    version="version",
)
