"""Read side of products: the groups that the main page counts, and how a product's state reads (R-P1).

The rule's seven words, as we read them (docs/decisions): *sale ended* is what the shop stopped itself, *ended* what ran out
of its period. Stock and last day warn only of what is sold now.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from orders.models import Product, SaleState
from qsm.accounts.counting import Counters
from qsm.lib import clock
from qsm.lib.grid import Chip

LOW_STOCK = 10
ENDING_DAYS = 7
# Names of the groups as addresses carry them, in the order of the card.
GROUPS = (
    ("on_sale", pgettext_lazy("product", "On sale")),
    ("low_stock", gettext_lazy("Stock of 10 or less")),
    ("sold_out", pgettext_lazy("product", "Sold out")),
    ("stopped", pgettext_lazy("product", "Sale ended")),
    ("ending", gettext_lazy("Ending within 7 days")),
    ("over", pgettext_lazy("product", "Period over")),
    ("awaiting", gettext_lazy("Awaiting approval")),
)


def conditions() -> dict[str, Q]:
    """The groups by name, today."""
    today = clock.today()
    begun = Q(on_sale_from__isnull=True) | Q(on_sale_from__lte=today)
    not_over = Q(on_sale_until__isnull=True) | Q(on_sale_until__gte=today)
    offered = Q(state=SaleState.ON_SALE) & begun & not_over
    on_sale = offered & Q(stock__gt=0)
    return {
        "on_sale": on_sale,
        "low_stock": on_sale & Q(stock__lte=LOW_STOCK),
        "sold_out": offered & Q(stock=0),
        "stopped": Q(state=SaleState.STOPPED),
        "ending": on_sale & Q(on_sale_until__lte=clock.last_day(today, ENDING_DAYS)),
        "over": Q(state=SaleState.ON_SALE, on_sale_until__lt=today),
        "awaiting": Q(state=SaleState.AWAITING_APPROVAL),
    }


# How many products are in each group. A product may be in several: low stock and ending are on sale too.
COUNTERS = Counters(Product.objects.for_actor, conditions)


def sale_chip(state: str, stock: int, on_sale_from: date | None, on_sale_until: date | None) -> Chip:
    """The state as the list says it: what the shop set, or what stock and period have made of it."""
    today = clock.today()
    if state != SaleState.ON_SALE:
        return Chip(str(SaleState(state).label), "turn" if state == SaleState.AWAITING_APPROVAL else "")
    if on_sale_until and on_sale_until < today:
        return Chip(pgettext("product", "Period over"))
    if on_sale_from and on_sale_from > today:
        return Chip(_("Not yet on sale"))
    return Chip(str(SaleState.ON_SALE.label), "ok") if stock else Chip(pgettext("product", "Sold out"), "late")
