"""What must always hold of money (R-M1, R-M2): each check finds the rows for which it does not. `manage.py invariants`."""

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from orders.models import Order, Payout, Refund, Transfer
from orders.states import PayoutState, RefundState, TransferReason
from qsm.accounts.access import SYSTEM


def refunds_beyond_what_was_paid() -> QuerySet[Order]:
    """Orders whose refunds are not what the order says, or exceed what was paid (R-M2)."""
    orders = Order.objects.for_actor(SYSTEM).annotate(sum=Coalesce(Sum("refunds__yen"), 0))
    return orders.exclude(sum=F("refunded_yen"), refunded_yen__lte=F("paid_yen"))


def refunds_not_as_booked() -> QuerySet[Refund]:
    """Refunds that are done without their one transfer and fee, or booked without being done (R-M1, R-M3)."""
    refunds = Refund.objects.for_actor(SYSTEM).annotate(
        booked=_sum(TransferReason.REFUND),
        charged=_sum(TransferReason.FEE),
        times=Count("transfers", filter=Q(transfers__reason=TransferReason.REFUND)),
    )
    done = Q(state=RefundState.DONE, booked=F("yen"), charged=F("fee_yen"), times=1)
    return refunds.exclude(done | (~Q(state=RefundState.DONE) & Q(booked=0, charged=0)))


def payouts_not_as_booked() -> QuerySet[Payout]:
    """Payouts whose transfers are not what their state says (R-M2)."""
    payouts = Payout.objects.for_actor(SYSTEM).annotate(
        drawn=_sum(TransferReason.PAYOUT), sent=_sum(TransferReason.PAID_OUT), back=_sum(TransferReason.RETURNED)
    )
    right = (
        Q(state=PayoutState.REQUESTED, sent=0, back=0)
        | Q(state=PayoutState.PAID, sent=F("yen"), back=0)
        | Q(state=PayoutState.REFUSED, sent=0, back=F("yen"))
    )
    return payouts.exclude(right & Q(drawn=F("yen")))


def overdrawn_balances() -> list[str]:
    """Accounts of buyers from which more went out than had come in (R-M2)."""
    transfers = Transfer.objects.for_actor(SYSTEM)
    into = transfers.filter(credit__startswith="buyer:").values_list("credit").annotate(sum=Sum("yen"))
    out = transfers.filter(debit__startswith="buyer:").values_list("debit").annotate(sum=Sum("yen"))
    received = dict(into.order_by())
    return [account for account, yen in out.order_by() if yen > received.get(account, 0)]


def _sum(reason: TransferReason) -> Coalesce:
    return Coalesce(Sum("transfers__yen", filter=Q(transfers__reason=reason)), 0)


INVARIANTS = (refunds_beyond_what_was_paid, refunds_not_as_booked, payouts_not_as_booked, overdrawn_balances)
