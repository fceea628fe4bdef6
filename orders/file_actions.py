"""Files that act on known orders: tracking numbers and expected ship dates (R-O2, R-O1). A door of its own for each row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from orders import lifecycle
from orders.file_columns import headers
from orders.file_order import DISPATCHED
from orders.file_staging import Plain, Said, finish_piece, hold, note
from orders.file_states import RowOutcome
from orders.machine import ORDER
from orders.models import FileImport, Order, StagedPiece
from orders.states import OrderState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.batch import overtaken
from qsm.events.door import Conflict, change, lock
from qsm.lib.files import Error, Sheet, Spec, cells
from qsm.lib.machine import Refused


@dataclass(frozen=True)
class Work:
    """What a kind of file does with one order.

    asks: the key without which a row asks for nothing; converters: of the columns that it reads
    action: the name of what would be done with the order, "" where it is so already
    act: does it, inside a change, with the locked order
    """

    asks: str
    converters: Mapping[str, Callable[[str], Any]]
    action: Callable[[Order, Plain, FileImport], str]
    act: Callable[[Order, Plain, FileImport, Actor], object]


class ActionFiles:
    """Lines of known orders, on each of which something is done; each line says what became of it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        known = {name: key for name, key in headers().items() if key in work.converters}
        self.spec = Spec(headers=known, required=frozenset({"number", work.asks}))

    def rows(self, sheet: Sheet) -> Iterator[Plain | Error]:
        """The rows that ask for something, each number once, and what is wrong with others."""
        known = {key: converter for key, converter in self.work.converters.items() if key in sheet.names}
        lines: dict[str, int] = {}
        for row in sheet:
            if isinstance(row, Error):
                yield row
                continue
            if not row.cells[self.work.asks].strip():
                continue
            values, wrong = sheet.convert(row, known)
            if not wrong and (first := lines.setdefault(values["number"], row.line)) != row.line:
                wrong = [Error("duplicate_number", row.line, sheet.name_of("number"), {"line": first})]
            if wrong:
                yield from wrong
            else:
                yield {"line": row.line, **values}

    def foresee(self, rows: Sequence[Plain], run: FileImport) -> list[Said]:
        """By the machine alone: what was entered is judged when it is done."""
        shop = Order.objects.for_actor(SYSTEM).filter(seller_id=run.seller_id)
        orders = {order.number: order for order in shop.filter(number__in=[row["number"] for row in rows])}
        return [self._foreseen(orders.get(row["number"]), row, run) for row in rows]

    def take(self, run: FileImport, piece: StagedPiece, by: Actor) -> None:
        """A door for each row; those that have had theirs are passed over."""
        said = set(run.lines.filter(piece=piece.place).values_list("line", flat=True))
        for row in piece.rows:
            if row["line"] not in said:
                self._take_row(run, piece, row, by)
        with transaction.atomic():
            hold(run)
            became = [Said(line, outcome) for line, outcome in _outcomes(run, piece)]
            unchanged = [Said(0, RowOutcome.UNCHANGED)] * (len(piece.rows) - len(became))
            finish_piece(run, piece, [*became, *unchanged])

    def _foreseen(self, order: Order | None, row: Plain, run: FileImport) -> Said:
        line, number = row["line"], row["number"]
        if order is None:
            return Said(line, RowOutcome.ERROR, number, "no_such_order", run.columns.get("number", ""))
        if not (action := self.work.action(order, row, run)):
            return Said(line, RowOutcome.UNCHANGED, number)
        try:
            ORDER.check(order, action, Party.SELLER)
        except Refused as refusal:
            return _not_done(row, refusal)
        return Said(line, RowOutcome.DONE, number, action)

    def _take_row(self, run: FileImport, piece: StagedPiece, row: Plain, by: Actor) -> None:
        known = Order.objects.for_actor(by).filter(seller_id=run.seller_id, number=row["number"])
        try:
            with change(by):
                hold(run)
                [order] = lock(Order, *known.values_list("pk", flat=True))
                if action := self.work.action(order, row, run):
                    self.work.act(order, row, run, by)
                    note(run, [Said(row["line"], RowOutcome.DONE, row["number"], action)], piece)
        except (Conflict, Refused) as problem:
            with transaction.atomic():
                hold(run)
                note(run, [_not_done(row, problem)], piece)


def _outcomes(run: FileImport, piece: StagedPiece) -> list[tuple[int, str]]:
    return list(run.lines.filter(piece=piece.place).values_list("line", "outcome"))


def _not_done(row: Plain, problem: Conflict | Refused) -> Said:
    """With what was said in each of our languages: who reads it may be somebody else than who sent the file."""
    messages = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            messages[language] = overtaken(problem) if isinstance(problem, Conflict) else str(problem.message)
    return Said(row["line"], RowOutcome.REFUSED, row["number"], problem.code, params={"messages": messages})


# --- tracking numbers --------------------------------------------------------------------------------------


def _parcel(order: Order, row: Plain, run: FileImport) -> dict[str, str]:
    """The carrier may be blank: then it stays, else it is the one that was entered with the file (R-O2)."""
    carrier = row.get("carrier") or order.carrier or run.carrier
    return {"carrier": carrier, "tracking_number": row["tracking_number"]}


def _dispatch_or_correct(order: Order, row: Plain, run: FileImport) -> str:
    parcel = _parcel(order, row, run)
    if order.state in DISPATCHED and parcel == {key: getattr(order, key) for key in parcel}:
        return ""
    return "correct" if order.state == OrderState.SHIPPING else "dispatch"


def _send(order: Order, row: Plain, run: FileImport, by: Actor) -> None:
    act = lifecycle.correct if order.state == OrderState.SHIPPING else lifecycle.dispatch
    act(order=order, seen=order.version, by=by, **_parcel(order, row, run))


# --- expected ship dates -----------------------------------------------------------------------------------


def _plan_or_nothing(order: Order, row: Plain, run: FileImport) -> str:
    same = order.state == OrderState.PREPARING and order.ship_date == date.fromisoformat(row["ship_date"])
    return "" if same else "plan"


def _plan(order: Order, row: Plain, run: FileImport, by: Actor) -> None:
    lifecycle.plan(
        order=order,
        seen=order.version,
        by=by,
        ship_date=date.fromisoformat(row["ship_date"]),
        delay_type=order.delay_type,
        memo=order.delay_memo,
    )


TRACKING = ActionFiles(
    Work(
        asks="tracking_number",
        converters={"number": cells.number, "carrier": cells.text(200), "tracking_number": cells.text(50)},
        action=_dispatch_or_correct,
        act=_send,
    )
)
SHIP_DATES = ActionFiles(
    Work(
        asks="ship_date",
        converters={"number": cells.number, "ship_date": lambda cell: cells.day(cell).isoformat()},
        action=_plan_or_nothing,
        act=_plan,
    )
)
