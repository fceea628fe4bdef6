"""What the events of claims are called, and what the sides wrote."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from claims.models import Claim
from claims.states import REASONS, PenaltyKind, RejectReason
from qsm.accounts.access import SYSTEM
from qsm.events.models import Event
from qsm.lib.machine import Text

TITLES = {
    "cancel.requested": _("Cancel requested"),
    "cancel.at_once": _("Canceled by the buyer"),
    "cancel.at_once_delayed": _("Canceled by the buyer, shipping was delayed"),
    "cancel.by_seller": _("Canceled by the shop"),
    "cancel.approved": _("Cancel approved"),
    "cancel.granted": _("Cancel carried through by the operator"),
    "cancel.rejected": _("Cancel rejected"),
    "cancel.taken_back": _("Cancel request taken back"),
    "cancel.withdrawn": _("Cancel request withdrawn by the operator"),
    "cancel.completed": _("Cancel completed"),
    "return.by_seller": _("Refunded by the shop"),
    "return.completed": _("Refund completed"),
    "penalty.raised": _("Penalty to be judged"),
    "penalty.upheld": _("Penalty upheld"),
    "penalty.dismissed": _("Penalty dismissed"),
}
ASKED = {"cancel.requested", "cancel.at_once", "cancel.at_once_delayed"}
BY_SELLER = {"cancel.by_seller", "return.by_seller"}
BY_OPERATOR = {"cancel.granted", "cancel.withdrawn"}


def details(events: Iterable[Event]) -> dict[int, str]:
    """By id of the event: reasons in the reader's language, texts as written; one query for all of them."""
    of_claims = [event for event in events if event.claim_id]
    claims = Claim.objects.for_actor(SYSTEM).in_bulk({event.claim_id for event in of_claims}) if of_claims else {}
    return {event.pk: _detail(event, claims[event.claim_id]) for event in of_claims if event.claim_id in claims}


def _detail(event: Event, claim: Claim) -> str:
    if event.name in ASKED:
        return _joined(REASONS[claim.reason], claim.text)
    if event.name in BY_SELLER:
        return _joined(REASONS[claim.reason], claim.memo)
    if event.name in BY_OPERATOR:
        return claim.operator_text
    if event.name == "cancel.rejected":
        return _joined(RejectReason(claim.reject_reason).label, claim.reject_text)
    if event.name == "penalty.raised":
        return str(PenaltyKind(event.data["kind"]).label)
    return ""


def _joined(reason: Text, text: str) -> str:
    if not text:
        return str(reason)
    return pgettext("reason and words", "%(reason)s: %(text)s") % {"reason": reason, "text": text}
