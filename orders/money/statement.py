"""What a decision with money in it gives and costs, the same for both sides (R-M4), and the payment fee (R-M3)."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order, PaymentFee
from orders.panel import Fact
from orders.states import WAY_OF, RefundWay
from orders.texts import yen as yen_text
from qsm.accounts.models import PaymentMethod
from qsm.lib import clock
from qsm.lib.machine import Refused, Text

# What a cash payment costs at least, by the guide; for the days before the operator's first table.
BASIC_FEE_YEN = 108
# Lines of an operator's table: payments of so many yen or more cost so many yen; the highest first.
FeeTable = tuple[tuple[int, int], ...]
NEXT: dict[str, Text] = {
    RefundWay.VOID: gettext_lazy(
        "The card payment is voided as soon as the refund is decided. When the card statement shows it depends on the card "
        "company."
    ),
    RefundWay.BALANCE: gettext_lazy(
        "The balance is credited at once when the refund is decided. The buyer can ask for a payout to a bank account."
    ),
    RefundWay.SOURCE: gettext_lazy(
        "The refund is made where the order was paid, and completed here once that has been confirmed."
    ),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """Refund, way, fee, return shipping and points in whole yen. `fee_yen` is what the shop is charged; 0 when nobody is.

    A claim keeps it as JSON: what was shown stays, whatever becomes of the tables (R-M4).
    """

    refund_yen: int
    way: str
    fee_yen: int = 0
    return_shipping_yen: int = 0
    points: int = 0

    def as_json(self) -> dict[str, Any]:
        """For a column of the request that it belongs to."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Statement":
        """As it was frozen."""
        return cls(**kept)

    @property
    def facts(self) -> list[Fact]:
        """Line by line, in the reader's language; both sides read the same."""
        fee = _("%(yen)s, charged to the shop") % {"yen": yen_text(self.fee_yen)} if self.fee_yen else yen_text(0)
        return [
            Fact(_("Refund"), yen_text(self.refund_yen)),
            Fact(_("Way of the refund"), RefundWay(self.way).label if self.refund_yen else "–"),
            Fact(_("Payment fee"), fee),
            Fact(_("Return shipping"), yen_text(self.return_shipping_yen)),
            Fact(_("Points"), str(self.points)),
            Fact(_("What comes next"), self.next_step, wide=True),
        ]

    @property
    def next_step(self) -> str:
        """What happens to the money, and when."""
        if self.refund_yen:
            return str(NEXT[self.way])
        if self.way == RefundWay.SOURCE:
            return _("No payment is known here. If the buyer has paid, refund it where the order was paid.")
        return _("The order ends at once; there is nothing to refund.")


def statement(
    order: Order, *, seller_at_fault: bool, yen: int | None = None, table: FeeTable | None = None
) -> Statement:
    """What a refund of `yen` of this order gives and costs today (R-M3, R-M4).

    yen: all that can be given back if not given; table: read once for many orders. Raises Refused `money.more_than_paid`.
    """
    refund_yen = order.refundable_yen if yen is None else yen
    if not 0 <= refund_yen <= order.refundable_yen:
        raise more_than_paid()
    cash = order.payment_method == PaymentMethod.CASH
    fee_yen = payment_fee(order.paid_yen, table) if cash and seller_at_fault and refund_yen else 0
    return Statement(refund_yen, WAY_OF[order.payment_method], fee_yen)


def more_than_paid() -> Refused:
    """Why a refund is refused that would exceed what was paid (R-M2)."""
    return Refused(
        "money.more_than_paid",
        _("That is more than the buyer has paid for this order and not got back yet. Enter a smaller amount."),
        field="yen",
    )


def fee_table() -> FeeTable:
    """The operator's table of today, in one query: for statements of many orders."""
    tables = PaymentFee.objects.filter(valid_from__lte=clock.today())
    newest = tables.order_by("-valid_from").values("valid_from")[:1]
    return tuple(tables.filter(valid_from=newest).order_by("-from_yen").values_list("from_yen", "fee_yen"))


def payment_fee(paid_yen: int, table: FeeTable | None = None) -> int:
    """What a cash payment of so many yen costs by the operator's table of today (R-M3), ¥108 where there is none."""
    lines = fee_table() if table is None else table
    return next((fee_yen for from_yen, fee_yen in lines if from_yen <= paid_yen), BASIC_FEE_YEN)
