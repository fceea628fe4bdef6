"""What buyers and operators enter about money. Forms shape input; what is allowed is decided by the actions."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.states import AccountType
from qsm.events.forms import ActionForm, ConfirmForm

# As banks print account holders: katakana, capitals, digits, and a few signs.
HOLDER = re.compile(r"^[ァ-ヴー・A-Z0-9 ().,/-]+$")


class PayoutForm(ConfirmForm):
    """How much of the balance goes to which bank account (R-M1)."""

    seen = None  # type: ignore[assignment]
    yen = forms.IntegerField(label=_("Amount (yen)"), min_value=1, max_value=10**12)
    bank = forms.CharField(label=_("Bank"), max_length=60)
    branch = forms.CharField(label=_("Branch"), max_length=60)
    account_type = forms.ChoiceField(label=_("Kind of account"), choices=AccountType)
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=7,
        help_text=_("Seven digits. A shorter number starts with zeros."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_holder = forms.CharField(
        label=_("Account holder (katakana)"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_account_number(self) -> str:
        """Digits, however wide they were typed; banks fill up with zeros."""
        number = unicodedata.normalize("NFKC", self.cleaned_data["account_number"])
        if not (number.isascii() and number.isdigit()):
            raise forms.ValidationError(_("An account number has digits only, seven at most."))
        return number.zfill(7)

    def clean_account_holder(self) -> str:
        """Katakana of full width, capitals of half width, one space between the names."""
        holder = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["account_holder"]).upper().split())
        if not HOLDER.match(holder):
            raise forms.ValidationError(_("Enter the account holder in katakana, as the bank writes it."))
        return holder


class RefusalForm(ActionForm):
    """Why an operator refuses a payout."""

    reason = forms.CharField(label=_("Reason, which the buyer reads"), max_length=200)
