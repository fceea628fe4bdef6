"""The four kinds of claims, their states and reasons (rules, sections 1 and 4 to 8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qsm.accounts.access import Party
from qsm.lib.machine import Text


class Kind(models.TextChoices):
    """What a claim asks for."""

    CANCEL = "cancel", pgettext_lazy("claim", "Cancel")
    RETURN = "return", pgettext_lazy("claim", "Return")
    EXCHANGE = "exchange", pgettext_lazy("claim", "Exchange")
    NON_RECEIPT = "non_receipt", pgettext_lazy("claim", "Non-receipt")


class State(models.TextChoices):
    """Where a claim stands, over all kinds. A claim is open in every state but those of `ENDED`."""

    REQUESTED = "REQUESTED", _("Requested")
    REPORTED = "REPORTED", _("Report received")
    CONFIRMED = "CONFIRMED", _("Seller confirmed")
    RETURNING = "RETURNING", _("Returning")
    COLLECTED = "COLLECTED", _("Collected / refund requested")
    REFUND_HELD = "REFUND_HELD", _("Refund held")
    PARTIAL_PROPOSED = "PARTIAL_PROPOSED", _("Smaller refund proposed")
    RESHIPPING = "RESHIPPING", _("Re-shipping")
    REFUNDING = "REFUNDING", _("Refund under way")
    WITHDRAWAL_REQUESTED = "WITHDRAWAL_REQUESTED", _("Withdrawal requested")
    WITHDRAWAL_HELD = "WITHDRAWAL_HELD", _("Withdrawal on hold")
    COMPLETED = "COMPLETED", pgettext_lazy("claim", "Completed")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CONVERTED = "CONVERTED", _("Converted")
    REFUNDED = "REFUNDED", pgettext_lazy("claim", "Refunded")
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED", _("Partly refunded")
    RESOLVED = "RESOLVED", _("Resolved")


ENDED = (
    State.COMPLETED,
    State.REJECTED,
    State.WITHDRAWN,
    State.CONVERTED,
    State.REFUNDED,
    State.PARTIALLY_REFUNDED,
    State.RESOLVED,
)


class Fault(models.TextChoices):
    """Which side a cancel or a return is laid to."""

    SELLER = Party.SELLER.value, pgettext_lazy("fault", "Shop")
    BUYER = Party.BUYER.value, pgettext_lazy("fault", "Buyer")


class CancelReason(models.TextChoices):
    """Why a buyer cancels."""

    CHANGE_OF_MIND = "buyer_change_of_mind", pgettext_lazy("buyer", "Change of mind")
    WRONG_OPTION = "wrong_option", _("Chose the wrong option")
    ORDERED_TWICE = "ordered_twice", _("Ordered twice")
    FOUND_CHEAPER = "found_cheaper", _("Found it cheaper")
    TOO_LATE = "too_late", _("Dispatch is too late")
    OTHER = "other", _("Other")


class SellerReason(models.TextChoices):
    """Why a seller cancels before dispatch (R-C9), or refunds after it (R-C11: delayed shipping only)."""

    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    DELAYED_SHIPPING = "delayed_shipping", _("Delayed shipping")
    UNDELIVERABLE_AREA = "undeliverable_area", _("Undeliverable area")
    CHANGE_OF_MIND = "change_of_mind", _("Change of mind")
    CHANGE_OF_OPTION = "change_of_option", _("Change of selection or option")


# The other two need the buyer's own request (R-C10).
SELLERS_FAULT = (SellerReason.OUT_OF_STOCK, SellerReason.DELAYED_SHIPPING, SellerReason.UNDELIVERABLE_AREA)
REASONS: dict[str, Text] = dict([*SellerReason.choices, *CancelReason.choices])


class RejectReason(models.TextChoices):
    """Why a seller rejects a cancel (R-C5)."""

    ALREADY_SHIPPED = "already_shipped", _("Already shipped")
    READY_TO_SHIP = "ready_to_ship", _("Ready to ship")
    MADE_TO_ORDER = "made_to_order", _("Made to order")
    OTHER = "other", _("Other")


class PenaltyKind(models.TextChoices):
    """What an operator judges (R-C8, R-C12)."""

    NOT_SHIPPED = "not_shipped", _("Not shipped on the day of the rejection")
    FALSE_DISPATCH = "false_dispatch", _("Dispatched falsely after the rejection")
    NO_NOTE = "no_note", _("Canceled or refunded without telling the buyer beforehand")


class PenaltyState(models.TextChoices):
    """Where a penalty stands: an operator upholds or dismisses it."""

    RAISED = "RAISED", pgettext_lazy("penalty", "To be judged")
    UPHELD = "UPHELD", pgettext_lazy("penalty", "Upheld")
    DISMISSED = "DISMISSED", pgettext_lazy("penalty", "Dismissed")


OTHER_MIN_CHARACTERS = 30
TEXT_MAX = 1000
ENDED_SHOWN_DAYS = 90
LATE_AFTER_DAYS = 4
