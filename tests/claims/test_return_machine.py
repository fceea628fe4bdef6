"""The machine of returns, as far as they exist, exhaustively."""

from itertools import product

import pytest

from claims.kinds import returns
from claims.kinds.common import locked_claim
from claims.kinds.returns import RETURN
from claims.models import Claim
from claims.states import ENDED, State
from orders.states import OrderState
from qsm.accounts.access import SYSTEM, Party
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import fresh, refunded, refusal
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("state", "party"), sorted(product((State.REFUNDING, State.COMPLETED), Party)))
def test_only_a_settled_refund_completes_it(state: str, party: Party) -> None:
    """R-C11: 100 % of the table."""
    claim = refunded(OrderFactory(state=OrderState.SHIPPING))
    Claim.unscoped.filter(pk=claim.pk).update(state=state, ended_at=clock.now() if state in ENDED else None)
    claim = fresh(claim)
    if party != Party.SYSTEM:
        assert refusal(RETURN.check, claim, "complete", party) == "return.wrong_party"
        return
    with change(SYSTEM):
        order, claim = locked_claim(claim)
        if state == State.REFUNDING:
            returns.complete(claim=claim, order=order)
        else:
            assert refusal(returns.complete, claim=claim, order=order) == "return.wrong_state"
    assert fresh(claim).state == State.COMPLETED
