"""The life of a file that a shop brings in: read into pieces, looked at, taken whole or thrown away (decision 0010).

Nothing of a file is taken before somebody has seen what would become of it. Then it is taken piece by piece, so that
other writers go on; a piece and the mark that it is done are one transaction, so that a file whose worker was killed
midway is carried on from there, exactly once, by the next sweep.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.file_actions import SHIP_DATES, TRACKING
from orders.file_orders import OrderFiles
from orders.file_staging import LEASE, Kind, LeaseLost, Plain, Said, actor_of, count, hold, let_others_write, note
from orders.file_states import FileKind, FileStage, RowOutcome
from orders.models import FileImport, StagedPiece
from qsm.accounts.access import SYSTEM, Actor
from qsm.accounts.models import Seller
from qsm.events.door import must_be_open
from qsm.lib import clock
from qsm.lib.files import Error, parse_in_child
from qsm.lib.machine import Refused

KINDS: dict[str, Kind] = {FileKind.ORDERS: OrderFiles(), FileKind.TRACKING: TRACKING, FileKind.SHIP_DATES: SHIP_DATES}
ROWS_AT_ONCE = 1000
# One sweep takes no more, for the worker has other things to do as well; the next one goes on.
LONGEST_SWEEP = 5.0
# A file at which the worker dies each time is not read for ever.
MOST_TRIES = 5
KEPT_UNDECIDED, KEPT = timedelta(days=7), timedelta(days=90)


def receive(
    upload: File | None, *, kind: FileKind, seller: Seller, by: Actor, name: str = "", carrier: str = ""
) -> FileImport:
    """Keep a file until a worker reads it; without an upload whoever calls reads it, see `read`.

    carrier: for tracking numbers, that of the rows that name none.
    """
    run = FileImport(seller=seller, user_id=by.user_id, kind=kind, carrier=carrier, made_at=clock.now())
    run.name = (name or (upload and upload.name) or "")[-200:]
    if upload:
        run.file.save("orders", upload, save=False)
    run.save()
    return run


def confirm(*, run: FileImport, by: Actor) -> None:
    """Take the file as it was looked at: from now on it is taken whole, by whoever sweeps. Twice does no more.

    Raises Refused `file.nothing_to_take` when no row is good, `file.gone` for one that was thrown away.
    """
    must_be_open()
    if not run.good:
        raise Refused("file.nothing_to_take", _("No row of this file can be taken. Mend it and send it again."))
    errors = {name: number for name, number in run.counts.items() if name == RowOutcome.ERROR}
    mine = FileImport.objects.for_actor(by).filter(pk=run.pk)
    if mine.filter(stage=FileStage.READ).update(stage=FileStage.TAKING, counts=errors, leased_until=None):
        # What was foreseen gives way to what becomes of it.
        run.lines.filter(piece__isnull=False).delete()
        run.stage, run.counts = FileStage.TAKING, errors
    elif mine.filter(stage=FileStage.DISCARDED).exists():
        raise Refused("file.gone", _("This file was thrown away in the meantime. Send it again to take it."))


def discard(*, run: FileImport, by: Actor) -> None:
    """Throw a file away that has not been taken. Raises Refused `file.taken` for one that has."""
    must_be_open()
    mine = FileImport.objects.for_actor(by).filter(pk=run.pk)
    if mine.filter(stage__in=[FileStage.WAITING, FileStage.READ]).update(
        stage=FileStage.DISCARDED, ended_at=clock.now()
    ):
        _forget_contents(run)
    elif not mine.filter(stage=FileStage.DISCARDED).exists():
        raise Refused("file.taken", _("This file has been taken already, so it cannot be thrown away any more."))


def sweep(seconds: float = LONGEST_SWEEP) -> None:
    """Read and take what waits, beginning nothing after so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and (run := _claimed()):
        with suppress(LeaseLost), clock.reading():
            if run.stage == FileStage.TAKING:
                take_pieces(run, until)
            else:
                _read_upload(run)


def forget() -> None:
    """Files that nobody decided on are thrown away; old ones are forgotten with what was said of their lines."""
    files = FileImport.objects.for_actor(SYSTEM)
    undecided = files.filter(stage__in=[FileStage.READ, FileStage.WAITING], made_at__lt=clock.now() - KEPT_UNDECIDED)
    for run in undecided:
        if undecided.filter(pk=run.pk).update(stage=FileStage.DISCARDED, ended_at=clock.now()):
            _forget_contents(run)
    files.filter(stage__in=[FileStage.DONE, FileStage.DISCARDED], made_at__lt=clock.now() - KEPT).delete()


def read(run: FileImport, path: Path) -> None:
    """Read the file at `path` into pieces, with what would become of each row now. Nothing is taken.

    Raises LeaseLost when the file was thrown away meanwhile.
    """
    kind = KINDS[run.kind]
    sheet = parse_in_child(path, kind.spec)
    run.encoding, run.columns, run.counts, run.good = sheet.encoding, sheet.names, {}, 0
    for place, found in enumerate(_pieces(kind.rows(sheet))):
        with transaction.atomic():
            hold(run)
            _stage(run, place, [row for row in found if not isinstance(row, Error)])
            _note_errors(run, [error for error in found if isinstance(error, Error)])
            _save(run)
        let_others_write()
    with transaction.atomic():
        hold(run)
        run.stage, run.leased_until = FileStage.READ, None
        _save(run)


def take_pieces(run: FileImport, until: float = float("inf")) -> None:
    """Take the pieces that are not done, in their order, beginning none after `until`. Raises LeaseLost."""
    by, kind = actor_of(run), KINDS[run.kind]
    waiting = run.pieces.filter(done=False).order_by("place")
    while time.monotonic() < until and by and (piece := waiting.first()):
        kind.take(run, piece, by)
        let_others_write()
    with transaction.atomic():
        hold(run)
        run.leased_until = None
        if by is None or not waiting.exists():
            # Who sent it may have left the shop: nobody takes the rest then.
            run.stage, run.ended_at = FileStage.DONE, clock.now()
            run.pieces.all().delete()
        _save(run)


def _claimed() -> FileImport | None:
    """A file that waits for a worker and now has this one."""
    now = clock.real()
    waiting = Q(stage=FileStage.TAKING) | (Q(stage=FileStage.WAITING) & ~Q(file=""))
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    with transaction.atomic(durable=True):
        files = FileImport.objects.for_actor(SYSTEM).filter(waiting, free)
        run = files.select_for_update(skip_locked=True).order_by("pk").first()
        if run:
            run.lease += 1
            run.leased_until = now + LEASE
            run.save(update_fields=["lease", "leased_until"])
    return run


def _read_upload(run: FileImport) -> None:
    """Read a kept upload from a copy on this machine, wherever the storage is; from its start, if another one was killed."""
    with transaction.atomic():
        hold(run)
        run.pieces.all().delete()
        run.lines.all().delete()
        if run.lease > MOST_TRIES:
            _note_errors(run, [Error("file_timeout")])
            run.stage = FileStage.READ
            _save(run)
            _forget_contents(run)
            return
    with NamedTemporaryFile(suffix=".upload") as copy, run.file.open() as upload:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        read(run, Path(copy.name))
    _forget_upload(run)


def _pieces(rows: Iterable[Plain | Error]) -> Iterator[list[Plain | Error]]:
    """Bad rows count like good ones: a file of nothing else is not kept in memory whole."""
    remaining = iter(rows)
    while piece := list(islice(remaining, ROWS_AT_ONCE)):
        yield piece


def _stage(run: FileImport, place: int, rows: list[Plain]) -> None:
    """Keep a piece of rows; those that can't be taken for what is known here are errors like those that can't be read."""
    if not rows:
        return
    said = KINDS[run.kind].foresee(rows, run)
    wrong = {one.line for one in said if one.outcome == RowOutcome.ERROR}
    good = [row for row in rows if row["line"] not in wrong]
    piece = StagedPiece.objects.create(file_import=run, place=place, text=json.dumps(good, ensure_ascii=False))
    run.good += len(good)
    note(run, (one for one in said if one.line not in wrong), piece)
    note(run, (one for one in said if one.line in wrong))
    count(run, said)


def _note_errors(run: FileImport, errors: Iterable[Error]) -> None:
    said = [Said.of(error) for error in errors]
    note(run, said)
    count(run, said)


def _save(run: FileImport) -> None:
    run.save(update_fields=["stage", "encoding", "columns", "counts", "good", "leased_until", "ended_at"])


def _forget_contents(run: FileImport) -> None:
    run.pieces.all().delete()
    _forget_upload(run)


def _forget_upload(run: FileImport) -> None:
    if run.file:
        run.file.delete(save=False)
        FileImport.objects.for_actor(SYSTEM).filter(pk=run.pk).update(file="")
