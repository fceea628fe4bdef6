"""Orders from rows of a file: what is new is made, what has moved on moves on, the rest stays (R-O6, R-O10).

Taking the same rows again changes nothing. An order is only ever moved forward, never while a claim holds it, and its
recipient is edited only before dispatch and as long as nobody has changed it here; rows that were left alone are listed as
*kept*, with the reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import starmap
from typing import Any

from orders import deadlines
from orders.file_buyers import buyers_of, carts_of
from orders.file_order import FORWARD, OrderRow
from orders.file_states import RowOutcome
from orders.file_words import ENDED
from orders.lifecycle import recipient_versions, settle
from orders.models import RECIPIENT, Order
from orders.states import BEFORE_DISPATCH, OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events.door import lock, record, record_births
from qsm.lib import clock
from qsm.lib.files import as_cp932
from qsm.lib.files.cells import tidy
from qsm.lib.inserting import insert_many

MOVED = ("state", "ship_date", "paid_at", "shipped_at", "delivered_at", "received_at", "carrier", "tracking_number")


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a row: `outcome`; of what was not taken or left alone the code of why."""

    row: OrderRow
    outcome: str
    why: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """What a row is compared with of an order, without the price of a model's instance."""

    pk: int
    number: str
    state: str
    held_by: int | None
    ordered_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    received_at: datetime | None
    ship_date: date | None
    carrier: str
    tracking_number: str
    delivery_method: str
    is_preorder: bool
    held_days: int
    readdressed_at: datetime | None
    recipient_name: str
    recipient_kana: str
    recipient_phone: str
    recipient_mobile: str
    postal_code: str
    address: str


KNOWN = tuple(column.name for column in fields(Known))


def foresee(rows: Sequence[OrderRow], *, seller: Seller) -> list[Finding]:
    """What would become of these rows now; nothing is locked and nothing written."""
    orders = _known(rows, seller)
    return [_finding(orders.get(row.number), row) for row in rows]


def take(rows: Sequence[OrderRow], *, seller: Seller, by: Actor, born: str = "order.imported") -> list[Finding]:
    """Take rows into a shop, inside a change; at one business moment, in one piece: some hundreds of rows.

    born: the event of orders that are new.

    A shop's files are taken one after the other, for two of them could bring the same orders, carts and buyers.
    Only orders that move on are locked, and compared once more as they are then.
    """
    seller = locked_shop(seller)
    findings = foresee(rows, seller=seller)
    _create([finding.row for finding in findings if finding.outcome == RowOutcome.CREATED], seller, by, born)
    moved = {finding.row.line: finding for finding in _move_on(findings, seller, by)}
    return [moved.get(finding.row.line, finding) for finding in findings]


def _move_on(findings: Sequence[Finding], seller: Seller, by: Actor) -> Iterator[Finding]:
    rows = {finding.row.number: finding.row for finding in findings if finding.outcome == RowOutcome.UPDATED}
    for order in lock(Order, *(order.pk for order in _known(list(rows.values()), seller).values())):
        row = rows[order.number]
        finding = _finding(_settled(order, row), row)
        if finding.outcome == RowOutcome.UPDATED:
            _update(order, finding.changes, by)
        yield finding


def locked_shop(seller: Seller) -> Seller:
    """The shop as it is now. Not its key is locked: what only refers to the shop goes on."""
    return Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)


def _known(rows: Sequence[OrderRow], seller: Seller) -> dict[str, Known]:
    orders = Order.unscoped.filter(seller=seller, number__in=[row.number for row in rows]).values_list(*KNOWN)
    return {order.number: order for order in starmap(Known, orders)}


def _finding(order: Known | Order | None, row: OrderRow) -> Finding:
    """Compare a row with the order as it is known, if it is."""
    if order is None:
        why = _why_not_new(row)
        return Finding(row, RowOutcome.ERROR if why else RowOutcome.CREATED, why)
    if changes := _changes(order, row):
        return Finding(row, RowOutcome.UPDATED, changes=changes)
    if _other(order, row, ("state", *RECIPIENT, *MOVED)):
        return Finding(row, RowOutcome.KEPT, _why_kept(order, row))
    return Finding(row, RowOutcome.UNCHANGED)


def _why_not_new(row: OrderRow) -> str:
    if row.state in ENDED:
        return "order_ended"
    return "order_not_known" if row.lacks else ""


def _why_kept(order: Known | Order, row: OrderRow) -> str:
    if order.held_by is not None:
        return "kept_claim"
    if row.state in ENDED:
        return "kept_ended"
    return "kept_moved_on" if row.state != order.state else "kept_entered"


def _create(rows: Sequence[OrderRow], seller: Seller, by: Actor, born: str) -> None:
    if not rows:
        return
    carts, buyers = carts_of(rows, seller), buyers_of(rows, seller)
    shared = {"seller_id": seller.pk, "payment_method": seller.payment_of_imports}
    orders = [
        {**shared, "cart_id": carts[row.cart_number], "buyer_id": buyer, **row.columns}
        for row, buyer in zip(rows, buyers, strict=True)
    ]
    ids = insert_many(Order, orders)
    states = {pk: row.state for pk, row in zip(ids, rows, strict=True)}
    record_births(born, states, seller_id=seller.pk, by=by)


def _settled(order: Order, row: OrderRow) -> Order:
    """The locked order, after its deadlines that have passed, unless the row dates what they wait for before them (R-T4)."""
    awaited = (
        (order.pay_until, row.paid_at),
        (order.ship_today_until, row.shipped_at),
        (order.late_at, row.shipped_at),
        (order.receive_until, row.received_at),
    )
    if any(until and until <= clock.now() and not (came and came < until) for until, came in awaited):
        settle(order=order)
        order.refresh_from_db()
    return order


def _update(order: Order, changes: Mapping[str, Any], by: Actor) -> None:
    """Move a locked order to where the file has it; another recipient is an event of its own: the buyer is told (R-O4)."""
    recipient = {name: value for name, value in changes.items() if name in RECIPIENT}
    rest = {name: value for name, value in changes.items() if name not in RECIPIENT}
    if recipient:
        _write(order, recipient, "order.readdressed", recipient_versions(order, recipient), by)
    if rest:
        _write(order, rest, "order.updated", {"columns": sorted(rest)}, by)


def _write(order: Order, columns: Mapping[str, Any], event: str, data: Mapping[str, Any], by: Actor) -> None:
    before, columns = order.state, {**columns, "version": order.version + 1}
    Order.unscoped.filter(pk=order.pk).update(**columns)
    for name, value in columns.items():
        setattr(order, name, value)
    record(event, order, by=by, before=before, data=data)


def _changes(order: Known | Order, row: OrderRow) -> dict[str, Any]:
    """The columns that the row may change: none of an order with a claim, the recipient only before dispatch.

    Once it was changed here, files no longer say who it is: an older one would bring back what was (R-O4, R-O6).
    """
    if order.held_by is not None:
        return {}
    is_files = order.state in BEFORE_DISPATCH and order.readdressed_at is None
    changes = _other(order, row, RECIPIENT) if is_files else {}
    if _is_ahead(order, row):
        said = {name: getattr(row, name) for name in MOVED}
        changes |= {name: value for name, value in said.items() if value}
        changes |= {name: value for name, value in row.times.items() if not getattr(order, name) or said[name]}
        changes |= deadlines.of(row.state, _after(order, changes))
        changes |= {"ship_today_until": None} if row.state not in BEFORE_DISPATCH else {}
        changes |= {"paid_yen": row.paid_yen} if order.state == OrderState.AWAITING_PAYMENT and row.paid_yen else {}
    return changes


def _after(order: Known | Order, changes: Mapping[str, Any]) -> Known | Order:
    after = copy(order)
    for name, value in changes.items():
        setattr(after, name, value)
    return after


def _is_ahead(order: Known | Order, row: OrderRow) -> bool:
    both_on_the_way = order.state in FORWARD and row.state in FORWARD
    return both_on_the_way and FORWARD.index(row.state) > FORWARD.index(order.state)


def _other(order: Known | Order, row: OrderRow, names: tuple[str, ...]) -> dict[str, Any]:
    """What the row says otherwise than the order; a cell that is empty or missing says nothing."""
    said = ((name, getattr(row, name)) for name in names)
    return {name: value for name, value in said if value and not _same(getattr(order, name), value)}


def _same(own: Any, said: Any) -> bool:
    """Whether a file says what we have: it knows no parts of a second, and cp932 lacks some letters."""
    if own == said:
        return True
    if isinstance(own, datetime):
        return own.replace(microsecond=0) == said
    return isinstance(own, str) and said in {own.strip(), as_cp932(own).strip(), tidy(own), tidy(as_cp932(own))}
