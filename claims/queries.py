"""Read side of claims: the status grid, lateness."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.models import Claim
from claims.states import ENDED, ENDED_SHOWN_DAYS, LATE_AFTER_DAYS, Kind, State
from qsm.accounts.access import Actor
from qsm.accounts.counting import Counters, count
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
    """The number of each cell of the status grid, of ended claims up to 1,001, in one query."""
    still_open, ended = count(actor, OPEN, ENDED_LATELY)
    return still_open | ended


def _open(actor: Actor) -> QuerySet[Claim]:
    return Claim.objects.for_actor(actor).exclude(state__in=ENDED)


OPEN = Counters(_open, lambda: {cell.name: cell.condition for cell in CELLS.values() if not cell.ended})
ENDED_LATELY = Counters(
    Claim.objects.for_actor,
    lambda: {cell.name: cell.condition for cell in CELLS.values() if cell.ended},
    at_most=MOST_COUNTED,
)
# What waits for the shop or is under way, as the main page counts it (R-P1).
WAITING = Counters(_open, lambda: {cell.name: cell.condition for cell in MAIN_PAGE})
