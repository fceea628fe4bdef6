"""The grid of the product list (R-P1)."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Product
from orders.products.queries import GROUPS, conditions, sale_chip
from qsm.lib.grid import ChipColumn, Column, DateColumn, FilterSet, Grid, NumberColumn


class ProductTable(tables.Table):
    """One product a row."""

    state = ChipColumn(
        verbose_name=_("Sale state"), fields=("state", "stock", "on_sale_from", "on_sale_until"), cell=sale_chip
    )
    code = Column(verbose_name=_("Product code"))
    seller_code = Column(verbose_name=_("Seller's product code"))
    name = Column(verbose_name=_("Product name"))
    price_yen = NumberColumn(verbose_name=_("Price (yen)"))
    stock = NumberColumn(verbose_name=_("Stock"))
    on_sale_from = DateColumn(verbose_name=_("On sale from"))
    on_sale_until = DateColumn(verbose_name=_("On sale until"))


class ProductFilter(FilterSet):
    """By a counter of the main page, by words of the name, by codes."""

    state = django_filters.ChoiceFilter(label=_("Sale state"), choices=GROUPS, method="in_group", empty_label=_("All"))
    name = django_filters.CharFilter(label=_("Product name"), lookup_expr="icontains", max_length=100)
    code = django_filters.CharFilter(label=_("Product code"), method="by_code", max_length=100)

    class Meta:
        model = Product
        fields = ()

    def in_group(self, rows: QuerySet[Product], _name: str, group: str) -> QuerySet[Product]:
        """The products that a counter of the main page counts."""
        return rows.filter(conditions()[group])

    def by_code(self, rows: QuerySet[Product], _name: str, code: str) -> QuerySet[Product]:
        """The marketplace's number, or the beginning of the shop's own code."""
        return rows.filter(Q(code=code) | Q(seller_code__istartswith=code))


PRODUCTS = Grid(
    table=ProductTable,
    filterset=ProductFilter,
    orders={"name": "name", "stock": "stock", "on_sale_until": "on_sale_until"},
    order="name",
    row_label="code",
)
