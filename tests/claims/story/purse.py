"""What the rules say of the money of one shop and one buyer."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from orders.states import PayoutState


@dataclass
class Purse:
    """What lies where after all refunds and payouts, one shop and one buyer (R-M1, R-M2)."""

    accounts: Counter[str] = field(default_factory=Counter)
    payouts: list[list[Any]] = field(default_factory=list)  # yen and state of each

    def move(self, debit: str, credit: str, yen: int) -> None:
        self.accounts[debit] -= yen
        self.accounts[credit] += yen

    def may_ask_for(self, yen: int) -> bool:
        return 0 < yen <= self.accounts["buyer"]

    def ask_for(self, yen: int) -> None:
        self.payouts.append([yen, PayoutState.REQUESTED])
        self.move("buyer", "payouts", yen)

    def decide(self, place: int, state: str) -> None:
        self.payouts[place][1] = state
        self.move("payouts", "bank" if state == PayoutState.PAID else "buyer", self.payouts[place][0])
