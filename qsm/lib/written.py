"""Queries that are written once: only values differ from one time to the next.

To write a query takes Django longer than it takes the database to answer one for a row or a number. What a page asks for each
time it is opened is written once per process, with places for the values. Answers are never kept.
"""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """The place of a value that is given by its name when the query runs."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return "%s", [self]


def filled(params: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    """The parameters of a query with the values at their places, as the driver takes them."""
    return [
        param.output_field.get_db_prep_value(values[param.name], connection) if isinstance(param, Given) else param
        for param in params
    ]


def written(**fields: "Field[Any, Any]") -> Callable[[Callable[..., QuerySet[Any, Any]]], Callable[..., list[Any]]]:
    """Turns a function from values to a `values_list` into one from values to its rows, whose query is written once.

    fields: of the function's arguments, which it is called with by name; it may do nothing with them but filter by them.
    """

    def decorate(rows: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
        @cache
        def query() -> tuple[SQLCompiler, str, tuple[Any, ...]]:
            given = rows(**{name: Given(name, field) for name, field in fields.items()})
            compiler = given.query.get_compiler(connection=connection)
            return compiler, *compiler.as_sql()

        @wraps(rows)
        def read(**values: Any) -> list[Any]:
            compiler, sql, params = query()
            with connection.cursor() as cursor:
                cursor.execute(sql, filled(params, values))
                return list(compiler.results_iter([cursor.fetchall()], tuple_expected=True))

        return read

    return decorate
