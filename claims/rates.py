"""How often a shop's orders end in a cancel or a claim (R-O8).

Over orders paid in the last 90 days. A cancel within 6 hours of the order does not count; what is the buyer's fault is
shown apart. What was rejected, withdrawn or turned into another claim is none. The 90 days and the 6 hours are the
rules'; the rest of the counting is ours.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, F, Q

from claims.models import Claim
from claims.states import Fault, Kind, State
from orders.models import Order
from orders.standing import STANDING_DAYS, percent
from qsm.accounts.access import Actor
from qsm.lib import clock

NOT_COUNTED_WITHIN = timedelta(hours=6)
CAME_TO_NOTHING = (State.REJECTED, State.WITHDRAWN, State.CONVERTED)
# A cancel counts from the moment at which it goes through.
CANCELED = (State.REFUNDING, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Rate:
    """Of `orders`, how many are laid to the shop, and how many to the buyer, which don't count."""

    orders: int
    shop: int
    buyer: int

    @property
    def percent(self) -> Decimal | None:
        """Per cent to one decimal, rounded down; None without orders."""
        return percent(self.shop, self.orders)


def rates(actor: Actor, seller_id: int) -> tuple[Rate, Rate]:
    """The cancel rate and the claim rate of a shop today, in two queries."""
    since = clock.start_of(clock.after(clock.today(), 1 - STANDING_DAYS))
    orders = Order.objects.for_actor(actor).filter(seller_id=seller_id, paid_at__gte=since).count()
    claims = Claim.objects.for_actor(actor).filter(seller_id=seller_id, order__paid_at__gte=since)
    late_enough = Q(requested_at__gt=F("order__ordered_at") + NOT_COUNTED_WITHIN)
    cancels = Q(kind=Kind.CANCEL, state__in=CANCELED) & late_enough
    others = ~Q(kind=Kind.CANCEL) & ~Q(state__in=CAME_TO_NOTHING)
    counts = claims.aggregate(
        **{
            f"{name}_{fault}": Count("order", filter=condition & Q(fault=fault), distinct=True)
            for name, condition in (("cancel", cancels), ("claim", others))
            for fault in (Fault.SELLER, Fault.BUYER)
        }
    )
    cancel, claim = (
        Rate(orders, counts[f"{name}_{Fault.SELLER}"], counts[f"{name}_{Fault.BUYER}"]) for name in ("cancel", "claim")
    )
    return cancel, claim
