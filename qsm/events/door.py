"""The one door around every change: one transaction, one idempotency record, one reading of the clock.

    with change(actor, key, body) as tx:
        reject(claim=…, seen=version, by=actor, …)
        tx.answer = {…}

Actions run inside, may call each other, and refuse to run outside. The order of a change is always the same: lock the
orders ascending by id, then the claims; compare the version that the person saw; ask the machine; move by a conditional
UPDATE; record the event with one delivery per consumer.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max

from qsm.accounts.access import Actor
from qsm.events import consumers
from qsm.events.models import Delivery, Event, Names, Submission
from qsm.lib import clock
from qsm.lib.inserting import insert_many
from qsm.lib.machine import Machine, Refused, Transition


class Conflict(Exception):
    """Somebody else was faster. `events`: what happened since the version that the person saw, oldest first (R-A4)."""

    code = "conflict"

    def __init__(self, subject: "Subject", events: list[Event], reader: Actor) -> None:
        super().__init__(f"{subject} is not as it was seen")
        self.subject = subject
        self.events = events
        self.reader = reader


class Replayed(Exception):
    """The same form was sent before and did its work: `answer` is what it answered then."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("sent before")
        self.answer = answer


class KeyReused(Exception):
    """The key of an earlier form came with other contents: nothing is done."""

    code = "key_reused"


@dataclass
class Tx:
    """The change that is open. `answer`: what a second sending of the same form shall be told, as plain JSON.

    `kept`: the savepoint behind the outcome of a deadline, which stays whatever becomes of the rest (R-T4).
    """

    actor: Actor
    answer: dict[str, Any] = field(default_factory=dict)
    kept: str | None = None


class Subject(Protocol):
    """A row with a life: an order, a claim, a conversation."""

    pk: Any
    state: str
    version: int

    @property
    def history(self) -> Names:
        """How its events name it."""


Row = TypeVar("Row", bound=models.Model)
_open: ContextVar[Tx | None] = ContextVar("open_change", default=None)


@contextmanager
def change(actor: Actor, key: str = "", body: Mapping[str, Any] | None = None) -> Iterator[Tx]:
    """The only durable transaction: everything in this block happens whole or not at all.

    key: what the form or request carries to be recognized when it is sent twice; body: what it says, to tell a repetition
    from another request under the same key. Raises Replayed and KeyReused; passes on Conflict and Refused, and then keeps
    nothing but the outcomes of deadlines that had passed (R-T4).
    """
    with clock.reading():
        problem = None
        with transaction.atomic(durable=True):
            submission = _remember(actor.user_id, key, body or {}) if key and actor.user_id else None
            tx = Tx(actor)
            token = _open.set(tx)
            try:
                yield tx
            except (Conflict, Refused) as refusal:
                if tx.kept is None:
                    raise
                transaction.savepoint_rollback(tx.kept)
                problem = refusal
            finally:
                _open.reset(token)
            if submission:
                _close(submission, tx, problem)
        if problem:
            raise problem


def keep() -> None:
    """What this change has done so far stays, even if the rest is refused: for the outcome of a deadline (R-T4)."""
    must_be_open().kept = transaction.savepoint()


def _close(submission: Submission, tx: Tx, problem: Exception | None) -> None:
    """A refused form did nothing, so it may be sent again under its key."""
    if problem:
        submission.delete()
    else:
        submission.answer = tx.answer
        submission.save(update_fields=["answer"])


def _remember(user_id: int, key: str, body: Mapping[str, Any]) -> Submission:
    fingerprint = _fingerprint(body)
    try:
        # A second sending waits here, on the unique index, until the first has committed.
        with transaction.atomic():
            return Submission.objects.create(user_id=user_id, key=key, fingerprint=fingerprint, made_at=clock.real())
    except IntegrityError:
        earlier = Submission.objects.get(user_id=user_id, key=key)
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    raise Replayed(earlier.answer or {})


def _fingerprint(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def sent_before(user_id: int, key: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a form answered that did its work; None when this one was not sent before, or the door was not for it."""
    sent = Submission.objects.filter(user_id=user_id, key=key, fingerprint=_fingerprint(body))
    return sent.values_list("answer", flat=True).first()


def must_be_open() -> Tx:
    """The change that is open. Raises RuntimeError outside: an action never runs on its own."""
    if tx := _open.get():
        return tx
    raise RuntimeError("an action runs inside `with change(actor, …)`, see qsm/events/door.py")


def lock(model: type[Row], *ids: int) -> list[Row]:
    """The rows with these ids, locked in ascending order until the change ends. (SQLite: BEGIN IMMEDIATE locks all.)"""
    must_be_open()
    rows = model.unscoped.select_for_update(of=("self",)).filter(pk__in=ids)  # type: ignore[attr-defined]
    return list(rows.order_by("pk"))


def unchanged(subject: Subject, seen: int) -> None:
    """Raises Conflict when the subject has another version than the one that the actor saw (R-A4)."""
    if subject.version != seen:
        raise _conflict(subject, seen)


def expect(subject: Subject, machine: Machine, action: str, *, by: Actor, seen: int) -> Transition:
    """The transition that `by` may take, before anything is looked at that the person entered.

    seen: the version on which the actor decided. Raises Conflict for another version, then Refused from the machine.
    """
    unchanged(subject, seen)
    return machine.check(subject, action, by.party)


def move(
    subject: Subject,
    machine: Machine,
    action: str,
    *,
    by: Actor,
    seen: int,
    data: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
    **columns: Any,
) -> Event:
    """Take `subject` through one transition of `machine`: the only place where a state changes.

    seen: the version on which the actor decided; data: codes and parameters for the event; occurred_at: for a deadline's
    outcome, in UTC; columns: what changes with the state. Raises Conflict for another version, Refused from the machine.
    """
    edge = expect(subject, machine, action, by=by, seen=seen)
    before, after = subject.state, edge.target_from(subject.state)
    changes = {**columns, "state": after, "version": seen + 1}
    rows = type(subject).unscoped.filter(pk=subject.pk, state=before, version=seen)  # type: ignore[attr-defined]
    if not rows.update(**changes):
        subject.refresh_from_db()  # type: ignore[attr-defined]
        raise _conflict(subject, seen)
    for name, value in changes.items():
        setattr(subject, name, value)
    return record(edge.event, subject, by=by, before=before, data=data, occurred_at=occurred_at)


def _conflict(subject: Subject, seen: int) -> Conflict:
    names = {"refund_id": None, "thread_id": None, "penalty_id": None, **subject.history}
    events = Event.unscoped.filter(**names, version__gt=seen).order_by("seq")
    return Conflict(subject, list(events), must_be_open().actor)


def record(
    name: str,
    subject: Subject,
    *,
    by: Actor,
    before: str = "",
    data: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Event:
    """Write the event `name` of a subject, and one delivery per consumer that wants it (R-A3, R-B9).

    The subject's order, if it has one, is locked.

    before: the state it came from, nothing for a birth; occurred_at: UTC, the moment that counts, now if not given.
    """
    must_be_open()
    moment = occurred_at or clock.now()
    columns = _columns(name, by, version=subject.version, seq=_next_seq(subject), moment=moment)
    event = Event(**columns, **subject.history, from_state=before, to_state=subject.state, data=dict(data or {}))
    event.save(force_insert=True)
    _hand_on([event.pk], name)
    return event


def _next_seq(subject: Subject) -> int:
    """The place of its next event in the order's history; what belongs to no order counts its own versions."""
    order_id = subject.history["order_id"]
    if order_id is None:
        return subject.version
    last = Event.unscoped.filter(order_id=order_id).aggregate(last=Max("seq"))["last"] or 0
    return int(last) + 1


def record_births(name: str, states: Mapping[int, str], *, seller_id: int, by: Actor) -> None:
    """Write the first event of many new orders of a shop at once (R-A3). states: by the order's id."""
    must_be_open()
    shared = _columns(name, by, version=1, seq=1, moment=clock.now()) | {"seller_id": seller_id}
    events = [{**shared, "order_id": order_id, "to_state": state} for order_id, state in states.items()]
    _hand_on(insert_many(Event, events), name)


def _columns(name: str, by: Actor, *, version: int, seq: int, moment: datetime) -> dict[str, Any]:
    """What an event has whatever it happened to."""
    return {
        "name": name,
        "version": version,
        "seq": seq,
        "party": by.party,
        "user_id": by.user_id,
        "occurred_at": moment,
        "recorded_at": clock.now(),
        "business_date": clock.day_of(moment),
    }


def _hand_on(event_ids: Sequence[int], name: str) -> None:
    """One delivery per event of this name, consumer and reader: the outbox."""
    due, wanting = clock.real(), list(consumers.wanting(name))
    Delivery.objects.bulk_create(
        Delivery(event_id=event_id, consumer=consumer, to=to, next_at=due)
        for event_id in event_ids
        for consumer, to in wanting
    )
