"""Several people decide at once through the real web server: one wins, the others read what happened (R-A4).

The same checks against a server without locks find what they are there to find.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.urls import reverse

from claims.models import Claim
from claims.states import State
from messaging.models import InboxItem
from orders.models import Order
from orders.states import OrderState
from orders.tasks import settle_deadlines
from qsm.accounts.models import Member, User
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import MemberFactory, OrderFactory, SellerFactory, requested_cancel
from tests.servers import Console, wait_for
from tests.service.conftest import OtherWeb, Street
from tests.service.people import PATIENCE, Answer, Person, at_once

pytestmark = pytest.mark.service
CLIENTS, CLAIMS = 8, 20
ATTEMPTS = 20  # at most, of a race that an unsafe server nearly always loses
OF_THE_SHOP = {"cancel.rejected", "order.dispatched"}
MANY_WINNERS = {"2 winners", "3 winners", "4 winners"}
UNSAFE = "tests.service.unsafe:application()"


@dataclass(frozen=True)
class Deed:
    """What somebody is about to send, and what the history calls it if it wins."""

    who: User
    event: str
    send: Callable[[], Answer]


@dataclass(frozen=True)
class Outcome:
    deed: Deed
    answer: Answer

    @property
    def won(self) -> bool:
        return self.answer.status == 302


def race(deeds: list[Deed]) -> list[Outcome]:
    answers = at_once([deed.send for deed in deeds])
    return [Outcome(deed, answer) for deed, answer in zip(deeds, answers, strict=True)]


def rejection(person: Person, user: User, claim: Claim) -> Deed:
    """The claim is open in front of this member, the reason chosen, the popup answered."""
    page, action = reverse("claims:page", args=[claim.pk]), reverse("claims:reject", args=[claim.pk])
    form = person.filled(page, action, reason="ready_to_ship", text="", confirmed="1")
    return Deed(user, "cancel.rejected", lambda: person.post(action, form))


def taking_back(person: Person, user: User, claim: Claim) -> Deed:
    action = reverse("my_claims:take_back", args=[claim.pk])
    form = person.filled(reverse("my"), action, confirmed="1")
    return Deed(user, "cancel.taken_back", lambda: person.post(action, form))


def dispatch(person: Person, user: User, order: Order) -> Deed:
    page, action = reverse("orders:page", args=[order.pk]), reverse("orders:dispatch", args=[order.pk])
    form = person.filled(page, action, carrier="ゆうパック", tracking_number="1234-5678-9012", confirmed="1")
    return Deed(user, "order.dispatched", lambda: person.post(action, form))


def request(person: Person, user: User, order: Order) -> Deed:
    action = reverse("my_claims:cancel", args=[order.pk])
    form = person.filled(action, "", reason="buyer_change_of_mind", text="")
    return Deed(user, "cancel.requested", lambda: person.post(action, form))


def violations(order_id: int, outcomes: list[Outcome]) -> list[str]:
    """What is wrong after a race on one order; nothing when there is one winner and one consistent history."""
    wrong = []
    winners = [outcome for outcome in outcomes if outcome.won]
    if len(winners) != 1:
        wrong.append(f"{len(winners)} winners")
    statuses = Counter(outcome.answer.status for outcome in outcomes)
    if unknown := set(statuses) - {302, 409, 422}:
        wrong.append(f"answers {sorted(unknown)}")
    decided = Event.unscoped.filter(order_id=order_id, name__in={outcome.deed.event for outcome in outcomes})
    history = list(decided.values_list("name", "user_id"))
    if history != [(winner.deed.event, winner.deed.who.pk) for winner in winners]:
        wrong.append(f"history {history}")
    return wrong + contradictions(Order.unscoped.get(pk=order_id))


def contradictions(order: Order) -> list[str]:
    """Where the order and its claims don't agree (R-O3, R-A4)."""
    waiting = list(order.claims.filter(state=State.REQUESTED).values_list("pk", flat=True))
    wrong = []
    if waiting != ([order.held_by] if order.held_by else []):
        wrong.append(f"held by {order.held_by}, open claims {waiting}")
    if waiting and order.state == OrderState.SHIPPING:
        wrong.append("shipping with an open cancel")
    return wrong


def is_told(loser: Outcome, winner: Outcome, title: str, side: str) -> None:
    """Who was not fast enough reads what happened and who did it (R-A4); the names of members stay in the shop."""
    prose = loser.answer.prose
    assert (loser.answer.status, "Somebody else was faster" in prose) == (409, True), prose
    by_shop, to_shop = (outcome.deed.event in OF_THE_SHOP for outcome in (winner, loser))
    assert title in prose
    assert (f"{side} · {winner.deed.who.name}" if by_shop and to_shop else side) in prose
    assert to_shop or winner.deed.who.name not in prose


def all_delivered(event_ids: list[int]) -> None:
    """The workers put one notice of each event into one inbox (R-B9)."""
    rows = InboxItem.unscoped.filter(event_id__in=event_ids)
    wait_for(lambda: rows.count() >= len(event_ids), PATIENCE)
    assert sorted(rows.values_list("event_id", flat=True)) == sorted(event_ids)


def no_deadlocks(console: Console) -> None:
    for name in ("web", "worker", "mailer"):
        log = console.processes[name].log.read_text(errors="replace")
        assert "deadlock detected" not in log
        assert "database is locked" not in log
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            assert cursor.fetchone() == (0,)


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

    def all_reject(self, claim: Claim) -> list[Outcome]:
        """Every member has the claim open, and all of them send at the same moment."""
        pairs = zip(self.people, self.members, strict=True)
        deeds = at_once([lambda p=p, m=m: rejection(p, m.user, claim) for p, m in pairs])  # type: ignore[misc]
        return race(deeds)


def test_of_eight_members_who_reject_one_claim_one_wins(street: Street) -> None:
    """R-A4, R-A3, R-C5, R-C7, R-C8, R-B9: on twenty claims, and the losers' clicks leave no trace."""
    shop = Shop.open(street.url)
    for claim in shop.claims(CLAIMS):
        outcomes = shop.all_reject(claim)
        assert violations(claim.order_id, outcomes) == []
        [winner] = [outcome for outcome in outcomes if outcome.won]
        for loser in outcomes:
            if loser is not winner:
                is_told(loser, winner, "Cancel rejected", "Shop")
        claim.refresh_from_db()
        assert (claim.state, claim.version) == (State.REJECTED, 2)
        order = Order.unscoped.get(pk=claim.order_id)
        assert (order.state, order.held_by, order.cancel_barred) == (OrderState.PREPARING, None, True)
        assert order.ship_today_until is not None
    rejections = list(Event.unscoped.filter(name="cancel.rejected").values_list("pk", flat=True))
    assert len(rejections) == CLAIMS
    all_delivered(rejections)
    no_deadlocks(street.console)


def test_the_shop_rejects_while_the_buyer_takes_back(street: Street) -> None:
    """R-A4, R-C5, R-C14: the claim ends once, as the winner meant, and the other side reads so."""
    shop = Shop.open(street.url, 1)
    wins: Counter[str] = Counter()
    for claim in shop.claims(CLAIMS):
        buyer = claim.order.buyer.user
        assert buyer
        deeds = [
            rejection(shop.people[0], shop.members[0].user, claim),
            taking_back(Person(street.url, buyer), buyer, claim),
        ]
        outcomes = race(deeds[:: 1 if claim.pk % 2 else -1])
        assert violations(claim.order_id, outcomes) == []
        winner, loser = sorted(outcomes, key=lambda outcome: not outcome.won)
        rejected = winner.deed.event == "cancel.rejected"
        is_told(loser, winner, *(("Cancel rejected", "Shop") if rejected else ("Cancel request taken back", "Buyer")))
        claim.refresh_from_db()
        assert claim.state == (State.REJECTED if rejected else State.WITHDRAWN)
        assert Order.unscoped.get(pk=claim.order_id).cancel_barred == rejected
        wins[winner.deed.event] += 1
    all_delivered(list(Event.unscoped.filter(name__in=wins).values_list("pk", flat=True)))
    no_deadlocks(street.console)


def test_the_shop_dispatches_while_the_buyer_asks_to_cancel(street: Street) -> None:
    """R-O3, R-C2, R-C3, R-A4: either it is on its way and no cancel is open, or it is held and stays."""
    shop = Shop.open(street.url, 1)
    for number in range(CLAIMS):
        order = OrderFactory(seller=shop.members[0].seller)
        buyer = order.buyer.user
        deeds = [
            dispatch(shop.people[0], shop.members[0].user, order),
            request(Person(street.url, buyer), buyer, order),
        ]
        outcomes = race(deeds[:: 1 if number % 2 else -1])
        assert violations(order.pk, outcomes) == []
        winner, loser = sorted(outcomes, key=lambda outcome: not outcome.won)
        order.refresh_from_db()
        if winner.deed.event == "order.dispatched":
            assert (order.state, order.held_by) == (OrderState.SHIPPING, None)
            is_told(loser, winner, "Dispatched", "Shop")
        else:
            assert (order.state, order.held_as) == (OrderState.PREPARING, "cancel")
            assert loser.answer.status == 422
            assert "This order has an open cancel claim" in loser.answer.prose
    no_deadlocks(street.console)


def test_the_shop_dispatches_while_two_jobs_apply_a_deadline(street: Street) -> None:
    """R-T4, R-C8, R-A4: the deadline's outcome comes once, before the dispatch, whoever applies it.

    If the job was faster, the shop reads so and sends the order after all.
    """
    shop = Shop.open(street.url, 1)
    midnight = clock.start_of(clock.today())
    for _ in range(CLAIMS // 2):
        order = OrderFactory(seller=shop.members[0].seller, ship_today_until=midnight)
        deed = dispatch(shop.people[0], shop.members[0].user, order)
        answer, *_jobs = at_once([deed.send, job, job])
        if answer and answer.status == 409:
            assert "Not shipped the same day" in answer.prose
            answer = dispatch(shop.people[0], shop.members[0].user, order).send()
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


def test_without_locks_the_checks_find_what_they_are_for(other_web: OtherWeb) -> None:
    """R-A4, R-O3: the negative control, without row locks, seen-check and condition; on SQLite it reads before BEGIN."""
    console = other_web(UNSAFE)
    console.start("web")
    url = console.url
    rejecters, dispatcher = Shop.open(url, 4), Shop.open(url, 1)
    found: list[str] = []
    for claim in rejecters.claims(ATTEMPTS):
        found += violations(claim.order_id, rejecters.all_reject(claim))
        if MANY_WINNERS & {*found}:
            break
    for _ in range(ATTEMPTS):
        if "shipping with an open cancel" in found:
            break
        order = OrderFactory(seller=dispatcher.members[0].seller)
        deeds = [
            dispatch(dispatcher.people[0], dispatcher.members[0].user, order),
            request(Person(url, order.buyer.user), order.buyer.user, order),
        ]
        found += violations(order.pk, race(deeds))
    assert MANY_WINNERS & {*found}, found
    assert "shipping with an open cancel" in found
