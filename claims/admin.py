"""Operators read claims here; decisions go through actions."""

from django.contrib import admin

from claims.models import Claim
from qsm.events.admin import ReadOnlyAdmin


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("order", "seller", "kind", "state", "reason", "requested_at", "ended_at")
    list_filter = ("kind", "state")
    list_select_related = ("order", "seller")
    search_fields = ("=order__number",)
