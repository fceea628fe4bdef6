"""A payout: a buyer's balance goes to a bank account, by the hand of an operator (R-M1).

With the request the money leaves the balance, so that it cannot be asked for twice; a refusal puts it back.
"""

from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from orders.models import Buyer, Payout
from orders.money.ledger import BANK, PAYOUTS, accounts_of, balance, of_buyer, transfer
from orders.states import PayoutState, TransferReason
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.door import lock, must_be_open
from qsm.lib import clock
from qsm.lib.machine import Machine, Refused, Transition

REQUESTED = frozenset({PayoutState.REQUESTED})
OPERATOR = frozenset({Party.OPERATOR})
# A payout is about no order, so it has no events: who decided and when are columns, and the ledger keeps the rest.
PAYOUT = Machine(
    name="payout",
    initial=REQUESTED,
    transitions=(
        Transition("pay", REQUESTED, PayoutState.PAID, OPERATOR, "", _("Paid to the bank account")),
        Transition("refuse", REQUESTED, PayoutState.REFUSED, OPERATOR, "", _("Refuse the payout")),
    ),
    wrong_state=_("This payout has been decided already. Open it again to see how."),
    wrong_party=_("Only the marketplace's operators can decide about a payout."),
)


class BankAccount(TypedDict):
    """Where a payout goes: an AccountType, the number with seven digits, names as the bank writes them."""

    bank: str
    branch: str
    account_type: str
    account_number: str
    account_holder: str


def ask_for(*, by: Actor, yen: int, **account: Unpack[BankAccount]) -> Payout:
    """The buyer asks for `yen` of the own balance; they leave it at once, from the account of the oldest shop first.

    Raises Refused: `money.payout_nothing`, `money.payout_too_much`.
    """
    must_be_open()
    assert by.user_id is not None
    # Whoever asks at the same time waits here, and then finds less.
    lock(Buyer, *Buyer.objects.for_actor(by).values_list("pk", flat=True))
    accounts = {name: balance(name) for name in accounts_of(by)}
    if yen <= 0:
        raise Refused("money.payout_nothing", _("Enter the amount that you want, ¥1 or more."), field="yen")
    if yen > sum(accounts.values()):
        raise Refused(
            "money.payout_too_much", _("That is more than your balance. Enter a smaller amount."), field="yen"
        )
    payout = Payout.unscoped.create(user_id=by.user_id, yen=yen, asked_at=clock.now(), **account)
    for name, available in accounts.items():
        if part := min(yen, available):
            transfer(TransferReason.PAYOUT, about=payout, debit=name, credit=PAYOUTS, yen=part, part=name)
            yen -= part
    return payout


def pay(*, payout: Payout, seen: int, by: Actor) -> Payout:
    """An operator has sent the money. Raises Refused from the machine."""
    payout = _decide(payout, "pay", seen=seen, by=by)
    transfer(TransferReason.PAID_OUT, about=payout, debit=PAYOUTS, credit=BANK, yen=payout.yen)
    return payout


def refuse(*, payout: Payout, seen: int, by: Actor, reason: str) -> Payout:
    """An operator cannot send it, for a reason that the buyer reads; the money is back in the balance.

    reason: 200 characters at most. Raises Refused `money.payout_reason`, or from the machine.
    """
    if not (reason := reason.strip()) or len(reason) > 200:
        raise Refused("money.payout_reason", _("Enter the reason, in 200 characters at most."), field="reason")
    payout = _decide(payout, "refuse", seen=seen, by=by, reason=reason)
    for drawn in payout.transfers.filter(reason=TransferReason.PAYOUT):
        transfer(
            TransferReason.RETURNED, about=payout, debit=PAYOUTS, credit=drawn.debit, yen=drawn.yen, part=drawn.debit
        )
    return payout


def buyers_of(payout: Payout) -> list[Buyer]:
    """From whose balances it was drawn, one buyer for each shop that knows the person: for the operator who judges it."""
    drawn = set(payout.transfers.filter(reason=TransferReason.PAYOUT).values_list("debit", flat=True))
    known = Buyer.objects.for_actor(SYSTEM).filter(user=payout.user_id).select_related("seller").order_by("pk")
    return [buyer for buyer in known if of_buyer(buyer.pk) in drawn]


def _decide(payout: Payout, action: str, *, seen: int, by: Actor, **columns: str) -> Payout:
    [payout] = lock(Payout, payout.pk)
    edge = PAYOUT.check(payout, action, by.party)
    if payout.version != seen:
        raise Refused("payout.wrong_state", PAYOUT.wrong_state)
    for name, value in columns.items():
        setattr(payout, name, value)
    payout.state = edge.target_from(payout.state)
    payout.version += 1
    payout.decided_at, payout.decided_by_id = clock.now(), by.user_id
    payout.save()
    return payout
