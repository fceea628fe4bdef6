"""What people do with claims in tests, each through the door."""

from typing import Any

import pytest
from django.test import Client

from claims import refunds
from claims.kinds import cancel, returns
from claims.models import Claim
from claims.states import CancelReason, SellerReason
from orders.gateway import Answer, Said
from orders.models import Order, Refund
from qsm.accounts.access import SYSTEM, Actor
from qsm.accounts.models import Role, Seller, User
from qsm.events.door import change
from qsm.events.models import Delivery, Event
from qsm.lib.machine import Refused
from tests.factories import buyer_of, member_of, operator

MEMO = "在庫がなくなりました。申し訳ございません。"


def fresh(row: Any) -> Any:
    """As it is in the database now."""
    return type(row).unscoped.get(pk=row.pk)


def asked(order: Order, reason: str = CancelReason.CHANGE_OF_MIND) -> Claim:
    """The buyer cancels."""
    with change(by := buyer_of(order)):
        return cancel.request(order=order, seen=order.version, by=by, reason=reason)


def approved(claim: Claim, by: Actor | None = None) -> Claim:
    """A member of the shop accepts the request."""
    by = by or member_of(claim.seller)
    with change(by):
        return cancel.approve(claim=claim, seen=claim.version, by=by)


def canceled(order: Order, reason: str = SellerReason.OUT_OF_STOCK, memo: str = MEMO, by: Actor | None = None) -> Claim:
    """A member of the shop cancels."""
    by = by or member_of(order.seller)
    with change(by):
        return cancel.cancel_by_seller(order=order, seen=order.version, by=by, reason=reason, memo=memo)


def refunded(order: Order, memo: str = MEMO, by: Actor | None = None) -> Claim:
    """A member of the shop refunds after dispatch."""
    by = by or member_of(order.seller)
    with change(by):
        return returns.refund_by_seller(order=order, seen=order.version, by=by, memo=memo)


def by_operator(action: Any, **named: Any) -> Any:
    """An operator acts."""
    with change(by := operator()):
        return action(by=by, **named)


def said_by_gateway(claim: Claim, said: Said = Said.VOIDED) -> None:
    """The gateway answers about the claim's refund."""
    refund = Refund.unscoped.get(claim_id=claim.pk)
    with change(SYSTEM):
        refunds.answered(refund=refund, answer=Answer(refund.key, said))


def refusal(action: Any, *args: Any, **named: Any) -> str:
    """The code with which an action is refused."""
    with pytest.raises(Refused) as refused:
        action(*args, **named)
    return refused.value.code


def events_of(claim: Claim) -> list[str]:
    """What happened to a claim's order, oldest first."""
    return list(Event.unscoped.filter(order_id=claim.order_id).order_by("seq").values_list("name", flat=True))


def told(claim: Claim, event: str) -> set[tuple[str, str]]:
    """Who hears of an event of a claim, and through what."""
    rows = Delivery.objects.filter(event__claim_id=claim.pk, event__name=event)
    return set(rows.values_list("to", "consumer"))


def browser(user_id: int | None) -> Client:
    """A browser of this person, who reads English."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


def shop_browser(seller: Seller, role: Role = Role.STAFF) -> Client:
    """A browser of a member of the shop."""
    return browser(member_of(seller, role).user_id)
