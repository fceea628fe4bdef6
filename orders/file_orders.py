"""Order files as a kind of staged file (R-O6): one change per piece."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from orders import imports
from orders.file_order import OrderRow
from orders.file_rows import SPEC, rows_of
from orders.file_staging import Plain, Said, finish_piece, hold, note
from orders.models import FileImport, StagedPiece
from qsm.accounts.access import Actor
from qsm.events.door import change
from qsm.lib.files import Error, Sheet


class OrderFiles:
    """Detail files make and move orders; summaries, which lack what a new order needs, only move them."""

    spec = SPEC

    def rows(self, sheet: Sheet) -> Iterator[Plain | Error]:
        return rows_of(sheet)

    def foresee(self, rows: Sequence[Plain], run: FileImport) -> list[Said]:
        findings = imports.foresee([OrderRow.from_plain(row) for row in rows], seller=run.seller)
        return [_said(finding, run) for finding in findings]

    def take(self, run: FileImport, piece: StagedPiece, by: Actor) -> None:
        with change(by):
            hold(run)
            rows = [OrderRow.from_plain(row) for row in piece.rows]
            said = [_said(finding, run) for finding in imports.take(rows, seller=run.seller, by=by)]
            note(run, said, piece)
            finish_piece(run, piece, said)


def _said(finding: imports.Finding, run: FileImport) -> Said:
    said = Said(finding.row.line, finding.outcome, finding.row.number)
    return replace(said, code=finding.why, column=run.columns.get("number", "")) if finding.why else said
