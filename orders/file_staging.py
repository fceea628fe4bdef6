"""What a staged file is made of while it is read and taken: who holds it, its pieces, what is said of its lines."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.db import connection

from orders.file_states import RowOutcome
from orders.models import FileImport, FileRow, StagedPiece
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Member, Role
from qsm.lib import clock
from qsm.lib.files import Error, Sheet, Spec
from qsm.lib.inserting import insert_many

LEASE = timedelta(seconds=60)
TURN = 0.11  # seconds
Plain = dict[str, Any]


class LeaseLost(Exception):
    """Somebody else has the file now, or it was thrown away: stop."""


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of a line. `code`, `column` and `params` say why, of all but what was simply taken."""

    line: int
    outcome: str
    number: str = ""
    code: str = ""
    column: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, error: Error) -> "Said":
        return cls(error.line, RowOutcome.ERROR, "", error.code, error.column, error.params)


class Kind(Protocol):
    """What is special about a kind of file: see `orders.file_orders` and `orders.file_actions`."""

    spec: Spec

    def rows(self, sheet: Sheet) -> Iterator[Plain | Error]:
        """The rows that could be read, as JSON can keep them, with `line` and `number`; what is wrong with the others."""

    def foresee(self, rows: Sequence[Plain], run: FileImport) -> list[Said]:
        """What would become of these rows now, one for each."""

    def take(self, run: FileImport, piece: StagedPiece, by: Actor) -> None:
        """Take a piece, each row once, whoever is killed midway; the piece is done then."""


def hold(run: FileImport) -> None:
    """Go on holding the file; inside a transaction, which nobody else's can then overtake. Raises LeaseLost."""
    mine = FileImport.objects.for_actor(SYSTEM).filter(pk=run.pk, lease=run.lease, stage=run.stage)
    if not mine.update(leased_until=clock.real() + LEASE):
        raise LeaseLost


def note(run: FileImport, said: Iterable[Said], piece: StagedPiece | None = None) -> None:
    """Keep what there is to say of lines; that an order was simply taken needs no words."""
    rows = [
        {
            "file_import_id": run.pk,
            "piece": piece.place if piece else None,
            "line": one.line,
            "column": one.column[:500],
            "number": one.number,
            "outcome": one.outcome,
            "code": one.code,
            "params": dict(one.params),
        }
        for one in said
        if one.outcome not in QUIET
    ]
    insert_many(FileRow, rows)


QUIET = {RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED}


def count(run: FileImport, said: Iterable[Said]) -> None:
    """Add these lines to the file's counts, in memory."""
    run.counts = dict(Counter(run.counts) + Counter(str(one.outcome) for one in said))


def finish_piece(run: FileImport, piece: StagedPiece, said: Sequence[Said]) -> None:
    """The piece is done; in the transaction that holds the file."""
    count(run, said)
    FileImport.objects.for_actor(SYSTEM).filter(pk=run.pk).update(counts=run.counts)
    StagedPiece.objects.filter(pk=piece.pk).update(done=True)


def let_others_write() -> None:
    """On SQLite there is one writer at a time, and those that wait look for their turn only ten times a second."""
    if connection.vendor == "sqlite":
        time.sleep(TURN)


def actor_of(run: FileImport) -> Actor | None:
    """Who sent the file, if that person still works for the shop and it may trade; the system's own are the system's."""
    if run.user_id is None:
        return SYSTEM
    members = Member.objects.filter(user_id=run.user_id, seller_id=run.seller_id, seller__is_active=True)
    member = members.exclude(role=Role.VIEWER).first()
    if member is None:
        return None
    return Actor(Party.SELLER, user_id=member.user_id, seller_id=member.seller_id, role=member.role)
