"""What the database says of a story, and what no sequence of deeds may lead to: claims, money, history."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, F

from claims.models import Claim, Penalty
from claims.states import ENDED
from messaging.models import Thread
from orders.models import Order, Refund
from qsm.events.invariants import violations
from qsm.events.models import Event

# Whose event it is: the last of these that it names.
SUBJECTS: dict[str, Any] = {
    "order_id": Order,
    "claim_id": Claim,
    "refund_id": Refund,
    "penalty_id": Penalty,
    "thread_id": Thread,
}
Subject = tuple[str, int]


def stands(order_ids: list[int]) -> dict[int, Any]:
    """Where these orders stand, in the words of `Tale.stands`."""
    orders = Order.unscoped.in_bulk(order_ids)
    claims: dict[int, list[Claim]] = {pk: [] for pk in orders}
    for claim in Claim.unscoped.filter(order_id__in=orders).order_by("pk"):
        claims[claim.order_id].append(claim)
    given_back = {row.claim_id: row for row in Refund.unscoped.filter(order_id__in=orders)}
    places = {claim.pk: place for of_one in claims.values() for place, claim in enumerate(of_one)}
    penalties = list(Penalty.unscoped.filter(order_id__in=orders).order_by("pk"))
    return {
        pk: (
            order.state,
            marks_of(order),
            order.refunded_yen,
            [claim_stands(claim, given_back.get(claim.pk)) for claim in claims[pk]],
            [[places[row.claim_id], row.kind, row.state] for row in penalties if row.order_id == pk],
        )
        for pk, order in orders.items()
    }


def marks_of(order: Order) -> tuple[Any, ...]:
    is_held = order.held_by is not None
    return order.cancel_barred, bool(order.cancel_blocked), is_held, order.is_delayed, order.ship_today_until


def claim_stands(claim: Claim, back: Refund | None) -> tuple[Any, ...]:
    how = (back.way, back.yen, back.fee_yen, back.state) if back else None
    return claim.kind, claim.raised_by, claim.fault, claim.state, how


def broken() -> list[str]:
    """Everything that does not hold; what production asks every hour is a part of it (R-M2)."""
    return [*of_claims(), *violations(), *of_history()]


def of_claims() -> list[str]:
    """At most one open claim per order, which holds the order; one refund per claim (R-A4, R-M1)."""
    waiting = Claim.unscoped.exclude(state__in=ENDED)
    several = waiting.values("order_id").annotate(count=Count("pk")).filter(count__gt=1)
    loose = waiting.exclude(order__held_by=F("pk"))
    held = Order.unscoped.filter(held_by__isnull=False).exclude(held_by__in=waiting.values("pk"))
    twice = Refund.unscoped.values("claim_id").annotate(count=Count("pk")).filter(count__gt=1)
    found = {
        "several open claims": several,
        "an open claim that holds nothing": loose,
        "held by no open claim": held,
        "several refunds of a claim": twice,
    }
    return [name for name, rows in found.items() if rows.exists()]


def of_history() -> list[str]:
    """From the first event to the last: no gap, each comes from where the last one led, and they end where it stands."""
    history = History()
    found = history.read()
    for (name, pk), state in history.stands.items():
        if (now := SUBJECTS[name].unscoped.get(pk=pk).state) != state:
            found.append(f"{name} {pk} is {now}, its history says {state}")
    return found


class History:
    """The events folded, as far as they have been read (R-A3): `stands` says where each subject is by them."""

    def __init__(self) -> None:
        self.last = 0
        self.stands: dict[Subject, str] = {}
        self.seqs: dict[int | None, int] = defaultdict(int)

    def read(self) -> list[str]:
        """Read on; what is wrong with the events that are new."""
        found = []
        for event in Event.unscoped.filter(pk__gt=self.last).order_by("pk"):
            self.last = event.pk
            self.seqs[event.order_id] += 1
            if event.seq != self.seqs[event.order_id]:
                found.append(f"{event} should be number {self.seqs[event.order_id]}")
            name = next(name for name in reversed(SUBJECTS) if getattr(event, name))
            subject = (name, getattr(event, name))
            if event.from_state != (before := self.stands.get(subject, event.from_state)):
                found.append(f"{event} comes from {event.from_state}, but it was {before}")
            self.stands[subject] = event.to_state
        return found
