"""What sellers and buyers enter about claims. Forms shape input; what is allowed is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.kinds import cancel
from claims.states import TEXT_MAX, CancelReason, RejectReason, SellerReason
from messaging.attachments.forms import WithFiles
from qsm.events.forms import ActionForm, Confirmed, ConfirmForm, Prose
from qsm.lib.machine import Refused

CHOOSE = ("", _("Choose"))


class RejectFields(Confirmed):
    """Why the seller rejects a cancel (R-C5)."""

    reason = forms.ChoiceField(label=_("Reason for the rejection"), choices=[CHOOSE, *RejectReason.choices])
    text = Prose(label=_("Explanation"), required=False, max_length=TEXT_MAX)

    def clean(self) -> dict[str, Any]:
        """Let the rule itself judge, so that the popup never asks about something that would then be refused."""
        data: dict[str, Any] = self.cleaned_data
        if "reason" in data and "text" in data:
            try:
                data["text"] = cancel.checked_rejection(data["reason"], data["text"])
            except Refused as refusal:
                self.add_error(refusal.field, forms.ValidationError(str(refusal.message), refusal.code))
        return data


class RejectForm(RejectFields, ConfirmForm):
    """The rejection of one claim."""


class CancelForm(WithFiles, ConfirmForm):
    """Why the buyer wants to cancel, with files. `confirmed` comes from the popup, where the click cannot be undone."""

    field_order = ("reason", "text", "attachments")
    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *CancelReason.choices])
    text = Prose(label=_("Message to the shop"), required=False, max_length=TEXT_MAX)


class MemoFields(forms.Form):
    """The seller's memo, which the buyer reads (R-C12)."""

    memo = Prose(label=_("Seller memo"), max_length=TEXT_MAX)


class SellersCancelFields(MemoFields):
    """Why the shop cancels, and how far (R-C9)."""

    ONE, CART = "one", "cart"
    field_order = ("reason", "scope", "memo")
    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *SellerReason.choices])
    scope = forms.ChoiceField(
        label=_("What to cancel"),
        choices=[(ONE, _("Only the orders chosen")), (CART, _("All orders of their carts"))],
    )


class RefundForm(ActionForm):
    """Why an operator does something about a refund: for whoever looks at it next (R-A3)."""

    text = Prose(label=_("Reason, for operators to read"), max_length=TEXT_MAX)


class OperatorsForm(ActionForm):
    """An operator's reason, which those concerned read (R-B8)."""

    text = Prose(label=_("Reason, for those concerned to read"), max_length=TEXT_MAX)
