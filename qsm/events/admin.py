"""Operators read history and deliveries here; what is parked can be tried again; the training copy's clock is moved."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.db.models import F
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qsm.accounts.access import Actor, Party
from qsm.accounts.admin import OperatorsAdmin
from qsm.events.deliveries import try_again
from qsm.events.demo_clock import MOST_DAYS, move_forward, read_clock
from qsm.events.models import Delivery, DeliveryState, DemoClock, Event
from qsm.lib import clock
from qsm.lib.machine import Refused


class ReadOnlyAdmin(OperatorsAdmin):
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
    """Which notice, to whom, how often it was tried, and why it failed. The oldest that is parked comes first."""

    list_display = ("pk", "what", "shop", "order_id", "consumer", "to", "state", "remark", "attempts", "next_at", "why")
    list_filter = ("state", "consumer")
    list_select_related = ("event__seller",)
    search_fields = ("=event__order_id", "error")
    ordering = ("pk",)
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Delivery]:
        """With what the columns show."""
        rows = super().get_queryset(request)
        return rows.annotate(order_id=F("event__order_id"), why_short=Left("error", 200))

    @admin.display(description=_("event"), ordering="event__name")
    def what(self, row: Delivery) -> str:
        return row.event.name

    @admin.display(description=_("shop"), ordering="event__seller__name")
    def shop(self, row: Delivery) -> str:
        return row.event.seller.name

    @admin.display(description=_("order"), ordering="order_id")
    def order_id(self, row: Any) -> int | None:
        found: int | None = row.order_id
        return found

    @admin.display(description=_("why it failed"))
    def why(self, row: Any) -> str:
        return str(row.why_short)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")

    @admin.action(description=_("Try the parked ones again"), permissions=["retry"])
    def retry(self, request: HttpRequest, chosen: models.QuerySet[Delivery]) -> None:
        """Parked deliveries become due at once, with all their attempts before them."""
        tried = try_again(Delivery.objects.filter(pk__in=chosen.values("pk"), state=DeliveryState.PARKED))
        self.message_user(request, _("Due again: %(number)d") % {"number": tried})


class MoveForm(forms.Form):
    """How far the clock is moved (R-T3)."""

    days = forms.IntegerField(label=_("Days forward"), min_value=1, max_value=MOST_DAYS, initial=1)


@admin.register(DemoClock)
class DemoClockAdmin(ReadOnlyAdmin):
    """One page instead of a list: what the clock says, and moving it forward. In demo mode only (R-T3)."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return settings.DEMO and request.user.has_perm("events.change_democlock")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The page; a posted number of days moves the clock and runs the job of each day on the way."""
        if not self.has_view_permission(request):
            return redirect("admin:index")
        form = MoveForm(request.POST or None)
        if form.is_valid() and self._moved(request, form):
            return redirect("admin:events_democlock_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Demo clock"),
            "form": form,
            "now": clock.now(),
            "ahead": read_clock().days_forward,
        }
        return render(request, "admin/demo_clock.html", context, status=422 if form.errors else 200)

    def _moved(self, request: HttpRequest, form: MoveForm) -> bool:
        try:
            ahead = move_forward(days=form.cleaned_data["days"], by=Actor(Party.OPERATOR, user_id=request.user.pk))
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal.message))
            return False
        text = ngettext("The clock now runs %(days)d day ahead.", "The clock now runs %(days)d days ahead.", ahead)
        messages.success(request, text % {"days": ahead})
        return True
