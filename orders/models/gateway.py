"""What the simulated gateway remembers, so that all processes and a restarted one see the same gateway."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class GatewayBehavior(models.TextChoices):
    """How the simulator answers a void."""

    PROMPT = "prompt", _("Voids and says so at once")
    SLOW = "slow", _("Voids, but takes some seconds to say so")
    LATE = "late", _("Says “in progress” twice, then voids")
    LOST = "lost", _("Voids, but its first two answers get lost")
    FAILS = "fails", _("Refuses the first void, takes the second")
    REFUSES = "refuses", _("Refuses every void")
    NEVER = "never", _("Never answers")


class SimulatorRule(models.Model):
    """How the simulator treats orders whose number ends like this; the longest ending decides."""

    number_ends = models.CharField(
        _("order numbers that end in"),
        max_length=20,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^\d*$", _("Enter digits only."))],
        help_text=_("Nothing: all of them."),
    )
    behavior = models.CharField(_("behavior"), max_length=20, choices=GatewayBehavior)

    class Meta:
        verbose_name = _("rule of the simulated gateway")
        verbose_name_plural = _("rules of the simulated gateway")

    def __str__(self) -> str:
        return f"…{self.number_ends}: {self.get_behavior_display()}"


class SimulatedVoid(models.Model):
    """A void at the simulated gateway, once per key. `asked`: how often it was asked for."""

    key = models.UUIDField(unique=True)
    payment = models.CharField(_("shop and order number"), max_length=40)
    yen = models.BigIntegerField(_("amount"))
    asked = models.PositiveIntegerField(_("questions to the gateway"), default=0)
    voided_at = models.DateTimeField(_("voided on"), null=True)

    class Meta:
        verbose_name = _("void at the simulated gateway")
        verbose_name_plural = _("voids at the simulated gateway")

    def __str__(self) -> str:
        return str(self.key)
