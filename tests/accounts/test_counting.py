"""Counters are written once a day for all actors of a side: numbers of others never get in, and none is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.counting import Counters, count
from qsm.lib import clock
from tests.factories import OrderFactory, SellerFactory, buyer_of, member_of

pytestmark = pytest.mark.django_db
NEW = Counters(Order.objects.for_actor, lambda: {"new": Q(state=OrderState.NEW), "all": Q()})
FIRST_TWO = Counters(Order.objects.for_actor, lambda: {"new": Q(state=OrderState.NEW), "all": Q()}, at_most=1)
TODAY = Counters(Order.objects.for_actor, lambda: {"today": Q(ordered_at__gte=clock.start_of(clock.today()))})


@pytest.mark.parametrize("counters", [NEW, FIRST_TWO])
def test_each_actor_counts_the_own_rows_only(counters: Counters) -> None:
    """R-A1: shops, their viewers and buyers, one after the other in one process; operators count all."""
    one, other = (OrderFactory(seller=SellerFactory(), state=state) for state in (OrderState.NEW, OrderState.PREPARING))
    for _again in range(2):
        assert count(member_of(one.seller), counters) == [{"new": 1, "all": 1}]
        assert count(member_of(other.seller), counters) == [{"new": 0, "all": 1}]
        assert count(Actor(Party.VIEWER, seller_id=one.seller_id), counters) == [{"new": 1, "all": 1}]
        assert count(buyer_of(other), counters) == [{"new": 0, "all": 1}]
        assert count(SYSTEM, counters) == [{"new": 1, "all": 2}]
        assert count(Actor(Party.SELLER), counters) == [{"new": 0, "all": 0}]


def test_a_number_is_of_this_moment_and_this_day() -> None:
    shop = SellerFactory()
    OrderFactory(seller=shop, ordered_at=clock.now())
    assert count(member_of(shop), TODAY) == [{"today": 1}]
    OrderFactory(seller=shop, ordered_at=clock.now())
    assert count(member_of(shop), TODAY) == [{"today": 2}]
    with clock.at(clock.now() + timedelta(days=1)):
        assert count(member_of(shop), TODAY) == [{"today": 0}]


def test_all_counters_of_a_page_are_one_query_and_capped_ones_stop() -> None:
    shop = SellerFactory()
    OrderFactory.create_batch(4, seller=shop, state=OrderState.NEW, ordered_at=clock.now())
    actor = member_of(shop)
    with CaptureQueriesContext(connection) as queries:
        assert count(actor, NEW, FIRST_TWO, TODAY) == [
            {"new": 4, "all": 4},
            {"new": 2, "all": 2},
            {"today": 4},
        ]
    assert len(queries) == 1
