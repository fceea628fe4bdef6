"""Filters that the page, its export and the API share."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from qsm.lib.grid.days import FIRST, LAST, since, until
from qsm.lib.grid.search import Filters, SearchForm, form_class

# Names in addresses that say which page of a list is meant, not which rows.
CONTROLS = {"order", "size", "cursor", "date", "ticked", "view"}
MOST_NUMBERS = 1000
# 18 digits always fit a 64-bit integer, so that no database is asked for a number that it can't hold.
MOST_DIGITS = 18


class FilterSet(django_filters.FilterSet):
    """A FilterSet that must be given the rows it filters: there is no "all rows" to fall back on (R-A1)."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, queryset: QuerySet[Model], **options: Any) -> None:
        if queryset is None:
            raise TypeError(f"{type(self).__name__} must be given a queryset")
        # Most pages ask for nothing, and an unbound form need not be checked.
        asked = data and not CONTROLS.issuperset(data)
        super().__init__(data if asked else None, queryset, **options)

    @classmethod
    def get_filters(cls) -> Filters:
        """Those that are declared."""
        return Filters(super().get_filters())

    def get_form_class(self) -> type[SearchForm]:
        """The form of the filters, the same for all of this class."""
        return form_class(type(self))  # type: ignore[arg-type]  # a class is hashable whatever mypy says

    def rows(self) -> QuerySet[Model]:
        """The rows that pass, and none at all when a filter can't be read: a slip must not widen a list."""
        if not self.is_bound:
            return self.queryset
        return self.qs if self.form.is_valid() else self.queryset.none()


class DayField(forms.DateField):
    """A day within the years that people can ask for."""

    def to_python(self, value: Any) -> date | None:
        """Raises ValidationError for what is no day, or out of reach."""
        day = super().to_python(value)
        if day and not FIRST <= day <= LAST:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return day


class DaysField(django_filters.fields.RangeField):
    """Two days, either of which may be left open."""

    widget = django_filters.widgets.DateRangeWidget(attrs={"type": "date"})

    def __init__(self, **options: Any) -> None:
        super().__init__(fields=(DayField(), DayField()), **options)


class DaysFilter(django_filters.Filter):
    """Rows from one day in Tokyo to another (R-T1), both included: `name_after` and `name_before` in addresses."""

    field_class = DaysField

    def filter(self, rows: QuerySet[Any], days: slice | None) -> QuerySet[Any]:
        if days and days.start:
            rows = rows.filter(since(self.model, self.field_name, days.start))
        if days and days.stop:
            rows = rows.filter(until(self.model, self.field_name, days.stop))
        return rows


class NumbersField(forms.Field):
    """Many numbers in one field, as people paste them: apart by spaces, commas or lines, of any width."""

    # One line high, but a text area: a browser takes the line ends out of what is pasted into an input.
    widget = forms.Textarea(attrs={"rows": 1})
    default_error_messages = {
        "not_a_number": _("“%(word)s” is not a number. Separate numbers by spaces, commas or lines."),
        "too_many": _("%(count)d numbers are too many. Search for at most %(most)d at once."),
    }

    def to_python(self, value: str | None) -> list[str]:
        """The numbers as strings of ASCII digits, each once, in the order given."""
        text = unicodedata.normalize("NFKC", value or "")
        words = list(dict.fromkeys(re.findall(r"[^\s,;、]+", text)))
        if bad := next((word for word in words if not is_number(word)), None):
            raise ValidationError(self.error_messages["not_a_number"], "not_a_number", {"word": bad[:40]})
        if len(words) > MOST_NUMBERS:
            params = {"count": len(words), "most": MOST_NUMBERS}
            raise ValidationError(self.error_messages["too_many"], "too_many", params)
        return words


class NumbersFilter(django_filters.Filter):
    """Rows whose number is one of those given; an empty field filters nothing."""

    field_class = NumbersField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, lookup_expr="in", **options)


def is_number(word: str) -> bool:
    """Whether a word is a number that any number column can be asked for."""
    return word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS
