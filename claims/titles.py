"""What the events of claims are called, and what the sides wrote."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from claims.models import Claim
from claims.states import CancelReason, RejectReason
from qsm.accounts.access import SYSTEM
from qsm.events.models import Event
from qsm.lib.machine import Text

TITLES = {
    "cancel.requested": _("Cancel requested"),
    "cancel.rejected": _("Cancel rejected"),
    "cancel.taken_back": _("Cancel request taken back"),
}


def details(events: Iterable[Event]) -> dict[int, str]:
    """By id of the event: reasons in the reader's language, texts as written; one query for all of them."""
    of_claims = [event for event in events if event.claim_id]
    claims = Claim.objects.for_actor(SYSTEM).in_bulk({event.claim_id for event in of_claims}) if of_claims else {}
    return {event.pk: _detail(event.name, claims[event.claim_id]) for event in of_claims if event.claim_id in claims}


def _detail(name: str, claim: Claim) -> str:
    match name:
        case "cancel.requested":
            return _joined(CancelReason(claim.reason).label, claim.text)
        case "cancel.rejected":
            return _joined(RejectReason(claim.reject_reason).label, claim.reject_text)
    return ""


def _joined(reason: Text, text: str) -> str:
    if not text:
        return str(reason)
    return pgettext("reason and words", "%(reason)s: %(text)s") % {"reason": reason, "text": text}
