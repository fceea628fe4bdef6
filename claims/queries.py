"""Read side of claims: the status grid, whose turn it is, what has happened."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.models import Claim
from claims.states import ENDED, ENDED_SHOWN_DAYS, Kind, State
from qsm.accounts.access import Actor
from qsm.lib import clock
from qsm.lib.machine import Text

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the status grid: the claims of one kind in some states. Ended ones count for 90 days (R-P3)."""

    name: str
    label: Text
    kind: str
    states: tuple[str, ...]

    @property
    def ended(self) -> bool:
        return set(self.states) <= set(ENDED)

    @property
    def condition(self) -> Q:
        condition = Q(kind=self.kind, state__in=self.states)
        if self.ended:
            condition &= Q(ended_at__gte=clock.start_of(clock.after(clock.today(), 1 - ENDED_SHOWN_DAYS)))
        return condition


# The status grid of R-P3: a title and three columns of cells each.
STATUS_GRID: tuple[tuple[Text, tuple[tuple[Cell, ...], ...]], ...] = (
    (
        pgettext_lazy("claim", "Cancel"),
        ((Cell("cancel_requested", _("Cancel requested"), Kind.CANCEL, (State.REQUESTED,)),), (), ()),
    ),
    (
        _("Reject cancel"),
        ((), (), (Cell("cancel_rejected", _("Cancel rejected"), Kind.CANCEL, (State.REJECTED,)),)),
    ),
)
CELLS = {cell.name: cell for _title, columns in STATUS_GRID for cells in columns for cell in cells}


def status_counts(actor: Actor) -> dict[str, int]:
    """The number of each cell: open claims in one query, ended ones counted up to 1,001 each."""
    rows = Claim.objects.for_actor(actor)
    open_cells = {cell.name: Count("pk", filter=cell.condition) for cell in CELLS.values() if not cell.ended}
    counts: dict[str, int] = rows.exclude(state__in=ENDED).aggregate(**open_cells)
    return counts | {cell.name: _capped(rows.filter(cell.condition)) for cell in CELLS.values() if cell.ended}


def _capped(rows: QuerySet[Claim]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()
