"""The ledger: transfers between accounts (R-M2). The balance of an account is what came in less what went out.

buyer:ID      what a buyer, as one shop knows the person, can ask to be paid out
shop:ID       what refunds and fees the shop owes; its sales are settled elsewhere, so it only ever falls
gateway       what went back to cards
source        what was refunded where the order was paid, outside of this console
marketplace   fees
"""

from django.db.models import Q, Sum

from orders.models import Refund, Transfer
from orders.states import TransferReason
from qsm.events.door import must_be_open
from qsm.lib import clock

GATEWAY, SOURCE, MARKETPLACE = "gateway", "source", "marketplace"


def of_buyer(buyer_id: int) -> str:
    """The account of a buyer."""
    return f"buyer:{buyer_id}"


def of_shop(seller_id: int) -> str:
    """The account of a shop."""
    return f"shop:{seller_id}"


def transfer(reason: TransferReason, *, about: Refund, debit: str, credit: str, yen: int) -> Transfer:
    """Move `yen` (whole, more than 0) from account `debit` to account `credit`, inside a change.

    Once for each refund and reason: raises IntegrityError the second time, which undoes the whole change.
    """
    must_be_open()
    return Transfer.unscoped.create(
        key=f"{reason}:{about.pk}",
        reason=reason,
        debit=debit,
        credit=credit,
        yen=yen,
        refund=about,
        made_at=clock.now(),
    )


def balance(*accounts: str) -> int:
    """What lies on these accounts together, in yen."""
    into, out_of = Q(credit__in=accounts), Q(debit__in=accounts)
    sums = Transfer.unscoped.filter(into | out_of).aggregate(
        into=Sum("yen", filter=into), out=Sum("yen", filter=out_of)
    )
    return (sums["into"] or 0) - (sums["out"] or 0)
