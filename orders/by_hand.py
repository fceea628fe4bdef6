"""Orders that an operator enters by hand: a row of a file with one line (R-O6)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.file_order import OrderRow
from orders.file_states import RowOutcome
from orders.imports import take
from orders.states import OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.lib import clock
from qsm.lib.machine import Refused


def enter(
    *, seller: Seller, by: Actor, number: str, ordered_at: datetime, paid_at: datetime | None = None, **columns: Any
) -> None:
    """Make an order: paid, a new one whose payment was checked, else one that waits for its payment (R-O6, R-O9).

    ordered_at, paid_at: UTC, not in the future; columns: others of OrderRow; price_yen: of one piece.
    Raises Refused `order.number_taken`, `order.entered_when`.
    """
    if not ordered_at <= (paid_at or ordered_at) <= clock.now():
        raise Refused("order.entered_when", _("An order is paid after it was placed, and neither in the future."))
    total = columns["price_yen"] * columns["quantity"]
    state = OrderState.NEW if paid_at else OrderState.AWAITING_PAYMENT
    columns |= {"ordered_at": ordered_at, "paid_at": paid_at, "total_yen": total, "paid_yen": total}
    row = OrderRow(line=1, number=number, state=state, **columns)
    [finding] = take([row], seller=seller, by=by, born="order.entered")
    if finding.outcome != RowOutcome.CREATED:
        raise Refused("order.number_taken", _("This shop has an order with this number already."), field="number")
