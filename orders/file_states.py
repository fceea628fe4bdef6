"""The kinds of files that shops bring in, how far one is, and what becomes of its lines."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileKind(models.TextChoices):
    """What a shop brings in by file (R-O6, R-O2, R-O1)."""

    ORDERS = "orders", _("Orders")
    TRACKING = "tracking", _("Tracking numbers")
    SHIP_DATES = "ship_dates", _("Expected ship dates")


class FileStage(models.TextChoices):
    """How far a file is."""

    WAITING = "waiting", pgettext_lazy("file", "Being read")
    READ = "read", pgettext_lazy("file", "Waits for you")
    TAKING = "taking", pgettext_lazy("file", "Being taken")
    DONE = "done", pgettext_lazy("file", "Done")
    DISCARDED = "discarded", pgettext_lazy("file", "Thrown away")


class RowOutcome(models.TextChoices):
    """What becomes of a line of a file; `DONE` and `REFUSED`: of an action on an order."""

    CREATED = "created", pgettext_lazy("line", "New")
    UPDATED = "updated", pgettext_lazy("line", "Updated")
    UNCHANGED = "unchanged", pgettext_lazy("line", "Unchanged")
    KEPT = "kept", pgettext_lazy("line", "Left alone")
    DONE = "done", pgettext_lazy("line", "Done")
    REFUSED = "refused", pgettext_lazy("line", "Refused")
    ERROR = "error", pgettext_lazy("line", "Errors")
