"""What claims tell the other side (R-B9).

A decision comes with the refund's way and amount, by mail too; that the money is back is told in the inbox. A cancel that
goes through at once before the shop has fixed a date is not told to the shop (R-C1).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Penalty
from claims.states import RejectReason
from orders.models import Refund
from orders.money import Statement
from orders.texts import yen
from qsm.accounts.access import SYSTEM, Party
from qsm.events.models import Event
from qsm.events.notices import INBOX, Notice, told_by


class Decided(NamedTuple):
    """A claim, and the refund that it started, if any."""

    claim: Claim
    refund: Refund | None


def subjects(events: Iterable[Event]) -> dict[int, Any]:
    """By id of the event: the penalty that it is about, else the claim with its refund; three queries for all of them."""
    told = told_by(NOTICES, events)
    penalties = Penalty.objects.for_actor(SYSTEM).select_related("order", "seller")
    judged = penalties.in_bulk({event.penalty_id for event in told if event.penalty_id})
    about = {event.claim_id for event in told if not event.penalty_id}
    claims = Claim.objects.for_actor(SYSTEM).select_related("order", "seller").in_bulk(about)
    refunds = {refund.claim_id: refund for refund in Refund.objects.for_actor(SYSTEM).filter(claim_id__in=about)}
    return {
        event.pk: judged[event.penalty_id]
        if event.penalty_id
        else Decided(claims[event.claim_id], refunds.get(event.claim_id or 0))
        for event in told
    }


def _facts(claim: Claim) -> dict[str, str]:
    statement = Statement.from_json(claim.statement)
    return {
        "shop": claim.seller.name,
        "order": claim.order.number,
        "product": claim.order.product_name,
        "reason": claim.get_reason_display(),
        "memo": claim.memo,
        "operator": claim.operator_text,
        "rejection": str(RejectReason(claim.reject_reason).label) if claim.reject_reason else "",
        "text": claim.reject_text or gettext("(no further explanation)"),
        "refund": yen(statement.refund_yen),
        "next": statement.next_step,
    }


def for_seller(event: Event, decided: Decided) -> Mapping[str, str]:
    """Parameters of a notice to the shop; it leads to the claim."""
    return {**_facts(decided.claim), "url": reverse("claims:page", args=[event.claim_id])}


def for_buyer(event: Event, decided: Decided) -> Mapping[str, str]:
    """Parameters of a notice to the buyer; it leads to the order on My page."""
    return {**_facts(decided.claim), "url": f"{reverse('my')}?order={event.order_id}"}


def for_refunded(event: Event, decided: Decided) -> Mapping[str, str]:
    """The same once the money is back: the way that it went, which an operator may have changed since (R-M1)."""
    facts, refund = for_buyer(event, decided), decided.refund
    return {**facts, "refund": f"{facts['refund']} · {refund.get_way_display()}"} if refund else facts


def for_judged(_event: Event, penalty: Penalty) -> Mapping[str, str]:
    """Parameters of a notice about a penalty; it leads to the shop's list of them."""
    return {
        "shop": penalty.seller.name,
        "order": penalty.order.number,
        "product": penalty.order.product_name,
        "what": penalty.get_kind_display(),
        "judgement": penalty.judgement,
        "url": reverse("claims:penalties"),
    }


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
        event="cancel.at_once_delayed",
        to=Party.SELLER,
        title=_("Canceled, shipping was delayed: order {order}"),
        text=_(
            "The buyer has canceled order {order} ({product}), whose expected ship date had passed.\nReason: {reason}\n\n"
            "The cancel counts as the shop's fault. Do not ship the order."
        ),
        facts=for_seller,
    ),
    Notice(
        event="cancel.at_once",
        to=Party.BUYER,
        title=_("Your order is canceled: order {order}"),
        text=_("Order {order} ({product}) of {shop} is canceled.\nRefund: {refund}\n{next}"),
        facts=for_buyer,
    ),
    Notice(
        event="cancel.at_once_delayed",
        to=Party.BUYER,
        title=_("Your order is canceled: order {order}"),
        text=_("Order {order} ({product}) of {shop} is canceled.\nRefund: {refund}\n{next}"),
        facts=for_buyer,
    ),
    Notice(
        event="cancel.approved",
        to=Party.BUYER,
        title=_("Your cancel request was accepted: order {order}"),
        text=_("{shop} has accepted your request to cancel order {order} ({product}).\nRefund: {refund}\n{next}"),
        facts=for_buyer,
    ),
    Notice(
        event="cancel.by_seller",
        to=Party.BUYER,
        title=_("The shop has canceled your order: order {order}"),
        text=_("{shop} has canceled order {order} ({product}).\nReason: {reason}\n{memo}\n\nRefund: {refund}\n{next}"),
        facts=for_buyer,
    ),
    Notice(
        event="return.by_seller",
        to=Party.BUYER,
        title=_("The shop refunds your order: order {order}"),
        text=_(
            "{shop} refunds order {order} ({product}); you need not send anything back.\nReason: {reason}\n{memo}\n\n"
            "Refund: {refund}\n{next}"
        ),
        facts=for_buyer,
    ),
    Notice(
        event="cancel.completed",
        to=Party.BUYER,
        title=_("Refunded: order {order}"),
        text=_("The cancel of order {order} ({product}) is completed.\nRefund: {refund}"),
        facts=for_refunded,
        channels=(INBOX,),
    ),
    Notice(
        event="return.completed",
        to=Party.BUYER,
        title=_("Refunded: order {order}"),
        text=_("The refund of order {order} ({product}) is completed.\nRefund: {refund}"),
        facts=for_refunded,
        channels=(INBOX,),
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
    *(
        Notice(
            event="cancel.withdrawn",
            to=party,
            title=_("The operator has withdrawn a cancel request: order {order}"),
            text=_(
                "The request to cancel order {order} ({product}) of {shop} was withdrawn by the operator.\n{operator}\n\n"
                "The order goes on."
            ),
            facts=facts,
        )
        for party, facts in ((Party.SELLER, for_seller), (Party.BUYER, for_buyer))
    ),
    *(
        Notice(
            event="cancel.granted",
            to=party,
            title=_("The operator has carried a cancel through: order {order}"),
            text=_(
                "Order {order} ({product}) of {shop} is canceled by the operator.\n{operator}\n\n"
                "Refund: {refund}\n{next}"
            ),
            facts=facts,
        )
        for party, facts in ((Party.SELLER, for_seller), (Party.BUYER, for_buyer))
    ),
    Notice(
        event="penalty.raised",
        to=Party.SELLER,
        title=_("An operator will judge: order {order}"),
        text=_("Order {order} ({product}): {what}\n\nAn operator judges whether this becomes a penalty."),
        facts=for_judged,
    ),
    Notice(
        event="penalty.upheld",
        to=Party.SELLER,
        title=_("Penalty: order {order}"),
        text=_("Order {order} ({product}): {what}\n\nThe operator has upheld the penalty.\n{judgement}"),
        facts=for_judged,
    ),
    Notice(
        event="penalty.dismissed",
        to=Party.SELLER,
        title=_("No penalty: order {order}"),
        text=_("Order {order} ({product}): {what}\n\nThe operator has dismissed the penalty.\n{judgement}"),
        facts=for_judged,
    ),
)
