"""What waits for operators in this room (R-M1, R-O10, R-C8, R-C12)."""

from django.utils.translation import gettext_lazy as _

from claims.models import Penalty
from claims.states import PenaltyState
from orders.models import Refund
from orders.states import RefundState
from qsm.accounts.access import SYSTEM
from qsm.events.desk import Waiting


def _refunds(state: str) -> int:
    return Refund.objects.for_actor(SYSTEM).filter(state=state).count()


WAITING = (
    Waiting(
        _("Voids that have failed"),
        lambda: _refunds(RefundState.FAILED),
        "admin:orders_refund_changelist",
        f"state__exact={RefundState.FAILED}",
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
