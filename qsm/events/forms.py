"""The base of every form that changes something."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import Actor
from qsm.lib.machine import Refused

KEY_FIELD = "key"


def new_key() -> str:
    """A key for one form: sent twice, the form acts once."""
    return secrets.token_urlsafe(16)


def seal(text: str) -> str:
    """What says that exactly this text was shown: other words are shown anew."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Prose(forms.CharField):
    """Text of several lines: a line end is one character, as people count them, however the browser sends it."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class ActionForm(forms.Form):
    """Carries the version that the person saw, and a key that makes a second click harmless.

    Its other fields bear the names of the action's arguments. `by`: who fills it in, for fields that keep something for
    them; `files`: what came with `data`.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    for_the_form_only = frozenset({KEY_FIELD, "confirmed"})

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        by: Actor | None = None,
        version: int | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        carried = {"seen": version, KEY_FIELD: new_key(), **(initial or {})}
        super().__init__(data, None if data is None else files, initial=carried)
        self.fields[KEY_FIELD] = forms.CharField(widget=forms.HiddenInput, max_length=64)

    @property
    def entered(self) -> dict[str, Any]:
        """What the action is called with."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.for_the_form_only}

    def full_clean(self) -> None:
        """Say of what is carried unseen what a person can do about it."""
        super().full_clean()
        if any(self.errors.pop(name, None) for name in ("seen", KEY_FIELD)):
            self.add_error(
                None, forms.ValidationError(_("This form is not complete. Open the page anew and send it again."))
            )

    @property
    def refusal(self) -> Refused:
        """Why the form was not taken, for a page that has no place for the form itself."""
        return Refused("form.refused", " ".join(str(text) for texts in self.errors.values() for text in texts))

    def refuse(self, refusal: Refused) -> None:
        """Show why the action was refused, at the field that it is about."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(str(refusal.message), refusal.code))


class Confirmed(forms.Form):
    """Asked once before it is done: the popup sends what was entered again, with `confirmed` (R-P6)."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def asks(self) -> bool:
        """Whether the popup comes next."""
        return self.is_valid() and not self.cleaned_data["confirmed"]

    @property
    def sent_on(self) -> list[tuple[str, str]]:
        """What was entered, for the form behind the popup."""
        data = cast(QueryDict, self.data)
        names = [name for name in self.fields if name != "confirmed"]
        return [*((name, value) for name in names for value in data.getlist(name)), ("confirmed", "1")]

    def hidden_fields(self) -> list[forms.BoundField]:
        """Only the popup confirms: a form that was refused after it asks again."""
        return [field for field in super().hidden_fields() if field.name != "confirmed"]


class ConfirmForm(Confirmed, ActionForm):
    """An action that cannot be undone and asks for nothing more."""
