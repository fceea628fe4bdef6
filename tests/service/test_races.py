"""Several people decide at once through the real web server: one wins, the others read what happened (R-A4).

The same checks against a server without locks find what they are there to find.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from claims.models import Claim
from claims.states import State
from messaging.models import InboxItem
from orders.models import Order
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.models import Member
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import MemberFactory, OrderFactory, SellerFactory, requested_cancel
from tests.servers import wait_for
from tests.service.conftest import OtherWeb, Street
from tests.service.people import PATIENCE, Person, at_once
from tests.service.racing import OVERTAKEN, Scene, no_deadlocks, race, scene, violations
from tests.service.rivals import AFTER, RIVALS, dispatch, rejection

pytestmark = pytest.mark.service
CLIENTS, CLAIMS = 8, 10
ATTEMPTS = 20  # at most, of a race that an unsafe server nearly always loses
UNSAFE = "tests.service.unsafe:application()"
each_rivalry = pytest.mark.parametrize("rivals", RIVALS, ids=lambda rivals: rivals.__name__)
Rivals = Callable[[str], Scene]


def all_delivered(event_ids: list[int]) -> None:
    """The workers put one notice of each event into one inbox (R-B9)."""
    rows = InboxItem.unscoped.filter(event_id__in=event_ids)
    wait_for(lambda: rows.count() >= len(event_ids), PATIENCE)
    assert sorted(rows.values_list("event_id", flat=True)) == sorted(event_ids)


@dataclass(frozen=True)
class Shop:
    """A shop whose members each sit at a browser."""

    members: list[Member]
    people: list[Person]

    @classmethod
    def open(cls, url: str, size: int = CLIENTS) -> "Shop":
        seller = SellerFactory()
        members: list[Member] = [MemberFactory(seller=seller) for _ in range(size)]
        return cls(members, [Person(url, member.user) for member in members])

    def claims(self, count: int) -> list[Claim]:
        return [requested_cancel(OrderFactory(seller=self.members[0].seller)) for _ in range(count)]

    def all_reject(self, claim: Claim) -> Scene:
        """Every member has the claim open and is about to send."""
        pairs = zip(self.people, self.members, strict=True)
        deeds = at_once([lambda p=p, m=m: rejection(p, m.user, claim) for p, m in pairs])  # type: ignore[misc]
        return scene(deeds, claim.order)


def test_of_eight_members_who_reject_one_claim_one_wins(street: Street) -> None:
    """R-A4, R-A3, R-C5, R-C7, R-C8, R-B9: on ten claims, and the losers' clicks leave no trace."""
    shop = Shop.open(street.url)
    for claim in shop.claims(CLAIMS):
        stage = shop.all_reject(claim)
        outcomes = race(stage.deeds)
        assert violations(stage, outcomes) == []
        [winner] = [outcome.deed.who.name for outcome in outcomes if outcome.won and outcome.deed.who]
        for loser in [outcome.answer for outcome in outcomes if not outcome.won]:
            assert (loser.status, OVERTAKEN in loser.prose, "Cancel rejected" in loser.prose) == (409, True, True)
            assert f"Shop · {winner}" in loser.prose
        claim.refresh_from_db()
        assert (claim.state, claim.version) == (State.REJECTED, 2)
        order = Order.unscoped.get(pk=claim.order_id)
        assert (order.state, order.held_by, order.cancel_barred) == (OrderState.PREPARING, None, True)
        assert order.ship_today_until is not None
    rejections = list(Event.unscoped.filter(name="cancel.rejected").values_list("pk", flat=True))
    assert len(rejections) == CLAIMS
    all_delivered(rejections)
    no_deadlocks(street.console)


@each_rivalry
def test_of_two_rivals_one_wins(street: Street, rivals: Rivals) -> None:
    """R-A4, R-C2 to R-C5, R-C9, R-C14, R-O3, R-M1, R-M2: whoever is slower reads why, and has done nothing."""
    for number in range(CLAIMS):
        stage = rivals(street.url)
        stage.deeds[:] = stage.deeds[:: 1 if number % 2 else -1]
        outcomes = race(stage.deeds)
        assert violations(stage, outcomes) == []
        [(done, _by)] = stage.history()
        order_state, claim_state, *words = AFTER[done]
        order = Order.unscoped.get(pk=stage.order.pk)
        newest = order.claims.order_by("-pk").first()
        assert (order.state, newest and newest.state) == (order_state, claim_state)
        for loser in [outcome.answer.prose for outcome in outcomes if not outcome.won]:
            assert all(word in loser for word in words), loser
    no_deadlocks(street.console)


def test_the_shop_dispatches_while_two_jobs_apply_a_deadline(street: Street) -> None:
    """R-T4, R-C8, R-A4: the deadline's outcome comes once, before the dispatch, whoever applies it.

    If the job was faster, the shop reads so and sends the order after all.
    """
    midnight = clock.start_of(clock.today())
    for _ in range(CLAIMS // 2):
        order = OrderFactory(ship_today_until=midnight)
        deed = dispatch(street.url, order)
        answer, *_jobs = at_once([deed.send, job, job])
        if answer and answer.status == 409:
            assert "Not shipped the same day" in answer.prose
            answer = dispatch(street.url, order).send()
        assert answer
        assert answer.status == 302
        history = Event.unscoped.filter(order_id=order.pk).order_by("seq")
        assert list(history.values_list("seq", "name")) == [(1, "order.ship_today_missed"), (2, "order.dispatched")]
        assert history[0].occurred_at == midnight
    no_deadlocks(street.console)


def job() -> None:
    try:
        settle_deadlines()
    finally:
        connection.close()


@each_rivalry
def test_without_locks_the_checks_find_what_they_are_for(other_web: OtherWeb, rivals: Rivals) -> None:
    """R-A4: the negative control, without row locks, seen-check and condition; on SQLite it reads before BEGIN."""
    console = other_web(UNSAFE)
    console.start("web")
    for _attempt in range(ATTEMPTS):
        stage = rivals(console.url)
        if violations(stage, race([deed for deed in stage.deeds if deed.who])):
            return
    pytest.fail("nobody saw that two have won")


def test_without_locks_several_of_eight_win(other_web: OtherWeb) -> None:
    """R-A4: the negative control of the members who all reject."""
    console = other_web(UNSAFE)
    console.start("web")
    shop, found = Shop.open(console.url, 4), list[str]()
    for claim in shop.claims(ATTEMPTS):
        stage = shop.all_reject(claim)
        found += violations(stage, race(stage.deeds))
        if {"2 done", "3 done", "4 done"} & {*found}:
            return
    pytest.fail(f"nobody saw that several have won: {found}")
