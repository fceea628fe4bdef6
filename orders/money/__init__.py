"""Money: the ledger, refunds, the payment fee, payouts (R-M1 to R-M4).

ledger.py     transfers between accounts, balances
refunds.py    the life of a refund, and the poller's parts
statement.py  what a decision will cost and give, frozen with the request that it belongs to
payouts.py    the buyer's balance to a bank account

The lives are used as `money.start(…)`, `money.statement(…)`.
"""

from orders.money.refunds import REFUND, apply, ask, confirm, credit, due_at_gateway, give_up, retry, start
from orders.money.statement import Statement, fee_table, statement

__all__ = [
    "REFUND",
    "Statement",
    "apply",
    "ask",
    "confirm",
    "credit",
    "due_at_gateway",
    "fee_table",
    "give_up",
    "retry",
    "start",
    "statement",
]
