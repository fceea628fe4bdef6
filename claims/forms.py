"""What sellers and buyers enter about claims. Forms shape input; what is allowed is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.kinds import cancel
from claims.states import TEXT_MAX, CancelReason, RejectReason
from qsm.events.forms import ActionForm, Prose
from qsm.lib.machine import Refused

CHOOSE = ("", _("Choose"))


class RejectForm(ActionForm):
    """Why the seller rejects a cancel (R-C5). `confirmed` comes from the popup."""

    posted = ("reason", "text", "seen", "key")
    reason = forms.ChoiceField(label=_("Reason for the rejection"), choices=[CHOOSE, *RejectReason.choices])
    text = Prose(label=_("Explanation"), required=False, max_length=TEXT_MAX)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Let the rule itself judge, so that the popup never asks about something that would then be refused."""
        data: dict[str, Any] = self.cleaned_data
        if "reason" in data and "text" in data:
            try:
                data["text"] = cancel.checked_rejection(data["reason"], data["text"])
            except Refused as refusal:
                self.refuse(refusal)
        return data


class CancelForm(ActionForm):
    """Why the buyer wants to cancel."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *CancelReason.choices])
    text = Prose(label=_("Message to the shop"), required=False, max_length=TEXT_MAX)
