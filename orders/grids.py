"""The grids of the delivery page: one declaration of columns, and the tabs that show some of them (R-P2)."""

from dataclasses import dataclass

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from orders.carriers import tracking_url
from orders.filters import OrderFilter
from orders.queries import state_chip
from orders.states import DeliveryMethod
from orders.texts import yen
from qsm.lib.grid import (
    Chip,
    ChipColumn,
    Column,
    DateColumn,
    DateTimeColumn,
    Grid,
    Link,
    LinkColumn,
    NumberColumn,
    RowLinkColumn,
)
from qsm.lib.machine import Text


def tracking_link(carrier: str, number: str) -> Link:
    """The tracking number, leading to the carrier's page where there is one."""
    return Link(number, tracking_url(carrier, number))


def type_chip(is_preorder: bool) -> Chip | None:
    """A mark for preorders."""
    return Chip(str(_("Preorder"))) if is_preorder else None


def method_text(method: str) -> str:
    """The delivery method in the reader's language."""
    return str(DeliveryMethod(method).label)


class OrderTable(tables.Table):
    """One order a row."""

    state = ChipColumn(
        verbose_name=_("Delivery state"),
        fields=("state", "ship_date", "held_as", "held_state", "ship_today_until"),
        cell=state_chip,
    )
    number = RowLinkColumn(verbose_name=_("Order number"))
    cart = Column(verbose_name=_("Cart number"), fields=("cart__number",))
    ship_date = DateColumn(verbose_name=_("Expected ship date"))
    carrier = Column(verbose_name=_("Carrier"))
    tracking_number = LinkColumn(
        verbose_name=_("Tracking number"), fields=("carrier", "tracking_number"), cell=tracking_link
    )
    shipped_at = DateColumn(verbose_name=_("Shipped on"))
    delivered_at = DateColumn(verbose_name=_("Delivered on"))
    product_name = Column(verbose_name=_("Product name"))
    quantity = NumberColumn(verbose_name=_("Quantity"))
    option = Column(verbose_name=_("Option"))
    recipient_name = Column(verbose_name=_("Recipient"))
    ordered_at = DateTimeColumn(verbose_name=_("Ordered on"))
    paid_at = DateTimeColumn(verbose_name=_("Paid on"))
    type = ChipColumn(verbose_name=_("Order type"), fields=("is_preorder",), cell=type_chip)
    delivery_method = Column(verbose_name=_("Delivery method"), cell=method_text)
    product_code = Column(verbose_name=_("Product code"))
    seller_product_code = Column(verbose_name=_("Seller's product code"))
    option_code = Column(verbose_name=_("Seller's option code"))
    total = NumberColumn(verbose_name=_("Order total"), fields=("total_yen",), cell=yen)
    buyer = Column(verbose_name=_("Buyer"), fields=("buyer__name",))
    phone = Column(verbose_name=_("Phone"), fields=("recipient_mobile",))
    postal_code = Column(verbose_name=_("Postal code"))
    address = Column(verbose_name=_("Address"))
    delivery_request = Column(verbose_name=_("Delivery request"))
    country = Column(verbose_name=_("Order country"))


ORDERS = Grid(
    table=OrderTable,
    filterset=OrderFilter,
    orders={"ordered_at": "ordered_at", "cart": "cart_id"},
    order="-ordered_at",
    row_url="orders:page",
    row_label="number",
    version="version",
)


@dataclass(frozen=True, slots=True)
class View:
    """A tab: the columns that it shows at first, its order, and the group that is meant when nothing is asked for."""

    label: Text
    columns: tuple[str, ...]
    order: str = "-ordered_at"
    group: str = "open"


SUMMARY = (
    "state",
    "ship_date",
    "number",
    "cart",
    "product_name",
    "option",
    "quantity",
    "recipient_name",
    "carrier",
    "tracking_number",
    "shipped_at",
    "seller_product_code",
)
SENT = (
    "state",
    "number",
    "cart",
    "carrier",
    "tracking_number",
    "shipped_at",
    "delivered_at",
    "product_name",
    "option",
    "quantity",
    "recipient_name",
    "ordered_at",
)
CART = (
    "cart",
    "state",
    "number",
    "product_name",
    "option",
    "quantity",
    "total",
    "recipient_name",
    "address",
    "carrier",
)
VIEWS = {
    "summary": View(_("Shipping request (summary)"), SUMMARY),
    "detail": View(_("Shipping request (detail)"), tuple(ORDERS.columns)),
    "cart": View(_("By cart"), (*CART, "tracking_number", "ship_date"), order="-cart"),
    "sent": View(_("Shipping / delivered"), SENT, group="sent"),
}
FIRST = "summary"
