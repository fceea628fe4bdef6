"""What people write into claims, checked the same way everywhere. Texts are kept as written."""

from django.utils.translation import gettext_lazy as _

from claims.states import TEXT_MAX
from qsm.lib.machine import Refused, Text


def fitting(text: str, field: str) -> str:
    """The text, trimmed. Raises Refused `claim.text_too_long` beyond 1,000 characters."""
    if len(text := text.strip()) > TEXT_MAX:
        raise Refused("claim.text_too_long", _("The text has more than 1,000 characters. Shorten it."), field=field)
    return text


def required(text: str, field: str, missing: Text) -> str:
    """The text, trimmed. Raises Refused `claim.text_missing` with the sentence `missing`, or as `fitting` does."""
    if not (text := fitting(text, field)):
        raise Refused("claim.text_missing", missing, field=field)
    return text


def checked_memo(memo: str) -> str:
    """The seller's memo, trimmed (R-C12). Raises Refused `claim.text_missing`, `claim.text_too_long`."""
    return required(memo, "memo", _("Write a memo: the buyer reads there why the order is canceled or refunded."))
