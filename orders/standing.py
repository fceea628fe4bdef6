"""A shop's standing as far as its dispatches go: the dispatch rate and what follows from it (R-O8)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.db.models import BigIntegerField, Count, DateTimeField, F, Q, QuerySet, Sum

from orders.models import Order, Restriction
from qsm.accounts.access import Actor, Party
from qsm.lib import clock
from qsm.lib.written import written

STANDING_DAYS = 90
LATE_SHOWN = 50


def judged(actor: Actor, seller_id: int, at: datetime | None = None) -> QuerySet[Order]:
    """Ordinary orders of a shop whose four business days ended within the 90 days until `at` (UTC; now if not given).

    Not those that a claim froze before the end of those days: they go on when it has ended, or were canceled (R-O3).
    """
    moment = at or clock.now()
    since = clock.start_of(clock.after(clock.day_of(moment), 1 - STANDING_DAYS))
    rows = Order.objects.for_actor(actor).filter(seller_id=seller_id, dispatch_by__gte=since, dispatch_by__lte=moment)
    return rows.exclude(shipped_at__isnull=True, held_by__isnull=False, held_at__lt=F("dispatch_by"))


@dataclass(frozen=True, slots=True)
class Dispatches:
    """Of `judged` orders, how many left in time; the points for those that did not (0 or less)."""

    judged: int
    in_time: int
    points: int

    @property
    def rate(self) -> Decimal | None:
        """The dispatch rate in per cent, to one decimal rounded down; None without orders."""
        return percent(self.in_time, self.judged)


def dispatches(actor: Actor, seller_id: int, at: datetime | None = None) -> Dispatches:
    """How a shop dispatched: how many of the judged orders left within four business days (R-O8).

    at: the moment that it is asked about, in UTC; now if not given. Whoever asks later about a moment gets the same rate.
    The sources do not say how the marketplace counts its rate; this is ours.
    """
    in_time = Count("pk", filter=Q(shipped_at__lt=F("dispatch_by")))
    figures = judged(actor, seller_id, at).aggregate(
        judged=Count("pk"), in_time=in_time, points=Sum("late_points", default=0)
    )
    return Dispatches(**figures)


def late_orders(actor: Actor, seller_id: int) -> QuerySet[Order]:
    """The orders that cost points, the newest first, at most 50."""
    return judged(actor, seller_id).filter(late_points__lt=0).order_by("-dispatch_by", "-pk")[:LATE_SHOWN]


def percent(part: int, whole: int) -> Decimal | None:
    """Per cent to one decimal, rounded down; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_DOWN) if whole else None


def restriction(actor: Actor, seller_id: int) -> Restriction | None:
    """The sales restriction that holds now, if one does: it lifts itself (R-O8)."""
    found = _restrictions(seller=seller_id, now=clock.now())
    return Restriction.objects.for_actor(actor).filter(pk=found[0][0]).first() if found else None


@written(seller=BigIntegerField(), now=DateTimeField())
def _restrictions(*, seller: int, now: datetime) -> QuerySet[Restriction, tuple[int]]:
    rows = Restriction.objects.for_actor(Actor(Party.SELLER, seller_id=seller))
    return rows.filter(started_at__lte=now, ends_at__gt=now).order_by("-ends_at").values_list("pk")
