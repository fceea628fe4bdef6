"""What cancels tell the other side (R-C2, R-C7, R-C14)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import Notice


def _facts(event: Event) -> dict[str, str]:
    claim = Claim.objects.for_actor(SYSTEM).select_related("order", "seller").get(pk=event.claim_id or 0)
    return {
        "shop": claim.seller.name,
        "order": claim.order.number,
        "product": claim.order.product_name,
        "reason": claim.get_reason_display(),
        "rejection": claim.get_reject_reason_display(),
        "text": claim.reject_text or gettext("(no further explanation)"),
    }


def for_seller(event: Event) -> Mapping[str, str]:
    """Parameters of a notice to the shop; it leads to the claim."""
    return {**_facts(event), "url": reverse("claims:page", args=[event.claim_id])}


def for_buyer(event: Event) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the order on My page."""
    return {**_facts(event), "url": f"{reverse('my')}?order={event.order_id}"}


NOTICES = (
    Notice(
        event="cancel.requested",
        to=Party.SELLER,
        title=_("Cancel requested: order {order}"),
        text=_(
            "The buyer asks to cancel order {order} ({product}).\nReason: {reason}\n\n"
            "The order cannot be dispatched until you have decided."
        ),
        facts=for_seller,
    ),
    Notice(
        event="cancel.rejected",
        to=Party.BUYER,
        title=_("Your cancel request was rejected: order {order}"),
        text=_(
            "{shop} could not accept your request to cancel order {order} ({product}).\n"
            "Reason: {rejection}\n{text}\n\n"
            "The order will be shipped. A cancel of this order cannot be requested again."
        ),
        facts=for_buyer,
    ),
    Notice(
        event="cancel.taken_back",
        to=Party.SELLER,
        title=_("Cancel request taken back: order {order}"),
        text=_("The buyer has taken back the request to cancel order {order} ({product}).\n\nPlease ship the order."),
        facts=for_seller,
    ),
)
