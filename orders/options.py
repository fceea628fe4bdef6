"""How a member likes the grids of the delivery page, tab by tab (R-P2)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import BigIntegerField, CharField, QuerySet
from django.utils.translation import gettext_lazy as _

from orders.grids import ORDERS, VIEWS
from orders.models import GridOptions
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import Member
from qsm.lib.grid import Column
from qsm.lib.written import written


@dataclass(frozen=True, slots=True)
class Options:
    """Columns in their order, the first order, and rows a page (0: as many as the grid shows by itself)."""

    columns: tuple[str, ...]
    order: str
    size: int = 0


def options_of(actor: Actor, view: str) -> Options:
    """What the member has chosen for a tab, else what the tab shows by itself."""
    own = VIEWS[view]
    saved = _saved(user=actor.user_id, seller=actor.seller_id, grid=_grid(view))
    if not saved:
        return Options(own.columns, own.order)
    [(chosen, order, size)] = saved
    columns = tuple(name for name in chosen if name in ORDERS.columns)
    return Options(columns or own.columns, order or own.order, size)


def save(actor: Actor, view: str, chosen: Options) -> None:
    """Keep what the member has chosen for a tab."""
    member = Member.objects.get(user_id=actor.user_id or 0, seller_id=actor.seller_id or 0)
    columns = {"columns": list(chosen.columns), "order": chosen.order, "size": chosen.size}
    _own(actor, view).update_or_create(member=member, grid=_grid(view), defaults=columns)


def forget(actor: Actor, view: str) -> None:
    """Let a tab look again as it does by itself."""
    _own(actor, view).delete()


@written(user=BigIntegerField(), seller=BigIntegerField(), grid=CharField())
def _saved(*, user: int, seller: int, grid: str) -> QuerySet[GridOptions, tuple[list[str], str, int]]:
    shop = Actor(Party.SELLER, seller_id=seller)
    return _of_member(shop, user, grid).values_list("columns", "order", "size")


def _own(actor: Actor, view: str) -> QuerySet[GridOptions]:
    return _of_member(actor, actor.user_id or 0, _grid(view))


def _of_member(shop: Actor, user_id: int, grid: str) -> QuerySet[GridOptions]:
    return GridOptions.objects.for_actor(shop).filter(member__user_id=user_id, grid=grid)


def _grid(view: str) -> str:
    return f"orders.{view}"


class OptionsForm(forms.Form):
    """A place for each column, empty where it is not shown; the first order; rows a page."""

    def __init__(self, data: Any = None, *, options: Options) -> None:
        first = {"order": options.order, "size": options.size or ORDERS.page_size}
        super().__init__(data, initial=first)
        sizes = [(size, str(size)) for size in ORDERS.page_sizes]
        self.fields["order"] = forms.ChoiceField(label=_("First order"), choices=_orders())
        self.fields["size"] = forms.TypedChoiceField(label=_("Rows a page"), choices=sizes, coerce=int)
        for name, column in ORDERS.columns.items():
            place = options.columns.index(name) + 1 if name in options.columns else None
            self.fields[f"place_{name}"] = _place(column, place)

    @property
    def places(self) -> list[Any]:
        """The fields of the columns, those that are shown first and in their order."""
        fields = [self[name] for name in self.fields if name.startswith("place_")]
        return sorted(fields, key=lambda field: (field.initial is None, field.initial or 0))

    @property
    def chosen(self) -> Options:
        """What a valid form says."""
        data = self.cleaned_data
        placed = [(data[f"place_{name}"], name) for name in ORDERS.columns if data[f"place_{name}"] is not None]
        return Options(tuple(name for _place, name in sorted(placed)), data["order"], data["size"])

    def clean(self) -> dict[str, Any]:
        """A grid shows one column at least."""
        data: dict[str, Any] = self.cleaned_data
        if not self.errors and not self.chosen.columns:
            raise forms.ValidationError(_("Give a place to one column at least."), "no_columns")
        return data


def _place(column: Column, place: int | None) -> forms.IntegerField:
    return forms.IntegerField(label=column.verbose_name, required=False, min_value=1, max_value=99, initial=place)


def _orders() -> list[tuple[str, str]]:
    pairs = [(name, str(ORDERS.columns[name].verbose_name)) for name in ORDERS.orders]
    return [(f"{sign}{name}", f"{label} {mark}") for name, label in pairs for sign, mark in (("-", "▼"), ("", "▲"))]
