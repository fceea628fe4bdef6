"""Operators read orders here; state and money change through actions only."""

from django.contrib import admin

from orders.models import Buyer, Order
from orders.money.admin import PaymentFeeAdmin, PayoutAdmin, SimulatedVoidAdmin, SimulatorRuleAdmin, TransferAdmin
from orders.products.admin import ProductAdmin
from qsm.events.acting import WithHistory
from qsm.events.admin import ReadOnlyAdmin

__all__ = [
    "BuyerAdmin",
    "OrderAdmin",
    "PaymentFeeAdmin",
    "PayoutAdmin",
    "ProductAdmin",
    "SimulatedVoidAdmin",
    "SimulatorRuleAdmin",
    "TransferAdmin",
]


@admin.register(Order)
class OrderAdmin(WithHistory):
    list_display = ("number", "seller", "state", "product_name", "ordered_at", "ship_date")
    list_filter = ("state",)
    list_select_related = ("seller",)
    search_fields = ("=number",)


@admin.register(Buyer)
class BuyerAdmin(ReadOnlyAdmin):
    list_display = ("name", "seller", "user")
    list_select_related = ("seller", "user")
    search_fields = ("name", "mobile")
