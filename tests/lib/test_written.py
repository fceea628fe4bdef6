"""Queries that are written once, and answered anew each time."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, DateTimeField, QuerySet
from django.test.utils import CaptureQueriesContext

from qsm.lib.written import written
from tests.lib.grid_things import START, Thing, make, tables_made

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def things(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), tables_made():
        yield


@written(shop=BigIntegerField(), since=DateTimeField())
def made(*, shop: int, since: datetime) -> QuerySet[Thing, tuple[int, datetime]]:
    return Thing.objects.filter(shop=shop, made_at__gte=since).order_by("pk").values_list("number", "made_at")[:2]


def test_each_time_it_is_asked_with_other_values() -> None:
    make(3)
    make(1, shop=2)
    assert made(shop=1, since=START) == [(1, START), (2, START + timedelta(days=1))]
    assert made(shop=2, since=START) == [(1, START)]
    assert made(shop=1, since=START + timedelta(days=2)) == [(3, START + timedelta(days=2))]
    assert made(shop=None, since=START) == []


def test_no_answer_is_kept() -> None:
    assert made(shop=1, since=START) == []
    make(1)
    with CaptureQueriesContext(connection) as queries:
        assert len(made(shop=1, since=START)) == 1
    assert len(queries) == 1
