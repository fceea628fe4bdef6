"""Files that shops bring in, staged until somebody has looked at them."""

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.file_states import FileKind, FileStage, RowOutcome
from qsm.accounts.access import OwnRows
from qsm.accounts.models import Seller
from qsm.lib.files import Error


class FileImport(models.Model):
    """One file on its way in: read into pieces, looked at, then taken whole or thrown away (decision 0010).

    `counts`: lines by outcome, foreseen until the file is taken, then what became of them; `good`: how many can be taken;
    `columns`: what the file calls the columns, by key.
    A worker has the file until `leased_until`, in real time; `lease` tells its worker from one that was too slow.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind of file"), max_length=10, choices=FileKind)
    name = models.CharField(_("name of the file"), max_length=200)
    file = models.FileField(upload_to="imports", blank=True)
    encoding = models.CharField(_("encoding"), max_length=10, blank=True)
    carrier = models.CharField(_("carrier"), max_length=200, blank=True)
    stage = models.CharField(
        pgettext_lazy("file", "progress"), max_length=10, choices=FileStage, default=FileStage.WAITING
    )
    good = models.PositiveIntegerField(_("good rows"), default=0)
    counts = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    made_at = models.DateTimeField(_("sent on"))
    ended_at = models.DateTimeField(_("ended on"), null=True)
    lease = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    objects = OwnRows["FileImport"](seller="seller_id", buyer=None)
    unscoped = models.Manager["FileImport"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        indexes = (
            models.Index(fields=["seller", "-id"], name="file_recent"),
            models.Index(
                fields=["leased_until", "id"],
                name="file_to_work_on",
                condition=models.Q(stage__in=[FileStage.WAITING, FileStage.TAKING]),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StagedPiece(models.Model):
    """Some hundreds of good rows of a file, taken in one change; done ones are not taken again.

    `text`: the rows as JSON, in which nobody searches: as text it costs half of what a JSONField does.
    """

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="pieces")
    place = models.PositiveIntegerField()
    text = models.TextField()
    done = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["file_import", "place"], name="piece_once_per_place"),)

    def __str__(self) -> str:
        return f"{self.file_import_id}/{self.place}"

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, each with its `line` and `number`."""
        return list(json.loads(self.text))


class FileRow(models.Model):
    """What there is to say of a line: what is wrong with it, why it was left alone, what became of it.

    `piece`: of what is only foreseen, or became of a good row; nothing for a row that could not be read.
    `params` fill the message of `code`; or hold under `messages` what an action said, by language.
    """

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="lines")
    piece = models.PositiveIntegerField(null=True)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=500, blank=True)
    number = models.CharField(_("order number"), max_length=20, blank=True)
    outcome = models.CharField(_("result"), max_length=10, choices=RowOutcome)
    code = models.CharField(_("code"), max_length=60, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("line of a file")
        verbose_name_plural = _("lines of files")
        indexes = (models.Index(fields=["file_import", "outcome", "line"], name="file_row_outcome"),)

    def __str__(self) -> str:
        return f"{self.file_import_id}:{self.line} {self.outcome}"

    @property
    def error(self) -> Error:
        """As the error that it was."""
        return Error(self.code, self.line, self.column, self.params)
