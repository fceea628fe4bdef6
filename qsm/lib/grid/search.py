"""What all search forms of one kind share: their filters, their fields, and how a field looks.

django-filter and Django make all of it anew for each list that somebody opens, which costs more than the list itself.
"""

from copy import copy
from functools import cache
from typing import Any, ClassVar

import django_filters
from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class SearchField(BoundField):
    """A field that is drawn once in each language for each way that it can look: empty, or with one of its choices.

    What people type is drawn each time, and kept nowhere; so are several choices together, of which there are too many.
    """

    drawn: ClassVar[dict[tuple[Any, ...], SafeString]] = {}

    def as_field_group(self) -> SafeString:
        """Label, errors and field."""
        value = self.value() or ""
        is_empty = not any(value)
        is_one_choice = isinstance(self.field, forms.ChoiceField) and isinstance(value, str)
        if self.errors or not (is_empty or is_one_choice):
            return super().as_field_group()
        key = (type(self.form), self.name, get_language(), "" if is_empty else value)
        if key not in self.drawn:
            self.drawn[key] = super().as_field_group()
        return self.drawn[key]


class SearchForm(forms.Form):
    """The form of a filter set."""

    bound_field_class = SearchField


class Filters(dict[str, django_filters.Filter]):
    """Filters of a filter set, which are copied for each list: only whom they belong to differs."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, django_filters.Filter]:
        return {name: _copied(filter_) for name, filter_ in self.items()}


class Fields(dict[str, forms.Field]):
    """Fields that no form changes, and all share."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


@cache
def form_class(filterset: type[django_filters.FilterSet]) -> type[SearchForm]:
    """The form of a filter set's filters."""
    form: type[SearchForm] = type(f"{filterset.__name__}Form", (SearchForm,), {})
    form.base_fields = Fields((name, filter_.field) for name, filter_ in filterset.base_filters.items())
    return form


def _copied(filter_: django_filters.Filter) -> django_filters.Filter:
    own = copy(filter_)
    own.method = filter_.method  # is looked for in the filter set that it belongs to
    return own
