"""The ledger: transfers between accounts (R-M2). The balance of an account is what came in less what went out.

buyer:ID      what a buyer, as one shop knows the person, can ask to be paid out
shop:ID       what refunds and fees the shop owes; its sales are settled elsewhere, so it only ever falls
gateway       what went back to cards
source        what was refunded where the order was paid, outside of this console
marketplace   fees
payouts       what buyers have asked for and operators have not sent yet
bank          what was sent to bank accounts
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet, Sum

from orders.models import Buyer, Payout, Refund, Transfer
from orders.states import TransferReason
from qsm.accounts.access import Actor
from qsm.events.door import must_be_open
from qsm.lib import clock

GATEWAY, SOURCE, MARKETPLACE, PAYOUTS, BANK = "gateway", "source", "marketplace", "payouts", "bank"


def of_buyer(buyer_id: int) -> str:
    """The account of a buyer."""
    return f"buyer:{buyer_id}"


def of_shop(seller_id: int) -> str:
    """The account of a shop."""
    return f"shop:{seller_id}"


def transfer(
    reason: TransferReason, *, about: Refund | Payout, debit: str, credit: str, yen: int, part: str = ""
) -> Transfer:
    """Move `yen` (whole, more than 0) from account `debit` to account `credit`, inside a change.

    Once for each reason, refund or payout, and part of it: raises IntegrityError the second time, which undoes the whole
    change.
    """
    must_be_open()
    return Transfer.unscoped.create(
        key=":".join(filter(None, [reason, str(about.pk), part])),
        reason=reason,
        debit=debit,
        credit=credit,
        yen=yen,
        refund=about if isinstance(about, Refund) else None,
        payout=about if isinstance(about, Payout) else None,
        made_at=clock.now(),
    )


def balance(*accounts: str) -> int:
    """What lies on these accounts together, in yen."""
    into, out_of = Q(credit__in=accounts), Q(debit__in=accounts)
    sums = Transfer.unscoped.filter(into | out_of).aggregate(
        into=Sum("yen", filter=into), out=Sum("yen", filter=out_of)
    )
    return (sums["into"] or 0) - (sums["out"] or 0)


def accounts_of(actor: Actor) -> list[str]:
    """The accounts of a buyer's log-in, one for each shop that knows the person, in the order of their ids."""
    return [
        of_buyer(buyer_id) for buyer_id in Buyer.objects.for_actor(actor).order_by("pk").values_list("pk", flat=True)
    ]


def balance_of(actor: Actor) -> int:
    """The balance (精算金) of a buyer's log-in, over all shops, in yen."""
    return balance(*accounts_of(actor))


def movements(accounts: Sequence[str]) -> QuerySet[Transfer]:
    """What came into these accounts and went out of them, newest first."""
    own = Q(credit__in=accounts) | Q(debit__in=accounts)
    return Transfer.unscoped.filter(own).select_related("refund__order").order_by("-pk")
