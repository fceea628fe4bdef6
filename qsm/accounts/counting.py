"""Counters: how many of an actor's rows meet each of several conditions; those of a whole page in one query.

Such a query reads alike for all actors of a side and all day long: it is written once a day, with places for the actor's
ids (see `qsm.lib.written`). Numbers are never kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.models import BigIntegerField, Count, Q, QuerySet, Value

from qsm.accounts.access import Actor, Party
from qsm.lib import clock
from qsm.lib.written import Given, filled


@dataclass(frozen=True)
class Counters:
    """Numbers by name.

    rows     from an actor to the rows that are looked at
    groups   the condition of each number; made anew when a day begins in Tokyo, and by nothing else that changes
    at_most  each number is looked for by itself and counted no further than to one more than this; None: all are
             counted in one pass over the rows, which must be few: what is open
    """

    rows: Callable[[Actor], QuerySet[Any]]
    groups: Callable[[], Mapping[str, Q]]
    at_most: int | None = None

    def query(self, actor: Actor) -> tuple[str, tuple[Any, ...]]:
        """A query of one row, a column for each group."""
        rows, groups = self.rows(actor).order_by(), self.groups()
        if self.at_most is None:
            counts = {name: Count("pk", filter=condition) for name, condition in groups.items()}
            one_row = rows.annotate(one_group=Value(1)).values("one_group").annotate(**counts).values_list(*counts)
            return one_row.query.sql_with_params()
        parts = [
            rows.filter(group).values("pk")[: self.at_most + 1].query.sql_with_params() for group in groups.values()
        ]
        counted = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS part)" for sql, _params in parts)  # nosec B608
        return f"SELECT {counted}", tuple(value for _sql, params in parts for value in params)


def count(actor: Actor, *counters: Counters) -> list[dict[str, int]]:
    """The numbers of all these counters for one actor, in one query."""
    written = _written(counters, actor.party, clock.today())
    with connection.cursor() as cursor:
        cursor.execute(written.sql, filled(written.params, {"user_id": actor.user_id, "seller_id": actor.seller_id}))
        numbers = iter(cursor.fetchone())
    return [dict(zip(names, numbers, strict=False)) for names in written.names]


class _Written(NamedTuple):
    names: list[tuple[str, ...]]
    sql: str
    params: list[Any]


@lru_cache(maxsize=64)
def _written(counters: tuple[Counters, ...], party: Party, _day: date) -> _Written:
    """The query of these counters for any actor of a side on one day."""
    user, seller = (cast("int", Given(name, BigIntegerField())) for name in ("user_id", "seller_id"))
    somebody = Actor(party, user_id=user, seller_id=seller)
    queries = [each.query(somebody) for each in counters]
    tables = ", ".join(f"({sql}) AS counters{place}" for place, (sql, _params) in enumerate(queries))
    params = [value for _sql, values in queries for value in values]
    return _Written([tuple(each.groups()) for each in counters], f"SELECT * FROM {tables}", params)  # nosec B608
