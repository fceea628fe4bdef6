"""Operators read history and deliveries here; what is parked can be tried again."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qsm.events.models import Delivery, DeliveryState, Event
from qsm.lib import clock


class ReadOnlyAdmin(admin.ModelAdmin):
    """A model that operators read; what may change, changes through actions only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "seller", "order_id", "seq", "name", "party", "from_state", "to_state")
    list_filter = ("name", "party")
    list_select_related = ("seller",)
    search_fields = ("=order_id", "=claim_id", "=thread_id")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "consumer", "to", "state", "attempts", "next_at", "error")
    list_filter = ("state", "consumer")
    list_select_related = ("event",)
    actions = ("retry",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")

    @admin.action(description=_("Try the parked ones again"), permissions=["retry"])
    def retry(self, request: HttpRequest, chosen: models.QuerySet[Delivery]) -> None:
        """Parked deliveries become due at once, with all their attempts before them."""
        now: datetime = clock.real()
        parked = chosen.filter(state=DeliveryState.PARKED)
        tried = parked.update(state=DeliveryState.PENDING, attempts=0, next_at=now)
        self.message_user(request, _("Due again: %(number)d") % {"number": tried})
