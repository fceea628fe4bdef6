"""How a staged file reads: how far it is, its counts, its lines."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from orders.file_states import FileKind, FileStage, RowOutcome
from orders.machine import ORDER
from orders.models import FileImport, FileRow
from qsm.lib.grid import Chip
from qsm.lib.machine import Text

MOST_LINES = 200
TONES = {FileStage.READ: "turn", FileStage.DONE: "ok"}
# In this order on the page: what went well, then what to look at.
OF_ORDERS = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED, RowOutcome.KEPT, RowOutcome.ERROR)
OF_ACTIONS = (RowOutcome.DONE, RowOutcome.UNCHANGED, RowOutcome.REFUSED, RowOutcome.ERROR)
ABOUT: dict[FileKind, Text] = {
    FileKind.ORDERS: gettext_lazy(
        "The file as it was exported, CSV or Excel. Nothing is taken before you have seen what would become of it. "
        "Importing the same file again changes nothing; orders that have moved on or have a claim are left alone."
    ),
    FileKind.TRACKING: gettext_lazy(
        "The downloaded summary with the tracking numbers filled in. Orders that wait are dispatched, the parcels of those "
        "in transit are corrected; rows without a number are passed over."
    ),
    FileKind.SHIP_DATES: gettext_lazy(
        "A file with the columns order number and expected ship date; others are ignored. Rows without a date are passed over."
    ),
}
# URL name of each kind's page.
PAGES = {
    FileKind.ORDERS: "orders:import",
    FileKind.TRACKING: "orders:upload_tracking",
    FileKind.SHIP_DATES: "orders:upload_ship_dates",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as people read it."""

    line: int
    column: str
    number: str
    outcome: str
    text: str
    code: str


@dataclass(frozen=True)
class FileView:
    """What the templates show of a file."""

    run: FileImport

    @property
    def url(self) -> str:
        return reverse("orders:file", args=[self.run.pk])

    @property
    def chip(self) -> Chip:
        return Chip(str(FileStage(self.run.stage).label), TONES.get(FileStage(self.run.stage), ""))

    @property
    def is_busy(self) -> bool:
        return self.run.stage in {FileStage.WAITING, FileStage.TAKING}

    @property
    def can_be_taken(self) -> bool:
        return self.run.stage == FileStage.READ and self.run.good > 0

    @property
    def can_be_discarded(self) -> bool:
        return self.run.stage in {FileStage.WAITING, FileStage.READ}

    @property
    def is_foreseen(self) -> bool:
        return self.run.stage in {FileStage.WAITING, FileStage.READ}

    @property
    def done(self) -> int:
        """Good rows that are done."""
        return sum(self.run.counts.values()) - self.run.counts.get(RowOutcome.ERROR, 0)

    @property
    def counts(self) -> list[dict[str, object]]:
        outcomes = OF_ORDERS if self.run.kind == FileKind.ORDERS else OF_ACTIONS
        return [{"label": outcome.label, "count": self.run.counts.get(outcome, 0)} for outcome in outcomes]

    @property
    def lines(self) -> list[Line]:
        """The lines that there is something to say of, the first of them."""
        return [shown(line) for line in self.run.lines.order_by("line", "pk")[:MOST_LINES]]

    @property
    def more(self) -> int:
        return max(0, self.run.lines.count() - MOST_LINES)


def tabs(kind: FileKind) -> list[dict[str, object]]:
    """The pages of the kinds, this one marked."""
    return [{"label": one.label, "url": reverse(name), "current": one == kind} for one, name in PAGES.items()]


def shown(line: FileRow) -> Line:
    """A line in the reader's language."""
    return Line(line.line, line.column, line.number, str(RowOutcome(line.outcome).label), text_of(line), line.code)


def text_of(line: FileRow) -> str:
    """Why it is so: what an action said in the reader's language, its name, or the message of the code."""
    if line.outcome == RowOutcome.DONE:
        return str(next(edge.label for edge in ORDER.transitions if edge.action == line.code))
    if said := line.params.get("messages"):
        return str(said.get(get_language()) or next(iter(said.values())))
    return line.error.message if line.code else ""


def line_cells(line: FileRow) -> list[object]:
    """The same as cells of a file."""
    row = shown(line)
    return [row.line or "", row.column, row.number, row.outcome, row.text, row.code]
