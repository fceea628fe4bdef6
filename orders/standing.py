"""A shop's standing as far as its dispatches go: the dispatch rate and what follows from it (R-O8)."""

from decimal import ROUND_DOWN, Decimal

from django.db.models import Count, F, Q, QuerySet

from orders.models import Order, Restriction
from orders.states import OrderState
from qsm.accounts.access import Actor
from qsm.lib import clock

STANDING_DAYS = 90


def judged(actor: Actor, seller_id: int) -> QuerySet[Order]:
    """Ordinary orders of a shop whose four business days ended within the last 90 days, and that were not canceled."""
    since = clock.start_of(clock.after(clock.today(), 1 - STANDING_DAYS))
    rows = Order.objects.for_actor(actor).filter(seller_id=seller_id, dispatch_by__gte=since)
    return rows.filter(dispatch_by__lte=clock.now()).exclude(state=OrderState.CANCELED)


def dispatch_rate(actor: Actor, seller_id: int) -> Decimal | None:
    """Per cent, to one decimal rounded down, of the judged orders that left within four business days; None for none.

    The sources do not say how the marketplace counts; this is ours.
    """
    in_time = Count("pk", filter=Q(shipped_at__lt=F("dispatch_by")))
    counts = judged(actor, seller_id).aggregate(all=Count("pk"), in_time=in_time)
    return percent(counts["in_time"], counts["all"])


def percent(part: int, whole: int) -> Decimal | None:
    """Per cent to one decimal, rounded down; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_DOWN) if whole else None


def restriction(actor: Actor, seller_id: int) -> Restriction | None:
    """The sales restriction that holds now, if one does: it lifts itself (R-O8)."""
    rows = Restriction.objects.for_actor(actor).filter(seller_id=seller_id, ends_at__gt=clock.now())
    return rows.filter(started_at__lte=clock.now()).order_by("-ends_at").first()
