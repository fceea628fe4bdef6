"""Kinds of conversations, who has to answer, and what they are about (R-B1, R-B6, R-B8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TITLE_MAX = 100
TEXT_MAX = 2000
# Messages that one person can send within an hour: far above honest use, far below a flood.
MOST_PER_HOUR = {"seller": 1000, "buyer": 30, "operator": 1000}


class Kind(models.TextChoices):
    """Who talks with whom, and who began."""

    NOTE = "note", pgettext_lazy("message", "Note")
    QUESTION = "question", _("Customer inquiry")
    INQUIRY = "inquiry", _("Inquiry to the operator")
    HELP = "help", _("Buyer's inquiry to the operator")
    LETTER = "letter", _("Message from the operator")


# Conversations of a shop with a buyer; the operator takes part in all others.
WITH_BUYER = (Kind.NOTE, Kind.QUESTION)
TO_OPERATOR = (Kind.INQUIRY, Kind.HELP)


class State(models.TextChoices):
    """Whether somebody waits for an answer."""

    UNANSWERED = "UNANSWERED", _("Unanswered")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    ANSWERED = "ANSWERED", _("Answered")


class Category(models.TextChoices):
    """What a conversation of shop and buyer is about (R-B1)."""

    CANCEL_REFUND = "cancel_refund", _("Cancel/Refund")
    DELIVERY = "delivery", pgettext_lazy("message", "Delivery")
    PRODUCT = "product", pgettext_lazy("message", "Product")
    OTHER = "other", _("Other")


class InquiryCategory(models.TextChoices):
    """The second level of what the operator is asked about; `INQUIRY_CATEGORIES` has the first (R-B8)."""

    CLAIM_MANAGEMENT = "claim_management", _("Claim management (return, exchange, non-receipt)")
    DELIVERY_MANAGEMENT = "delivery_management", _("Delivery management")
    PRODUCT_MANAGEMENT = "product_management", _("Product management")
    CLAIM_WITHDRAWAL = "claim_withdrawal", _("Claim withdrawal")
    CANCEL_REFUND = "cancel_refund", pgettext_lazy("inquiry", "Cancel, refund")
    SETTLEMENT = "settlement", _("Settlement and fees")
    ACCOUNT = "account", _("Account and members")
    OTHER = "other", _("Other")


INQUIRY_CATEGORIES = (
    (
        _("QSM use"),
        (
            InquiryCategory.CLAIM_MANAGEMENT,
            InquiryCategory.DELIVERY_MANAGEMENT,
            InquiryCategory.PRODUCT_MANAGEMENT,
        ),
    ),
    (_("Refund, claim withdrawal"), (InquiryCategory.CLAIM_WITHDRAWAL, InquiryCategory.CANCEL_REFUND)),
    (_("Others"), (InquiryCategory.SETTLEMENT, InquiryCategory.ACCOUNT, InquiryCategory.OTHER)),
)


def category_label(kind: str, category: str) -> str:
    """What a conversation is about, in the active language; both levels of an inquiry, as in the guides."""
    if kind in WITH_BUYER:
        return str(Category(category).label)
    first = next(str(label) for label, group in INQUIRY_CATEGORIES if category in group)
    return f"{first} > {InquiryCategory(category).label}"
