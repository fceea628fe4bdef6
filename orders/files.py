"""Order files from the disk, taken at once: for the command, the training copy and other programs (R-O6)."""

from dataclasses import dataclass, field
from pathlib import Path

from orders.file_runs import confirm, discard, read, receive, take_pieces
from orders.file_staging import hold
from orders.file_states import FileKind, RowOutcome
from orders.models import FileImport
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events.door import change
from qsm.lib.files import Error

COUNTED = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


@dataclass
class Taken:
    """What became of the rows; `kept` are the line numbers of rows that were left alone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[int] = field(default_factory=list)


@dataclass
class Result:
    """What became of a file: see `Taken`, and what was wrong with it, by line and column."""

    name: str
    taken: Taken = field(default_factory=Taken)
    errors: list[Error] = field(default_factory=list)

    @property
    def nothing_taken(self) -> bool:
        """Errors only: not one row was taken."""
        taken = self.taken
        return bool(self.errors) and not (taken.created or taken.updated or taken.unchanged or taken.kept)


def import_file(path: Path, *, seller: Seller, by: Actor, name: str = "", strict: bool = False) -> Result:
    """Take an order file from the disk into a shop.

    strict: nothing of a file with an error. Killed midway, a file that has begun to be taken is carried on by a worker.
    """
    run = receive(None, kind=FileKind.ORDERS, seller=seller, by=by, name=name or path.name)
    read(run, path)
    result = Result(run.name, errors=[row.error for row in run.lines.filter(outcome=RowOutcome.ERROR).order_by("pk")])
    wanted = run.good > 0 and not (strict and result.errors)
    with change(by):
        (confirm if wanted else discard)(run=run, by=by)
        if wanted:
            # In the same transaction, so that no worker begins as well.
            hold(run)
    if wanted:
        take_pieces(run)
        result.taken = _taken(run)
    return result


def _taken(run: FileImport) -> Taken:
    created, updated, unchanged = (run.counts.get(name, 0) for name in COUNTED)
    kept = run.lines.filter(outcome=RowOutcome.KEPT).order_by("line")
    return Taken(created, updated, unchanged, list(kept.values_list("line", flat=True)))
