"""The daily job's runs, and what operators set about claims."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DailyRun(models.Model):
    """A business day in Tokyo whose job has got through, and when, in UTC (R-W12)."""

    day = models.DateField(_("day"), unique=True)
    finished_at = models.DateTimeField(_("finished at"))

    class Meta:
        verbose_name = _("daily run")
        verbose_name_plural = _("daily runs")

    def __str__(self) -> str:
        return self.day.isoformat()


class ClaimSettings(models.Model):
    """What operators set: one row with id 1, or none and the defaults hold."""

    id = models.BigIntegerField(primary_key=True, default=1, editable=False)
    many_at_once = models.PositiveIntegerField(
        _("orders from which a cancel of many at once warns"),
        default=10,
        help_text=_("The shop is then offered an inquiry first, and may go on (R-C15)."),
    )

    class Meta:
        verbose_name = _("settings of claims")
        verbose_name_plural = _("settings of claims")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_row_of_claim_settings"),)

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
