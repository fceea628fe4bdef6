"""Orders from rows of a file: what is new is made, what has moved on moves on, the rest stays (R-O6, R-O10).

Taking the same rows again changes nothing. An order is only ever moved forward, never while a claim holds it, and its
recipient is edited only before dispatch; rows that were left alone are listed as *kept*.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q

from orders import deadlines
from orders.lifecycle import recipient_versions, settle
from orders.models import RECIPIENT, Buyer, Cart, Order
from orders.states import BEFORE_DISPATCH, DeliveryMethod, OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events.door import lock, record, record_births
from qsm.lib import clock

ROWS_AT_ONCE = 500
FORWARD = tuple(OrderState)[:7]
MOVED = ("state", "ship_date", "paid_at", "shipped_at", "delivered_at", "received_at", "carrier", "tracking_number")
BUYER = ("name", "name_kana", "phone", "mobile")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of an order file, checked and converted. Money is whole yen, moments are UTC, days are Tokyo's."""

    line: int
    number: str
    cart_number: str
    state: OrderState
    ordered_at: datetime
    product_name: str
    quantity: int
    recipient_name: str
    buyer_name: str
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    received_at: datetime | None = None
    ship_date: date | None = None
    carrier: str = ""
    tracking_number: str = ""
    delivery_method: str = DeliveryMethod.TRACKED
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
    def columns(self) -> dict[str, Any]:
        """The order's columns; times that its state needs and the file lacks are now, when we heard of it."""
        own = {name: getattr(self, name) for name in ORDER_COLUMNS}
        if self.state in FORWARD[FORWARD.index(OrderState.SHIPPING) :]:
            own["shipped_at"] = self.shipped_at or clock.now()
        if self.state == OrderState.RECEIVED:
            own["received_at"] = self.received_at or self.delivered_at or clock.now()
        return own | deadlines.of(self.state, self)


NOT_OF_THE_ORDER = {"line", "cart_number", "buyer_name", "buyer_name_kana", "buyer_phone", "buyer_mobile"}
ORDER_COLUMNS = tuple(name for name in OrderRow.__dataclass_fields__ if name not in NOT_OF_THE_ORDER)


@dataclass
class Taken:
    """What became of the rows; `kept` are the line numbers of rows that were left alone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[int] = field(default_factory=list)


def take(rows: Iterable[OrderRow], *, seller: Seller, by: Actor) -> Taken:
    """Take rows into a shop, inside a change; at one business moment.

    A shop's files are taken one after the other, for two of them could bring the same orders, carts and buyers.
    """
    Seller.objects.select_for_update().get(pk=seller.pk)
    taken, remaining = Taken(), iter(rows)
    while piece := list(islice(remaining, ROWS_AT_ONCE)):
        _take_piece(piece, seller, by, taken)
    return taken


def _take_piece(piece: Sequence[OrderRow], seller: Seller, by: Actor, taken: Taken) -> None:
    known = Order.unscoped.filter(seller=seller, number__in=[row.number for row in piece])
    orders = {order.number: order for order in lock(Order, *known.values_list("pk", flat=True))}
    new = [row for row in piece if row.number not in orders]
    _create(new, seller, by)
    taken.created += len(new)
    for row in piece:
        if row.number in orders:
            _bring_forward(orders[row.number], row, by, taken)


def _create(rows: Sequence[OrderRow], seller: Seller, by: Actor) -> None:
    carts, buyers = _carts(rows, seller), _buyers(rows, seller)
    orders = [Order(seller=seller, cart=carts[row.cart_number], buyer=buyers[row.line], **row.columns) for row in rows]
    record_births("order.imported", Order.unscoped.bulk_create(orders), by=by)


def _carts(rows: Sequence[OrderRow], seller: Seller) -> dict[str, Cart]:
    numbers = {row.cart_number for row in rows}
    Cart.unscoped.bulk_create([Cart(seller=seller, number=number) for number in sorted(numbers)], ignore_conflicts=True)
    return {cart.number: cart for cart in Cart.unscoped.filter(seller=seller, number__in=numbers)}


def _buyers(rows: Sequence[OrderRow], seller: Seller) -> dict[int, Buyer]:
    """The buyer of each line: matched by phone, else by name and postal code, else made without a log-in (R-O10)."""
    known = _known_buyers(rows, seller)
    buyers: dict[int, Buyer] = {}
    for row in rows:
        marks = _marks(row.buyer_mobile, row.buyer_phone, row.buyer_name, row.postal_code)
        buyer = next((known[mark] for mark in marks if mark in known), None) or _make_buyer(row, seller)
        known |= dict.fromkeys(marks, buyer)
        buyers[row.line] = buyer
    return buyers


def _known_buyers(rows: Sequence[OrderRow], seller: Seller) -> dict[tuple[str, ...], Buyer]:
    phones = {phone for row in rows for phone in (row.buyer_mobile, row.buyer_phone) if phone}
    nameless = {row.buyer_name for row in rows if not (row.buyer_mobile or row.buyer_phone)}
    matching = Q(mobile__in=phones) | Q(phone__in=phones) | Q(name__in=nameless)
    known: dict[tuple[str, ...], Buyer] = {}
    for buyer in Buyer.unscoped.filter(matching, seller=seller).order_by("-pk"):
        known |= dict.fromkeys(_marks(buyer.mobile, buyer.phone, buyer.name, buyer.postal_code), buyer)
    return known


def _marks(mobile: str, phone: str, name: str, postal_code: str) -> list[tuple[str, ...]]:
    """By what a buyer is recognized; name and postal code only where there is no phone."""
    return [(number,) for number in (mobile, phone) if number] or [(name, postal_code)]


def _make_buyer(row: OrderRow, seller: Seller) -> Buyer:
    facts = {name: getattr(row, f"buyer_{name}") for name in BUYER}
    return Buyer.unscoped.create(seller=seller, postal_code=row.postal_code, **facts)


def _bring_forward(order: Order, row: OrderRow, by: Actor, taken: Taken) -> None:
    """Move a known, locked order to where the file has it, if that is ahead and nothing forbids it."""
    until = order.ship_today_until
    if until and until <= clock.now() and not (row.shipped_at and row.shipped_at < until):
        # Dispatched too late, or nobody knows when: the deadline's outcome comes first (R-T4, R-C8).
        settle(order=order)
        order.refresh_from_db()
    changes = _changes(order, row)
    if not changes:
        taken.kept.extend([row.line] if _differs(order, row) else [])
        taken.unchanged += not _differs(order, row)
        return
    before = order.state
    data: dict[str, Any] = {"columns": sorted(changes)}
    if recipient := {name: changes[name] for name in RECIPIENT if name in changes}:
        data |= recipient_versions(order, recipient)
    Order.unscoped.filter(pk=order.pk).update(**changes, version=order.version + 1)
    for name, value in changes.items():
        setattr(order, name, value)
    record("order.updated", order, by=by, before=before, data=data)
    taken.updated += 1


def _changes(order: Order, row: OrderRow) -> dict[str, Any]:
    """The columns that the row may change: none of an order with a claim, the recipient only before dispatch."""
    if order.held_by is not None:
        return {}
    changes = _other(order, row, RECIPIENT) if order.state in BEFORE_DISPATCH else {}
    if _is_ahead(order, row):
        changes |= {name: row.columns[name] for name in MOVED if row.columns[name]}
        changes |= deadlines.of(row.state, _after(order, changes))
        changes |= {"ship_today_until": None} if row.state not in BEFORE_DISPATCH else {}
    return changes


def _after(order: Order, changes: dict[str, Any]) -> Order:
    after = copy(order)
    for name, value in changes.items():
        setattr(after, name, value)
    return after


def _is_ahead(order: Order, row: OrderRow) -> bool:
    both_on_the_way = order.state in FORWARD and row.state in FORWARD
    return both_on_the_way and FORWARD.index(row.state) > FORWARD.index(order.state)


def _differs(order: Order, row: OrderRow) -> bool:
    return bool(_other(order, row, ("state", *RECIPIENT, *MOVED)))


def _other(order: Order, row: OrderRow, names: tuple[str, ...]) -> dict[str, Any]:
    """What the row says otherwise than the order; a cell that is empty or missing says nothing."""
    values = {name: getattr(row, name) for name in names}
    return {name: value for name, value in values.items() if value and value != getattr(order, name)}
