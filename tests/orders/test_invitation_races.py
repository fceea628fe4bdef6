"""An invitation is accepted while the shop sends another one to the same buyer (R-O10)."""

import time
from threading import Thread

import pytest
from django.db import connection

from orders import invitations
from orders.models import Buyer, BuyerInvitation
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import User
from qsm.events.door import change, lock
from qsm.lib.machine import Refused
from tests.factories import PASSWORD, BuyerFactory, OrderFactory, SellerFactory, member_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]
ADDRESS = "hanako@example.jp"


def until_somebody_waits() -> None:
    """Until another connection to this database stands at a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_accepting_waits_for_the_next_invitation_and_holds_nothing_that_it_needs() -> None:
    """R-O10: sent from another order of the same buyer, it ends the earlier link."""
    seller = SellerFactory()
    buyer = BuyerFactory(seller=seller, user=None, email="", mobile="+81-90-0000-0001")
    one, other = OrderFactory(seller=seller, buyer=buyer), OrderFactory(seller=seller, buyer=buyer)
    by, answers = member_of(seller), list[str]()
    with change(by):
        earlier = invitations.invite(order=one, by=by, email=ADDRESS)

    def confirm() -> None:
        try:
            with change(SYSTEM):
                invitations.accept(invitation=earlier, user=None, password=PASSWORD)
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    buyers_click = Thread(target=confirm)
    with change(by):
        lock(Buyer, buyer.pk)
        buyers_click.start()
        until_somebody_waits()
        latest = invitations.invite(order=other, by=by, email=ADDRESS)
    buyers_click.join(60)
    assert answers == ["invitation.over"]
    assert BuyerInvitation.unscoped.get(ended_at__isnull=True).pk == latest.pk
    assert not User.objects.filter(email=ADDRESS).exists()
