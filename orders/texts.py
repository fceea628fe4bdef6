"""How days, moments and money read, in the reader's language; moments in Tokyo (R-T1), money in whole yen (R-M2)."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders.models import Order, Refund
from qsm.lib import clock


def yen(amount: int) -> str:
    """Whole yen as people write them."""
    return f"¥{amount:,}"


def day_text(day: date | None) -> str:
    """A day, or nothing."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def moment_text(moment: datetime | None) -> str:
    """A moment to the minute, or nothing."""
    return f"{day_text(clock.day_of(moment))} {moment.astimezone(clock.JST):%H:%M}" if moment else ""


def buyer_facts(order: Order) -> list[str]:
    """What a buyer needs to recognize an order by, in a line."""
    shown = [
        _("Order number %(number)s") % {"number": order.number},
        day_text(clock.day_of(order.ordered_at)),
    ]
    shown += [yen(order.total_yen), order.seller.name]
    return [*shown, _("expected to ship %(day)s") % {"day": day_text(order.ship_date)}] if order.ship_date else shown


def refund_text(refund: Refund | None) -> str:
    """How far a refund is; of a settled one its way too, which an operator may have changed (R-M1)."""
    if refund is None:
        return ""
    state = str(refund.get_state_display())
    return f"{state} · {refund.get_way_display()}" if refund.is_done else state
