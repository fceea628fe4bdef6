"""A shop on which people, the gateway, jobs and the clock act at random; see tests/claims/test_story.py."""

from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from claims import daily, refunds
from orders import deadlines, money
from orders.gateway import Answer
from orders.models import Order, Payout, Refund, SimulatorRule, Transfer
from orders.models.gateway import GatewayBehavior
from orders.money import payouts
from orders.states import DeliveryMethod, OrderState, PayoutState, RefundState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import PaymentMethod, Role
from qsm.events import deliveries, demo_clock
from qsm.events.door import Conflict, change
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.claims.story import deeds
from tests.claims.story.allowed import may
from tests.claims.story.deeds import DEEDS, What
from tests.claims.story.holds import History, broken, stands
from tests.claims.story.model import PAID_YEN, Tale
from tests.claims.story.purse import Purse
from tests.factories import BuyerFactory, OrderFactory, SellerFactory, member_of, operator
from tests.orders.test_payouts import ACCOUNT
from tests.taken_back import taken_back

START = datetime.fromisoformat("2026-07-25T10:00:00+09:00")
ORDERS = 4  # on the stage at the same time
PLACES = st.integers(0, ORDERS - 1)
BOUGHT = st.fixed_dictionaries(
    {
        "state": st.sampled_from(
            [*[OrderState.AWAITING_PAYMENT, OrderState.PROCESSING, OrderState.NEW], *["PREPARING"] * 3]
        ),
        "payment_method": st.sampled_from(PaymentMethod),
        "delivery_method": st.sampled_from([*[DeliveryMethod.TRACKED] * 3, *DeliveryMethod]),
        "is_preorder": st.sampled_from([False, False, True]),
    }
)
MOODS = st.sampled_from([mood for mood in GatewayBehavior if mood != GatewayBehavior.SLOW])


class Story(RuleBasedStateMachine):
    """A shop, some orders of one buyer, and everybody who has to do with them."""

    done: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.open.enter_context(taken_back())
        demo_clock.forget()
        self.now = START
        self.seller, self.purse, self.history = SellerFactory(), Purse(), History()
        self.row = BuyerFactory(seller=self.seller)
        self.people = {
            Party.SELLER: member_of(self.seller),
            Party.VIEWER: member_of(self.seller, Role.VIEWER),
            Party.BUYER: Actor(Party.BUYER, user_id=self.row.user_id),
            Party.OPERATOR: operator(),
        }
        self.tales: list[Tale] = []
        self.heard: list[tuple[Tale, int, Refund, Answer]] = []

    def teardown(self) -> None:
        wrong = broken()
        self.open.close()
        assert wrong == []

    @initialize(bought=st.lists(BOUGHT, min_size=ORDERS, max_size=ORDERS), mood=MOODS)
    def the_buyer_buys(self, bought: list[dict[str, Any]], mood: str) -> None:
        self.tales = [self.bought(facts, mood) for facts in bought]

    @precondition(lambda self: any(tale.over for tale in self.tales))
    @rule(bought=BOUGHT, mood=MOODS)
    def the_buyer_buys_again(self, bought: dict[str, Any], mood: str) -> None:
        """What has ended leaves the stage."""
        place = next(place for place, tale in enumerate(self.tales) if tale.over)
        self.tales[place] = self.bought(bought, mood)

    def bought(self, facts: dict[str, Any], mood: str) -> Tale:
        with clock.at(self.now):
            paid_at = None if facts["state"] == OrderState.AWAITING_PAYMENT else self.now
            about = {"seller": self.seller, "buyer": self.row, "ordered_at": self.now, "paid_at": paid_at}
            order = OrderFactory(**facts, **about, paid_yen=PAID_YEN)
            SimulatorRule.objects.create(number_ends=order.number, behavior=mood)
            unpaid_until = clock.end_of(clock.last_day(clock.today(), 7))
            return Tale(
                order.pk,
                self.purse,
                facts["payment_method"],
                facts["delivery_method"],
                facts["is_preorder"],
                facts["state"],
                order.ship_date,
                pay_until=None if paid_at else unpaid_until,
            )

    # --- what people do ------------------------------------------------------------------------------------

    @rule(data=st.data())
    def the_buyer_acts(self, data: st.DataObject) -> None:
        self.one_of(data, "request", "take_back", "receive")

    @rule(data=st.data())
    def the_shop_works(self, data: st.DataObject) -> None:
        self.one_of(data, "plan", "dispatch", "hand_over", "provide", "correct", "readdress")

    @rule(data=st.data())
    def the_shop_answers(self, data: st.DataObject) -> None:
        self.one_of(data, "reject", "approve")

    @rule(data=st.data())
    def the_shop_gives_back(self, data: st.DataObject) -> None:
        self.one_of(data, "refund", "cancel")

    @rule(data=st.data())
    def the_marketplace_records(self, data: st.DataObject) -> None:
        self.one_of(data, "deliver", "pay", "check")

    @rule(data=st.data())
    def an_operator_judges(self, data: st.DataObject) -> None:
        self.one_of(data, "find_false", "uphold", "dismiss")

    @rule(data=st.data())
    def an_operator_sees_to_a_claim(self, data: st.DataObject) -> None:
        self.one_of(data, "retry", "credit", "give_up", "confirm", "grant", "withdraw")

    @rule(place=PLACES, what=deeds.of("note", "write", "block", "unblock", "unblock"))
    def they_write_or_bar(self, place: int, what: What) -> None:
        self.attempt(self.tales[place], what)

    def one_of(self, data: st.DataObject, *names: str) -> None:
        """One of these deeds where it may be done, well or badly."""
        possible = [(tale, name) for name in names for tale in self.tales if may(tale, name, DEEDS[name].sound)]
        if possible:
            tale, name = data.draw(st.sampled_from(possible), label="deed")
            self.attempt(tale, data.draw(deeds.of(name)))

    @rule(place=PLACES, what=deeds.of(*DEEDS))
    def somebody_tries(self, place: int, what: What) -> None:
        """Also what may not be done now."""
        self.attempt(self.tales[place], what)

    @rule(place=PLACES, what=deeds.of(*DEEDS), who=st.sampled_from(Party))
    def somebody_else_tries(self, place: int, what: What, who: Party) -> None:
        """Only those whose deed it is (R-A2)."""
        if who in self.people and who is not DEEDS[what[0]].party:
            self.attempt(self.tales[place], what, who=who)

    @rule(place=PLACES, what=deeds.of(*(name for name, deed in DEEDS.items() if deed.sees)))
    def somebody_was_slow(self, place: int, what: What) -> None:
        """Who decided on what is no longer so is told, and nothing happens (R-A4)."""
        self.attempt(self.tales[place], what, late_by=1)

    def attempt(self, tale: Tale, what: What, *, who: Party | None = None, late_by: int = 0) -> None:
        """Try a deed: what the rules allow is done, and nothing else."""
        name, said = what
        deed = DEEDS[name]
        with clock.at(self.now):
            subject = deeds.newest(deed.about, tale.pk)
            if subject is None:
                return
            if deed.brings_deadlines:
                tale.pass_deadlines()
            allowed = may(tale, name, said) and not who and not late_by
            seen = {"seen": subject.version - late_by} if deed.sees else {}
            by = self.people[who or deed.party]
            done = is_done(by, lambda: deed.action(**{deed.about: subject}, by=by, **seen, **said))
            assert done == allowed, f"{name} {said}: the rules say {allowed}, the console {done}: {tale}"
            if done:
                tale.tell(name, said)
                self.done[name] += 1

    # --- the gateway, the balance --------------------------------------------------------------------------

    @rule(is_heard=st.booleans())
    def the_gateway_is_asked(self, is_heard: bool) -> None:
        """The answer comes at once, or some time, or never."""
        with clock.at(self.now):
            Refund.unscoped.filter(state=RefundState.VOIDING).update(next_at=clock.real())
            for refund in money.due_at_gateway():
                tale = next(tale for tale in self.tales if tale.pk == refund.order_id)
                self.heard.append((tale, tale.refusals, refund, money.ask(refund)))
                if is_heard:
                    self.hears(len(self.heard) - 1)

    @precondition(lambda self: self.heard)
    @rule(ago=st.integers(0, 5))
    def an_answer_arrives(self, ago: int) -> None:
        """Late, or once more."""
        self.hears(max(0, len(self.heard) - 1 - ago))

    def hears(self, place: int) -> None:
        tale, refusals, refund, answer = self.heard[place]
        with clock.at(self.now), change(SYSTEM):
            refunds.answered(refund=refund, answer=answer)
        tale.hear(refusals, answer.said)
        self.done[answer.said] += 1

    @precondition(lambda self: self.purse.accounts["buyer"])
    @rule(yen=st.sampled_from([PAID_YEN, 1, 2 * PAID_YEN, 0]))
    def the_buyer_asks_for_a_payout(self, yen: int) -> None:
        by = self.people[Party.BUYER]
        with clock.at(self.now):
            done = is_done(by, lambda: payouts.ask_for(by=by, yen=yen, **ACCOUNT))
        assert done == self.purse.may_ask_for(yen)
        if done:
            self.purse.ask_for(yen)
            self.done["ask_for"] += 1

    @precondition(lambda self: self.purse.payouts)
    @rule(ago=st.integers(0, 2), pays=st.booleans(), who=st.sampled_from([Party.OPERATOR] * 3 + [Party.BUYER]))
    def a_payout_is_decided(self, ago: int, pays: bool, who: Party) -> None:
        place, by = max(0, len(self.purse.payouts) - 1 - ago), self.people[who]
        payout = Payout.unscoped.order_by("pk")[place]
        about = {"payout": payout, "seen": payout.version, "by": by}
        with clock.at(self.now):
            done = is_done(by, lambda: payouts.pay(**about) if pays else payouts.refuse(**about, reason="口座なし"))
        assert done == (self.purse.payouts[place][1] == PayoutState.REQUESTED and who is Party.OPERATOR)
        if done:
            self.purse.decide(place, PayoutState.PAID if pays else PayoutState.REFUSED)
            self.done["pays" if pays else "refuses"] += 1

    # --- time, jobs, workers -------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 13, 24, 24 * 4, 24 * 8]), then=st.sampled_from(["nothing", "job", "sweep"]))
    def time_passes(self, hours: int, then: str) -> None:
        """The job comes at once, late, or never."""
        self.now += timedelta(hours=hours)
        with clock.at(self.now):
            if then == "job":
                self.the_job_runs()
            if then == "sweep":
                self.the_outbox_is_swept()

    def the_job_runs(self) -> None:
        """Whoever comes late finds what the day of the deadline made of it (R-T4, R-W12)."""
        daily.run(clock.today())
        assert not Order.unscoped.filter(deadlines.passed()).exists()
        for tale in self.tales:
            tale.pass_deadlines()

    def the_outbox_is_swept(self) -> None:
        deliveries.sweep("penalties")
        for tale in self.tales:
            tale.sweep()

    # --- what holds after each of them ---------------------------------------------------------------------

    @invariant()
    def the_database_says_the_same(self) -> None:
        with clock.at(self.now):
            assert stands([tale.pk for tale in self.tales]) == {tale.pk: tale.stands for tale in self.tales}

    @invariant()
    def the_money_is_where_it_belongs(self) -> None:
        """R-M1, R-M2, R-M3: every account, the buyer's balance among them, and so their sum."""
        accounts: Counter[str] = Counter()
        for debit, credit, yen in Transfer.unscoped.values_list("debit", "credit").annotate(Sum("yen")):
            accounts[debit.partition(":")[0]] -= yen
            accounts[credit.partition(":")[0]] += yen
        assert accounts == self.purse.accounts
        assert accounts.total() == 0
        rows = Payout.unscoped.order_by("pk").values_list("yen", "state")
        assert [list(row) for row in rows] == self.purse.payouts

    @invariant()
    def the_history_tells_it(self) -> None:
        """R-A3: the events have no gap, and lead to where things stand."""
        assert self.history.read() == []
        for tale in self.tales:
            assert self.history.stands.get(("order_id", tale.pk), tale.state) == tale.state


def is_done(by: Actor, act: Any) -> bool:
    try:
        with change(by):
            act()
    except (Refused, Conflict):
        return False
    return True
