"""How files are chosen in a form: several at once, and what was accepted before stays chosen."""

from collections.abc import Mapping
from functools import partial
from itertools import chain
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from messaging.attachments import quota
from messaging.attachments.uploads import MOST_BYTES, MOST_FILES, Upload, put_aside, read_token, refusal
from orders.panel import Fact
from qsm.accounts.access import Actor
from qsm.events.forms import ActionForm

FIELD = "attachments"
File = TypeVar("File", UploadedFile, Upload)


class FilesInput(forms.FileInput):
    """A choice of files; above it those that were accepted before, each to be unticked. It needs no script."""

    allow_multiple_selected = True
    template_name = "messaging/files_input.html"

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": "image/*,.pdf"})
        self.kept: list[tuple[str, Upload]] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[list[UploadedFile], list[str]]:
        """The files that come with this form, and the tokens of those that came before.

        Where no file is chosen a browser sends an empty name, which Django takes for an empty text.
        """
        return files.getlist(name), [token for token in data.getlist(name) if token]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With what was accepted."""
        return {**super().get_context(name, value, attrs), "kept": self.kept}


class FilesField(forms.Field):
    """Files that are looked at and put aside as soon as they come; it cleans to a list of `Upload`."""

    widget: Any = FilesInput
    user_id: int | None = None

    def clean(self, value: tuple[list[UploadedFile], list[str]]) -> list[Upload]:
        """Raises ValidationError that names each file that is not taken; the others stay chosen."""
        sent, tokens = value
        self.taken: list[Upload] = []
        wrong: list[ValidationError] = []
        before = (partial(read_token, token, self.user_id) for token in tokens)
        for accept in chain(before, (partial(self._put_aside, file) for file in sent)):
            try:
                self.taken.append(self._fitting(accept()))
            except ValidationError as problem:
                wrong.append(problem)
        self.widget.kept = [(upload.token(self.user_id), upload) for upload in self.taken]
        if wrong:
            raise ValidationError(wrong)
        return self.taken

    def _put_aside(self, file: UploadedFile) -> Upload:
        if quota.unfinished(self.user_id) + (self._fitting(file).size or 0) > quota.MOST_A_DAY:
            raise refusal("enough_today", file)
        upload = put_aside(file)
        quota.count(self.user_id, upload.size)
        return upload

    def _fitting(self, file: File) -> File:
        """What comes and what has been put aside alike: pictures may become larger, and tokens come from several forms."""
        if len(self.taken) == MOST_FILES:
            raise refusal("too_many", file)
        if sum(upload.size for upload in self.taken) + (file.size or 0) > MOST_BYTES:
            raise refusal("too_heavy", file)
        return file


class WithFiles(ActionForm):
    """May carry files, 5 at most and 4 MB together (R-B1). by: who sends it; nobody else can send on what it put aside."""

    attachments = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Pictures (JPEG, PNG, WebP, GIF) and PDF; 5 files at most, 4 MB together."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        by: Actor,
        **options: Any,
    ) -> None:
        super().__init__(data, files or MultiValueDict(), by=by, **options)
        self.fields[FIELD].user_id = by.user_id  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        """What was accepted is from now on said by its token, wherever the form is sent on."""
        super().full_clean()
        if self.is_bound:
            data = cast(QueryDict, self.data).copy()
            data.setlist(FIELD, [token for token, _upload in self._kept])
            self.data = data

    @property
    def facts(self) -> list[Fact]:
        """What a popup says of the files that go with it."""
        return [Fact(str(self.fields[FIELD].label), ", ".join(upload.name for _token, upload in self._kept))]

    @property
    def _kept(self) -> list[tuple[str, Upload]]:
        return cast(FilesInput, self.fields[FIELD].widget).kept
