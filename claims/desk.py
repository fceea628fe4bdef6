"""What waits for operators in this room (R-M1, R-O10, R-C8, R-C12)."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from claims.models import Penalty
from claims.states import PenaltyState
from orders.models import Refund
from orders.states import RefundState
from qsm.accounts.access import SYSTEM
from qsm.events.desk import Waiting
from qsm.lib import clock

# A gateway that says nothing for so long needs somebody to look at it: none may be set up.
SILENT_FOR = timedelta(days=1)


def _refunds(state: str, **more: object) -> int:
    return Refund.objects.for_actor(SYSTEM).filter(state=state, **more).count()


WAITING = (
    Waiting(
        _("Voids that have failed"),
        lambda: _refunds(RefundState.FAILED),
        "admin:orders_refund_changelist",
        f"state__exact={RefundState.FAILED}",
        "orders.view_refund",
    ),
    Waiting(
        _("Voids without an answer for a day"),
        lambda: _refunds(RefundState.VOIDING, started_at__lte=clock.now() - SILENT_FOR),
        "admin:orders_refund_changelist",
        f"state__exact={RefundState.VOIDING}",
        "orders.view_refund",
    ),
    Waiting(
        _("Refunds to be confirmed where the order was paid"),
        lambda: _refunds(RefundState.EXTERNAL),
        "admin:orders_refund_changelist",
        f"state__exact={RefundState.EXTERNAL}",
        "orders.view_refund",
    ),
    Waiting(
        _("Penalties to be judged"),
        lambda: Penalty.objects.for_actor(SYSTEM).filter(state=PenaltyState.RAISED).count(),
        "admin:claims_penalty_changelist",
        f"state__exact={PenaltyState.RAISED}",
        "claims.view_penalty",
    ),
)
