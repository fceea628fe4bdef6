"""Operators keep products here: they approve what waits, and correct what a shop cannot."""

from django.contrib import admin

from orders.models import Product
from qsm.accounts.admin import OperatorsAdmin


@admin.register(Product)
class ProductAdmin(OperatorsAdmin):
    list_display = ("code", "name", "seller", "state", "stock", "price_yen", "on_sale_from", "on_sale_until")
    list_filter = ("state",)
    list_select_related = ("seller",)
    search_fields = ("=code", "name", "seller_code")
    autocomplete_fields = ("seller",)
