"""The grid of the inquiry page (R-B6)."""

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models import Thread
from messaging.states import Kind, State, category_label
from messaging.texts import from_side, sender, to_side
from qsm.lib.grid import (
    Chip,
    ChipColumn,
    Column,
    DateTimeColumn,
    DaysFilter,
    FilterSet,
    Grid,
    NumbersFilter,
    RowLinkColumn,
)

TONES = {State.UNANSWERED: "turn", State.IN_PROGRESS: "", State.ANSWERED: "ok"}


def state_chip(state: str) -> Chip:
    """Whether somebody waits, at a glance."""
    return Chip(str(State(state).label), TONES[State(state)])


def kind_text(kind: str) -> str:
    """The type in the reader's language."""
    return str(Kind(kind).label)


class ThreadTable(tables.Table):
    """One conversation a row: what the asking side wrote last."""

    asked_at = DateTimeColumn(verbose_name=_("Sent at"))
    kind = Column(verbose_name=_("Type"), cell=kind_text)
    state = ChipColumn(verbose_name=_("State"), cell=state_chip)
    sender = Column(verbose_name=_("Sender"), fields=("kind", "buyer__name", "seller__name"), cell=sender)
    side = Column(verbose_name=pgettext_lazy("message", "From"), fields=("kind",), cell=from_side)
    other = Column(verbose_name=pgettext_lazy("message", "To"), fields=("kind",), cell=to_side)
    category = Column(verbose_name=_("Category"), fields=("kind", "category"), cell=category_label)
    title = RowLinkColumn(verbose_name=pgettext_lazy("message", "Title"))
    product = Column(verbose_name=_("Product name"), fields=("order__product_name",))
    number = Column(verbose_name=_("Order number"), fields=("order__number",))


class ThreadFilter(FilterSet):
    """By days, type, state, order numbers; by one customer or one product, where a group leads here."""

    asked_at = DaysFilter(field_name="asked_at", label=_("Sent at"))
    kind = django_filters.ChoiceFilter(label=_("Type"), choices=Kind.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices, empty_label=_("All"))
    number = NumbersFilter(label=_("Order number"), method="of_orders")
    buyer = django_filters.NumberFilter(field_name="buyer", max_value=2**63 - 1, min_value=1, widget=forms.HiddenInput)
    product = django_filters.CharFilter(field_name="order__product_code", label=_("Product code"), max_length=40)

    class Meta:
        model = Thread
        fields = ()

    def of_orders(self, rows: QuerySet[Thread], _name: str, numbers: list[str]) -> QuerySet[Thread]:
        """Conversations about orders with these numbers; a number's index begins with the shop."""
        return rows.filter(order__seller=F("seller"), order__number__in=numbers)


THREADS = Grid(
    table=ThreadTable,
    filterset=ThreadFilter,
    orders={"asked_at": "asked_at"},
    order="-asked_at",
    row_url="messaging:thread",
    row_label="title",
)
