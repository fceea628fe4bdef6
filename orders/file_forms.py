"""What sellers enter about files."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from orders.carriers import CARRIERS
from qsm.events.forms import ActionForm
from qsm.lib.files import Error, Limits


class KeyForm(ActionForm):
    """A button alone: nothing was seen that could have changed but what the action itself asks for."""

    seen = None  # type: ignore[assignment]


class UploadForm(KeyForm):
    """A file of the shop's own machine."""

    upload = forms.FileField(
        label=_("File (CSV or Excel)"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"})
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: MultiValueDict[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.files = files or MultiValueDict()

    def clean_upload(self) -> Any:
        """Raises ValidationError for a file larger than any that is read."""
        upload = self.cleaned_data["upload"]
        if upload.size > Limits().size:
            raise forms.ValidationError(Error("file_too_large").message, "file_too_large")
        return upload


class TrackingForm(UploadForm):
    """Tracking numbers, and the carrier of rows that name none."""

    carrier = forms.CharField(
        label=_("Carrier of rows without one"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "carriers"}),
    )
    names = CARRIERS
