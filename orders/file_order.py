"""One line of an order file, checked and converted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, cast

from orders import deadlines
from orders.states import DeliveryMethod, OrderState
from qsm.lib import clock

FORWARD = tuple(OrderState)[:7]
DISPATCHED = FORWARD[FORWARD.index(OrderState.SHIPPING) :]
# What a new order needs; a summary lacks most of it.
TO_CREATE = ("cart_number", "ordered_at", "product_name", "quantity", "recipient_name", "buyer_name")


@dataclass(slots=True, kw_only=True)
class OrderRow:
    """Money is whole yen, moments are UTC, days are Tokyo's. What the file lacks or leaves empty is empty.

    Not frozen, though nobody changes one: a frozen one takes five times as long to make.
    """

    line: int
    number: str
    state: str
    cart_number: str = ""
    ordered_at: datetime | None = None
    product_name: str = ""
    quantity: int = 0
    recipient_name: str = ""
    buyer_name: str = ""
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    received_at: datetime | None = None
    ship_date: date | None = None
    carrier: str = ""
    tracking_number: str = ""
    delivery_method: str = DeliveryMethod.TRACKED.value
    product_code: str = ""
    seller_product_code: str = ""
    option: str = ""
    option_code: str = ""
    recipient_kana: str = ""
    recipient_phone: str = ""
    recipient_mobile: str = ""
    postal_code: str = ""
    address: str = ""
    delivery_request: str = ""
    country: str = "JP"
    price_yen: int = 0
    discount_yen: int = 0
    total_yen: int = 0
    paid_yen: int = 0
    buyer_name_kana: str = ""
    buyer_phone: str = ""
    buyer_mobile: str = ""
    is_preorder: bool = False
    more: dict[str, str] = field(default_factory=dict)

    @property
    def lacks(self) -> list[str]:
        """Keys that a new order needs and this row does not have."""
        return [name for name in TO_CREATE if not getattr(self, name)]

    @property
    def times(self) -> dict[str, datetime]:
        """Times that its state needs and the file lacks: now, when we heard of it."""
        times = {}
        if self.state in DISPATCHED:
            times["shipped_at"] = self.shipped_at or clock.now()
        if self.state == OrderState.RECEIVED:
            times["received_at"] = self.received_at or self.delivered_at or clock.now()
        return times

    @property
    def held_days(self) -> int:
        """No claim was open yet."""
        return 0

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a new order; asked of a row that lacks nothing."""
        own = {name: getattr(self, name) for name in ORDER_COLUMNS}
        return own | self.times | deadlines.of(self.state, cast(deadlines.Facts, self))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "OrderRow":
        """The row of its filled values as JSON kept them: days and moments as text."""
        values: dict[str, Any] = {**plain}
        for name in TIMES.keys() & plain.keys():
            values[name] = TIMES[name].fromisoformat(plain[name])
        return cls(**values)


NOT_OF_THE_ORDER = {"line", "cart_number", "buyer_name", "buyer_name_kana", "buyer_phone", "buyer_mobile"}
ORDER_COLUMNS = tuple(field.name for field in fields(OrderRow) if field.name not in NOT_OF_THE_ORDER)
MOMENTS = ("ordered_at", "paid_at", "shipped_at", "delivered_at", "received_at")
TIMES: dict[str, type[datetime] | type[date]] = {**dict.fromkeys(MOMENTS, datetime), "ship_date": date}
