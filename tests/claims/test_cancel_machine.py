"""The machine of cancels, exhaustively: every legal edge taken by the right party, every other pair refused with its code."""

from itertools import product

import pytest

from claims.kinds import cancel
from claims.kinds.cancel import CANCEL
from claims.kinds.common import locked_claim
from claims.models import Claim
from claims.states import ENDED, RejectReason, State
from orders.models import Order
from qsm.accounts.access import Actor, Party
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.factories import buyer_of, member_of, requested_cancel

pytestmark = pytest.mark.django_db
STATES = {state for edge in CANCEL.transitions for state in (*edge.sources, edge.target)}
ACTIONS = sorted({edge.action for edge in CANCEL.transitions})
LEGAL = {
    (source, edge.action, party): edge for edge in CANCEL.transitions for source in edge.sources for party in edge.by
}
PARTIES_OF = {
    action: {p for edge in CANCEL.transitions if edge.action == action for p in edge.by} for action in ACTIONS
}


def claim_in(state: str) -> Claim:
    claim = requested_cancel()
    Claim.unscoped.filter(pk=claim.pk).update(
        state=state,
        ended_at=clock.now() if state in ENDED else None,
        reject_reason=RejectReason.READY_TO_SHIP if state == State.REJECTED else "",
    )
    claim.refresh_from_db()
    return claim


def actor_of(party: Party, claim: Claim) -> Actor:
    if party == Party.BUYER:
        return buyer_of(claim.order)
    member = member_of(claim.seller)
    return Actor(party, user_id=member.user_id, seller_id=claim.seller_id)


EXTRA = {
    "reject": {"reason": RejectReason.READY_TO_SHIP},
    "withdraw": {"text": "双方の合意により取り消します。"},
    "grant": {"text": "双方の合意により取り消します。"},
}


def take(action: str, claim: Claim, by: Actor) -> Claim:
    with change(by):
        if action == "complete":
            order, locked = locked_claim(claim)
            CANCEL.check(locked, action, by.party)
            cancel.complete(claim=locked, order=order)
            return locked
        return getattr(cancel, action)(claim=claim, seen=claim.version, by=by, **EXTRA.get(action, {}))


@pytest.mark.parametrize(("state", "action", "party"), sorted(product(STATES, ACTIONS, Party)))
def test_every_pair_of_state_and_action_for_every_party(state: str, action: str, party: Party) -> None:
    """R-C5, R-C14, R-A2: 100 % of the table."""
    claim = claim_in(state)
    by = actor_of(party, claim)
    edge = LEGAL.get((state, action, party))
    events = Event.unscoped.filter(claim_id=claim.pk).count()
    if edge:
        assert take(action, claim, by).state == edge.target
        assert Event.unscoped.filter(claim_id=claim.pk, name=edge.event).exists()
    else:
        with pytest.raises(Refused) as refused:
            take(action, claim, by)
        wrong = "wrong_state" if party in PARTIES_OF[action] else "wrong_party"
        assert refused.value.code == f"cancel.{wrong}"
        claim.refresh_from_db()
        assert (claim.state, Event.unscoped.filter(claim_id=claim.pk).count()) == (state, events)


def test_buttons_come_from_the_same_machine() -> None:
    """R-P8: only what this claim allows now to this person."""
    claim = requested_cancel()
    offered = {
        party: [choice.transition.action for choice in CANCEL.choices(claim, party) if choice.enabled]
        for party in Party
    }
    assert offered == {
        Party.SELLER: ["approve", "reject"],
        Party.BUYER: ["take_back"],
        Party.VIEWER: [],
        Party.OPERATOR: ["withdraw", "grant"],
        Party.SYSTEM: [],
    }


def test_a_rejection_releases_what_the_request_held() -> None:
    """R-C5"""
    claim = requested_cancel()
    assert Order.unscoped.get(pk=claim.order_id).held_by == claim.pk
    take("reject", claim, member_of(claim.seller))
    assert Order.unscoped.get(pk=claim.order_id).held_by is None
