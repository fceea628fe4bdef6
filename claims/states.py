"""The four kinds of claims, their states and reasons (rules, sections 1 and 4 to 8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a claim asks for."""

    CANCEL = "cancel", pgettext_lazy("claim", "Cancel")


class State(models.TextChoices):
    """Where a claim stands. A claim is open in every state but those of `ENDED`."""

    REQUESTED = "REQUESTED", _("Requested")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


ENDED = (State.REJECTED, State.WITHDRAWN)


class CancelReason(models.TextChoices):
    """Why a buyer cancels."""

    CHANGE_OF_MIND = "change_of_mind", _("Change of mind")
    WRONG_OPTION = "wrong_option", _("Chose the wrong option")
    ORDERED_TWICE = "ordered_twice", _("Ordered twice")
    FOUND_CHEAPER = "found_cheaper", _("Found it cheaper")
    TOO_LATE = "too_late", _("Dispatch is too late")
    OTHER = "other", _("Other")


class RejectReason(models.TextChoices):
    """Why a seller rejects a cancel (R-C5)."""

    ALREADY_SHIPPED = "already_shipped", _("Already shipped")
    READY_TO_SHIP = "ready_to_ship", _("Ready to ship")
    MADE_TO_ORDER = "made_to_order", _("Made to order")
    OTHER = "other", _("Other")


OTHER_MIN_CHARACTERS = 30
TEXT_MAX = 1000
ENDED_SHOWN_DAYS = 90
LATE_AFTER_DAYS = 4
