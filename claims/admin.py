"""What operators do about claims: they read them, end waiting ones, see refunds through, judge penalties (R-B8, R-M1)."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from claims import penalties, refunds
from claims.forms import OperatorsForm, RefundForm
from claims.kinds import cancel
from claims.kinds.cancel import CANCEL
from claims.models import Claim, ClaimSettings, DailyRun, Penalty
from claims.penalties import PENALTY
from claims.states import Kind
from messaging.attachments.admin import operators_files
from messaging.queries import files_of_claim
from orders.models import Refund
from orders.money import REFUND
from qsm.accounts.access import Actor, Party, operator_actor
from qsm.accounts.admin import OperatorsAdmin
from qsm.events.acting import ActingAdmin, Deed, WithHistory
from qsm.events.admin import ReadOnlyAdmin
from qsm.events.door import change


@admin.register(Claim)
class ClaimAdmin(WithHistory, ActingAdmin):
    list_display = ("order", "seller", "kind", "state", "reason", "fault", "requested_at", "ended_at")
    list_filter = ("kind", "state")
    list_select_related = ("order", "seller")
    search_fields = ("=order__number",)
    actions = ("find_false_dispatch",)
    machine, subject = CANCEL, "claim"
    readonly_fields = ("attachments", "timeline")
    deeds = {
        "withdraw": Deed(
            cancel.withdraw,
            _("The request ends and the order goes on. Both sides read the reason."),
            gettext_noop("The claim has been withdrawn."),
            OperatorsForm,
        ),
        "grant": Deed(
            cancel.grant,
            _("The order is canceled and the buyer gets the money back. Both sides read the reason."),
            gettext_noop("The claim is carried through."),
            OperatorsForm,
        ),
    }

    @admin.display(description=_("Files"))
    def attachments(self, row: Claim) -> str:
        """What came with the claim."""
        return operators_files(files_of_claim(row.pk, Actor(Party.OPERATOR)))

    def _buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """A return of the shop's own waits for nothing but its refund."""
        return super()._buttons(request, row) if row.kind == Kind.CANCEL else []

    def has_judge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.change_penalty")

    @admin.action(description=_("Dispatched falsely: raise a penalty"), permissions=["judge"])
    def find_false_dispatch(self, request: HttpRequest, chosen: QuerySet[Claim]) -> None:
        """Of the chosen claims, the rejected cancels, one door each (R-C8)."""
        raised = sum(self._find(request, claim) for claim in chosen.select_related("order"))
        text = ngettext("%(number)d penalty raised", "%(number)d penalties raised", raised) % {"number": raised}
        self.message_user(request, text, messages.SUCCESS if raised else messages.WARNING)

    def _find(self, request: HttpRequest, claim: Claim) -> bool:
        by = operator_actor(request)
        with change(by):
            return penalties.raise_false_dispatch(claim=claim, by=by)


@admin.register(Refund)
class RefundAdmin(WithHistory, ActingAdmin):
    list_display = ("order", "seller", "state", "way", "yen", "started_at", "done_at", "asked", "error")
    list_filter = ("state", "way")
    list_select_related = ("order", "seller")
    search_fields = ("=order__number",)
    ordering = ("-pk",)
    machine, subject = REFUND, "refund"
    deeds = {
        "retry": Deed(
            refunds.retry,
            _("The gateway is asked again to void the payment."),
            gettext_noop("The gateway is asked again."),
            RefundForm,
        ),
        "credit": Deed(
            refunds.credit,
            _("The buyer's balance is credited in place of the card, and the claim completes. This cannot be undone."),
            gettext_noop("The buyer's balance has been credited."),
            RefundForm,
        ),
        "give_up": Deed(
            refunds.give_up,
            _("Has the payment company said that it did not void? The gateway is then asked no more."),
            gettext_noop("The gateway is asked no more."),
            RefundForm,
        ),
        "confirm": Deed(
            refunds.settle,
            _("Has the buyer got the money back where the order was paid? The claim completes. This cannot be undone."),
            gettext_noop("The refund is confirmed."),
        ),
    }


@admin.register(Penalty)
class PenaltyAdmin(WithHistory, ActingAdmin):
    list_display = ("order", "seller", "kind", "state", "raised_at", "judged_at")
    list_filter = ("state", "kind")
    list_select_related = ("order", "seller")
    search_fields = ("=order__number", "seller__slug")
    ordering = ("-raised_at", "-pk")
    machine, subject = PENALTY, "penalty"
    deeds = {
        "uphold": Deed(
            penalties.uphold,
            _("The shop has broken the rules. It reads the reason."),
            gettext_noop("The penalty has been upheld."),
            OperatorsForm,
        ),
        "dismiss": Deed(
            penalties.dismiss,
            _("There is nothing to it. The shop reads the reason."),
            gettext_noop("The penalty has been dismissed."),
            OperatorsForm,
        ),
    }


@admin.register(DailyRun)
class DailyRunAdmin(ReadOnlyAdmin):
    list_display = ("day", "finished_at")
    ordering = ("-day",)


@admin.register(ClaimSettings)
class ClaimSettingsAdmin(OperatorsAdmin):
    """One row: from how many orders a cancel of many at once warns (R-C15)."""

    list_display = ("__str__", "many_at_once")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ClaimSettings.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
