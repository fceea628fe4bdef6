"""Read side of claims: the status grid, lateness."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.models import Claim
from claims.states import ENDED, ENDED_SHOWN_DAYS, LATE_AFTER_DAYS, Kind, State
from qsm.accounts.access import Actor
from qsm.lib import clock
from qsm.lib.machine import Text

MOST_COUNTED = 1000


def late() -> Q:
    """Claims that came four days ago or earlier, whether still open or not: `Claim.is_late` for the database (R-D1)."""
    return Q(requested_at__lt=clock.end_of(clock.after(clock.today(), -LATE_AFTER_DAYS)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the status grid: the claims of one kind (or any) in some states. Ended ones count for 90 days (R-P3).

    late: only those that are late, only the others, or (None) both, so that a claim is counted once.
    """

    name: str
    label: Text
    kind: str
    states: tuple[str, ...]
    late: bool | None = None

    @property
    def ended(self) -> bool:
        return set(self.states) <= set(ENDED)

    def holds(self, kind: str, state: str, is_late: bool) -> bool:
        """Whether it counts an open claim of this kind, state and lateness."""
        return state in self.states and self.kind in {ANY_KIND, kind} and self.late in {None, is_late}

    @property
    def condition(self) -> Q:
        condition = Q(state__in=self.states)
        if self.kind:
            condition &= Q(kind=self.kind)
        if self.late is not None:
            condition &= late() if self.late else ~late()
        if self.ended:
            condition &= Q(ended_at__gte=clock.start_of(clock.after(clock.today(), 1 - ENDED_SHOWN_DAYS)))
        return condition


ANY_KIND = ""
RETURNS_UNDER_WAY = (
    State.RETURNING,
    State.PARTIAL_PROPOSED,
    State.REFUND_HELD,
    State.COLLECTED,
    State.REFUNDING,
)
CONFIRMING = (State.REQUESTED, State.CONFIRMED)
# The status grid of R-P3: a title and three columns of cells each.
STATUS_GRID: tuple[tuple[Text, tuple[tuple[Cell, ...], ...]], ...] = (
    (
        pgettext_lazy("claim", "Cancel"),
        (
            (Cell("cancel_requested", _("Cancel requested"), Kind.CANCEL, (State.REQUESTED,)),),
            (Cell("canceling", _("Canceling"), Kind.CANCEL, (State.REFUNDING,)),),
            (Cell("cancel_completed", _("Cancel completed"), Kind.CANCEL, (State.COMPLETED,)),),
        ),
    ),
    (
        pgettext_lazy("claim", "Return"),
        (
            (Cell("return_requested", _("Return requested"), Kind.RETURN, (State.REQUESTED,)),),
            (
                Cell("returning", _("Returning"), Kind.RETURN, (State.RETURNING, State.PARTIAL_PROPOSED)),
                Cell("refund_held", _("Refund held"), Kind.RETURN, (State.REFUND_HELD,)),
                Cell(
                    "collected",
                    _("Collected / refund requested"),
                    Kind.RETURN,
                    (State.COLLECTED, State.REFUNDING),
                ),
            ),
            (Cell("return_completed", _("Return completed"), Kind.RETURN, (State.COMPLETED,)),),
        ),
    ),
    (
        pgettext_lazy("claim", "Exchange"),
        (
            (Cell("exchange_requested", _("Exchange requested / confirmed"), Kind.EXCHANGE, CONFIRMING, late=False),),
            (Cell("reshipping", _("Re-shipping"), Kind.EXCHANGE, (State.RESHIPPING,)),),
            (Cell("exchange_late", _("Exchange late"), Kind.EXCHANGE, CONFIRMING, late=True),),
        ),
    ),
    (
        pgettext_lazy("claim", "Non-receipt"),
        (
            (Cell("reported", _("Report received"), Kind.NON_RECEIPT, (State.REPORTED,), late=False),),
            (Cell("seller_confirmed", _("Seller confirmed"), Kind.NON_RECEIPT, (State.CONFIRMED, State.REFUNDING)),),
            (
                Cell("confirm_late", _("Confirmation late"), Kind.NON_RECEIPT, (State.REPORTED,), late=True),
                Cell("refunded", pgettext_lazy("claim", "Refunded"), Kind.NON_RECEIPT, (State.REFUNDED,)),
                Cell("partially_refunded", _("Partly refunded"), Kind.NON_RECEIPT, (State.PARTIALLY_REFUNDED,)),
            ),
        ),
    ),
    (
        _("Claim withdrawal"),
        (
            (Cell("withdrawal_requested", _("Withdrawal requested"), ANY_KIND, (State.WITHDRAWAL_REQUESTED,)),),
            (Cell("withdrawal_held", _("Withdrawal on hold"), ANY_KIND, (State.WITHDRAWAL_HELD,)),),
            (),
        ),
    ),
    (
        _("Reject cancel"),
        ((), (), (Cell("cancel_rejected", _("Cancel rejected"), Kind.CANCEL, (State.REJECTED,)),)),
    ),
)
CELLS = {cell.name: cell for _title, columns in STATUS_GRID for cells in columns for cell in cells}
# The numbers of the main page (R-P1): what waits for the shop, then what is under way.
MAIN_PAGE = (
    CELLS["cancel_requested"],
    CELLS["return_requested"],
    Cell("exchange_asked", _("Exchange requested"), Kind.EXCHANGE, (State.REQUESTED,)),
    Cell("non_receipt_reported", _("Non-receipt reported"), Kind.NON_RECEIPT, (State.REPORTED,)),
    CELLS["canceling"],
    Cell("returns_under_way", _("Returning"), Kind.RETURN, RETURNS_UNDER_WAY),
    Cell("exchanging", _("Exchanging"), Kind.EXCHANGE, (State.CONFIRMED, State.RESHIPPING)),
)
# What the claims page can be asked for.
FILTERS = {**CELLS, **{cell.name: cell for cell in MAIN_PAGE}}


def status_counts(actor: Actor) -> dict[str, int]:
    """The number of each cell: open claims in one query, ended ones in another, up to 1,001 each."""
    rows = Claim.objects.for_actor(actor)
    counts = open_counts(actor, [cell for cell in CELLS.values() if not cell.ended])
    return counts | _capped({cell.name: rows.filter(cell.condition) for cell in CELLS.values() if cell.ended})


def open_counts(actor: Actor, cells: Iterable[Cell]) -> dict[str, int]:
    """The numbers of cells of open claims, in one query over what is open: summed from groups, which is light to ask for."""
    waiting = Claim.objects.for_actor(actor).exclude(state__in=ENDED)
    lateness = ExpressionWrapper(late(), BooleanField())
    groups = list(waiting.values_list("kind", "state", lateness).annotate(Count("pk")).order_by())
    return {cell.name: sum(number for *group, number in groups if cell.holds(*group)) for cell in cells}


def _capped(groups: dict[str, QuerySet[Claim]]) -> dict[str, int]:
    """How many rows each group has, counted no further than needed, in one query: a sub-select for each."""
    parts = [rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params() for rows in groups.values()]
    counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _params in parts)  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _sql, params in parts for value in params])  # nosec B608
        return dict(zip(groups, cursor.fetchone(), strict=True))
