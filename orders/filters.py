"""What the delivery page is searched by (R-P2)."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Order
from orders.queries import GROUPS, conditions
from orders.states import DeliveryMethod
from qsm.lib import clock
from qsm.lib.grid import FilterSet, NumbersFilter
from qsm.lib.grid.filters import DayField

# Which date a period is about; the first is meant when nothing is chosen.
PERIODS = {
    "ordered_at": _("Ordered on"),
    "paid_at": _("Paid on"),
    "shipped_at": _("Shipped on"),
    "delivered_at": _("Delivered on"),
    "ship_date": _("Expected ship date"),
}
TYPES = (("ordinary", _("Ordinary order")), ("preorder", _("Preorder")))
# A further condition: numbers and codes are compared whole, names and texts by a part of them.
EXACT = {
    "cart__number": _("Cart number"),
    "tracking_number": _("Tracking number"),
    "product_code": _("Product code"),
    "seller_product_code": _("Seller's product code"),
}
PART = {
    "product_name": _("Product name"),
    "buyer__name": _("Buyer"),
    "recipient_name": _("Recipient"),
}
HOURS = [(hour, f"{hour:02}") for hour in range(24)]
MOST_WORDS = 1000


class Day(django_filters.Filter):
    """A day, which the filter set itself applies together with the others of the period."""

    field_class = DayField

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def filter(self, rows: QuerySet[Order], _day: date | None) -> QuerySet[Order]:
        """Nothing by itself."""
        return rows


class Choice(django_filters.ChoiceFilter):
    """A choice that only says how another filter is meant."""

    def filter(self, rows: QuerySet[Order], _value: str) -> QuerySet[Order]:
        """Nothing by itself."""
        return rows


class Words(django_filters.CharFilter):
    """Many words, a line each; commas separate too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 1}), max_length=20_000, **options)

    def filter(self, rows: QuerySet[Order], _value: str) -> QuerySet[Order]:
        """Nothing by itself."""
        return rows


class OrderFilter(FilterSet):
    """By period, type, method, state, many order numbers, and one more condition."""

    period = Choice(label=_("Period"), choices=list(PERIODS.items()), empty_label=None)
    since = Day(label=pgettext_lazy("period", "From"))
    since_hour = Choice(label=pgettext_lazy("period", "From hour"), choices=HOURS, empty_label="–")
    until = Day(label=pgettext_lazy("period", "To"))
    until_hour = Choice(label=pgettext_lazy("period", "To hour"), choices=HOURS, empty_label="–")
    type = django_filters.ChoiceFilter(label=_("Order type"), choices=TYPES, method="of_type", empty_label=_("All"))
    method = django_filters.ChoiceFilter(
        label=_("Delivery method"), field_name="delivery_method", choices=DeliveryMethod.choices, empty_label=_("All")
    )
    state = django_filters.ChoiceFilter(
        label=_("Delivery state"), choices=GROUPS, method="in_group", empty_label=_("All")
    )
    number = NumbersFilter(field_name="number", label=_("Order number"))
    by = Choice(label=_("Further condition"), choices=list((EXACT | PART).items()), empty_label="–")
    words = Words(label=_("Values, a line each"))

    class Meta:
        model = Order
        fields = ()

    def of_type(self, rows: QuerySet[Order], _name: str, kind: str) -> QuerySet[Order]:
        """Ordinary orders or preorders (R-O5)."""
        return rows.filter(is_preorder=kind == "preorder")

    def in_group(self, rows: QuerySet[Order], _name: str, group: str) -> QuerySet[Order]:
        """The rows of one group of the delivery page."""
        return rows.filter(conditions()[group])

    def filter_queryset(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        """What the single filters leave, within the period and the further condition."""
        asked = self.form.cleaned_data
        return super().filter_queryset(rows).filter(period(asked), further(asked["by"], asked["words"]))


def period(asked: dict[str, Any]) -> Q:
    """From a day and hour to a day and hour in Tokyo, both included (R-T1); dates have no hours."""
    name = asked["period"] or next(iter(PERIODS))
    since, until = asked["since"], asked["until"]
    if name == "ship_date":
        return _between(name, since, until and clock.after(until, 1))
    return _between(
        name,
        since and clock.start_of(since) + timedelta(hours=int(asked["since_hour"] or 0)),
        until and clock.start_of(until) + timedelta(hours=int(asked["until_hour"] or 23) + 1),
    )


def _between(name: str, since: date | datetime | None, before: date | datetime | None) -> Q:
    return Q(*([(f"{name}__gte", since)] if since else []), *([(f"{name}__lt", before)] if before else []))


def further(name: str, text: str) -> Q:
    """One of the values, whole for numbers and codes, a part for names."""
    values = [value for line in text.splitlines() if (value := line.strip())][:MOST_WORDS]
    if not name or not values:
        return Q()
    if name in EXACT:
        return Q((f"{name}__in", [word for value in values for word in value.replace(",", " ").split()]))
    return reduce(or_, [Q((f"{name}__icontains", value)) for value in values[:20]])
