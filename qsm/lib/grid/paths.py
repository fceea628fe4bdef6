"""Paths such as `order__number` from the rows of a model to a column of the database."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db.models import Field, ForeignKey, Model
from django.db.models.constants import LOOKUP_SEP


@cache
def fields_along(model: type[Model], path: str) -> tuple[Field[Any, Any], ...]:
    """The fields that a path goes through.

    Raises ImproperlyConfigured when a step isn't a column: only columns can be indexed.
    """
    steps: list[Field[Any, Any]] = []
    for name in path.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise ImproperlyConfigured(f"no column at {path}: {error}") from None
        if not isinstance(field, Field):
            raise ImproperlyConfigured(f"no column at {path}: {name} of {model.__name__} is not one")
        steps.append(field)
        if isinstance(field, ForeignKey):
            model = cast("type[Model]", field.related_model)
    return tuple(steps)


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """The column at the end of a path. Raises ImproperlyConfigured like `fields_along`."""
    return fields_along(model, path)[-1]


def nullable(model: type[Model], path: str) -> bool:
    """Whether the value at the end of a path may be missing. Raises ImproperlyConfigured like `fields_along`."""
    return any(field.null for field in fields_along(model, path))
