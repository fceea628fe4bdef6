"""What an invited person enters."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from qsm.accounts.models import User


class PasswordForm(forms.Form):
    """The password of a new account, as it is typed. `owner`: whose name and address it must not be like."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, owner: User) -> None:
        super().__init__(data)
        self.owner = owner

    def clean(self) -> dict[str, Any]:
        """Judge the password together with the person's name and address."""
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.owner)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return self.cleaned_data


class AccountForm(PasswordForm):
    """Name and password of a new account."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "password")

    def clean_name(self) -> str:
        """The owner is called so from now on."""
        self.owner.name = self.cleaned_data["name"]
        return self.owner.name
