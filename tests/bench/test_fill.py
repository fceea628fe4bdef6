"""The data of the bench fit the tables and their rules."""

import pytest
from django.db import connection

from claims.models import Claim
from orders.models import Order
from tests.bench.data import BIG, fill

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only]


def test_the_data_of_the_bench_keep_every_constraint():
    fill(10_000)
    connection.check_constraints()
    assert Order.unscoped.count() == 10_000
    assert Order.unscoped.filter(seller__slug=BIG).count() == 1_000
    assert 400 < Claim.unscoped.count() < 1_000
    assert not Order.unscoped.filter(held_by__isnull=False).exclude(claims__state="REQUESTED").exists()
