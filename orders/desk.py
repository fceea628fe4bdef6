"""What money leaves to operators: refunds that failed or wait to be confirmed elsewhere, payouts to send (R-M1, R-O10)."""

from django.utils.translation import gettext_lazy as _

from orders.models import Payout
from orders.states import PayoutState
from qsm.accounts.access import SYSTEM
from qsm.events.desk import Waiting

WAITING = (
    Waiting(
        _("Payouts to send"),
        lambda: Payout.objects.for_actor(SYSTEM).filter(state=PayoutState.REQUESTED).count(),
        "admin:orders_payout_changelist",
        f"state__exact={PayoutState.REQUESTED}",
        "orders.view_payout",
    ),
)
