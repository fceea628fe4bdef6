"""Operators read refunds and the ledger here, decide about payouts, and keep the fee table."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from orders.models import Buyer, PaymentFee, Payout, SimulatedVoid, SimulatorRule, Transfer
from orders.money import payouts
from orders.money.forms import RefusalForm
from orders.texts import moment_text
from qsm.accounts.admin import OperatorsAdmin
from qsm.events.acting import ActingAdmin, Deed
from qsm.events.admin import ReadOnlyAdmin
from qsm.lib import clock


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "reason", "debit", "credit", "yen", "refund", "payout")
    list_filter = ("reason",)
    list_select_related = ("refund", "payout")
    search_fields = ("=debit", "=credit", "=key")
    ordering = ("-pk",)


@admin.register(Payout)
class PayoutAdmin(ActingAdmin):
    list_display = ("asked_at", "user", "yen", "state", "bank", "decided_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("user", "decided_by")
    search_fields = ("user__email",)
    ordering = ("-pk",)
    readonly_fields = ("drawn_from",)
    machine, subject = payouts.PAYOUT, "payout"
    deeds = {
        "pay": Deed(
            payouts.pay,
            _("Has the money been sent to this account? The buyer then reads that it is paid; this cannot be undone."),
            gettext_noop("The payout is marked as paid."),
        ),
        "refuse": Deed(
            payouts.refuse,
            _("The money goes back to the buyer's balance, and the buyer reads the reason."),
            gettext_noop("The payout has been refused."),
            RefusalForm,
        ),
    }

    @admin.display(description=_("From the orders of"))
    def drawn_from(self, payout: Payout) -> str:
        """Whose money it is and how the log-in came to it: a shop could have invited itself (R-O10)."""
        return "\n".join(_origin(payout, buyer) for buyer in payouts.buyers_of(payout))


class PaymentFeeForm(forms.ModelForm):
    """A line of a table that is not valid yet: what people have been shown today stays (R-M4)."""

    class Meta:
        model = PaymentFee
        fields = ("valid_from", "from_yen", "fee_yen")

    def clean_valid_from(self) -> date:
        """Tomorrow at the earliest."""
        day: date = self.cleaned_data["valid_from"]
        if day <= clock.today():
            raise forms.ValidationError(_("A fee table begins tomorrow at the earliest. Enter a later day."))
        return day


@admin.register(PaymentFee)
class PaymentFeeAdmin(OperatorsAdmin):
    """The operator's fee table (R-M3). What is valid cannot be changed any more; a later table replaces it."""

    list_display = ("valid_from", "from_yen", "fee_yen")
    ordering = ("-valid_from", "from_yen")
    form = PaymentFeeForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_valid(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_valid(obj)


@admin.register(SimulatorRule)
class SimulatorRuleAdmin(OperatorsAdmin):
    list_display = ("number_ends", "behavior")


@admin.register(SimulatedVoid)
class SimulatedVoidAdmin(ReadOnlyAdmin):
    list_display = ("payment", "yen", "key", "asked", "voided_at")
    search_fields = ("=payment",)


def _origin(payout: Payout, buyer: Buyer) -> str:
    parts = [buyer.seller.name, buyer.name]
    if invitation := buyer.invitations.filter(ended_at__isnull=False).order_by("-pk").first():
        words = {"when": moment_text(invitation.ended_at), "address": invitation.email}
        parts.append(gettext("log-in confirmed on %(when)s by an invitation to %(address)s") % words)
    if buyer.seller.members.filter(user=payout.user_id).exists():
        parts.append(gettext("a member of this shop"))
    return " · ".join(parts)


def _is_valid(fee: PaymentFee | None) -> bool:
    return fee is not None and fee.valid_from <= clock.today()
