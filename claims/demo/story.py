"""What happens in the training copy between its files: claims, notes, inquiries, announcements. Each step at its own moment.

A step looks first whether it was done, so that a build that broke off can be run again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from claims import refunds
from claims.demo.cast import BANK_ACCOUNT, OPERATOR, Shop
from claims.demo.orders import Life
from claims.demo.words import ANNOUNCEMENTS, CARD_EXPIRED, Words, words_of
from claims.kinds import cancel, returns
from claims.models import Claim
from claims.states import CancelReason, RejectReason, SellerReason, State
from messaging import lifecycle as messages
from messaging.announcements.models import Announcement
from messaging.models import Thread
from messaging.states import Category, InquiryCategory
from orders import lifecycle as orders
from orders import preorders
from orders.models import Order, Payout, Refund, SimulatorRule
from orders.models.gateway import GatewayBehavior
from orders.money import payouts
from orders.money.ledger import balance_of
from orders.states import RefundState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Member, Role, Seller, User
from qsm.events.door import change
from qsm.lib import clock


class Step(NamedTuple):
    """Something done `days` ago at an hour in Tokyo; of today: some hours ago."""

    days: int
    hour: int
    do: Callable[[], None]

    @property
    def moment(self) -> datetime:
        if not self.days:
            return clock.now() - timedelta(minutes=24 - self.hour)
        return clock.start_of(clock.after(clock.today(), -self.days)) + timedelta(hours=self.hour)


# Days ago, hour, the order by its fate and its place among those, and what is done with its number.
Planned = tuple[int, int, str, int, Callable[[str], None]]


class Told:
    """The steps of one shop. Its orders are named by fate and place among those, oldest first."""

    def __init__(self, shop: Shop, seller: Seller, lives: list[Life]) -> None:
        self.seller = seller
        owner = Member.objects.filter(seller=seller, role=Role.OWNER).order_by("pk")[0]
        self.by = Actor(Party.SELLER, user_id=owner.user_id, seller_id=seller.pk, role=Role.OWNER)
        self.words: Words = words_of(shop.language)
        self.numbers: dict[str, list[str]] = {}
        for life in lives:
            if not life.is_ours or life.fate.startswith("asked"):
                self.numbers.setdefault(life.fate, []).append(life.number)

    def steps(self) -> Iterator[Step]:
        """In no order; one whose order the shop does not have is left out."""
        for days, hour, fate, place, do in (*self._claims(), *self._preorders(), *self._letters()):
            if place < len(self.numbers.get(fate, [])):
                yield Step(days, hour, partial(do, self.numbers[fate][place]))
        yield Step(1, 16, self.ask_operator)

    def _claims(self) -> tuple[Planned, ...]:
        """What becomes of orders."""
        found_cheaper, option = CancelReason.FOUND_CHEAPER, CancelReason.WRONG_OPTION
        return (
            # One waits too long already, others came since; each end that a request can have.
            (5, 10, "asked-0", 0, partial(self.request, reason=found_cheaper)),
            (5, 11, "asked-1", 0, partial(self.request, reason=option)),
            (4, 10, "asked-1", 0, self.reject),
            (4, 15, "asked-1", 0, self.dispatch),
            (5, 13, "asked-2", 0, partial(self.request, reason=CancelReason.ORDERED_TWICE)),
            (4, 14, "asked-2", 0, self.approve),
            (4, 18, "asked-3", 0, partial(self.request, reason=CancelReason.CHANGE_OF_MIND)),
            (3, 9, "asked-3", 0, self.take_back),
            (3, 10, "asked-4", 0, partial(self.request, reason=CancelReason.OTHER)),
            (2, 10, "asked-4", 0, self.reject),  # and nobody ships it: a penalty to be judged
            (2, 12, "asked-5", 0, partial(self.request, reason=option)),
            (1, 18, "asked-6", 0, partial(self.request, reason=CancelReason.ORDERED_TWICE)),
            (1, 19, "asked-7", 0, partial(self.request, reason=found_cheaper)),
            (0, 3, "asked-7", 0, self.reject),  # to be shipped today
            (0, 4, "asked-8", 0, partial(self.request, reason=CancelReason.CHANGE_OF_MIND)),
            (0, 5, "asked-9", 0, partial(self.request, reason=CancelReason.OTHER)),
            (0, 6, "asked-9", 0, self.approve),
            # The buyer's own at once; the shop's own, one of them without having told the buyer.
            (0, 7, "new", 0, partial(self.request, reason=CancelReason.CHANGE_OF_MIND)),
            (2, 9, "asked-10", 0, self.note),
            (2, 11, "asked-10", 0, self.cancel_own),
            (1, 9, "asked-11", 0, partial(self.card_company, behavior=GatewayBehavior.FAILS)),
            (1, 10, "asked-11", 0, self.cancel_own),  # the void fails in the evening and waits for an operator
            (1, 11, "shipping", 0, self.note),
            (0, 8, "shipping", 0, self.refund_own),
            # The training buyer's own: one credited as the card refused, half of it to be paid out; one rejected and sent.
            (4, 11, "asked-ours-0", 0, partial(self.request, reason=found_cheaper)),
            (4, 12, "asked-ours-0", 0, partial(self.card_company, behavior=GatewayBehavior.REFUSES)),
            (4, 13, "asked-ours-0", 0, self.approve),
            (3, 11, "asked-ours-0", 0, self.credit),
            (2, 18, "asked-ours-0", 0, self.ask_for_payout),
            (3, 10, "asked-ours-1", 0, partial(self.request, reason=CancelReason.CHANGE_OF_MIND)),
            (3, 12, "asked-ours-1", 0, self.reject),
            (3, 16, "asked-ours-1", 0, self.dispatch),
        )

    def _preorders(self) -> tuple[Planned, ...]:
        """What operators say of orders."""
        return (
            (0, 9, "preparing", 1, self.mark_preorder),
            (0, 9, "new", 1, self.mark_preorder),
        )

    def _letters(self) -> tuple[Planned, ...]:
        """What people write to each other."""
        return (
            (3, 14, "received", 0, self.ask_shop),
            (2, 15, "received", 0, self.answer),
            (1, 9, "shipping", 1, self.ask_shop),
            (0, 1, "preparing", 0, self.ask_shop),
            (0, 2, "delayed", 0, self.ask_shop),
            (1, 12, "delayed", 1, self.note),
        )

    def request(self, number: str, *, reason: CancelReason) -> None:
        """The buyer cancels."""
        order = self._order(number)
        if not order.claims.exists():
            by = Actor(Party.BUYER, user_id=order.buyer.user_id)
            with change(by):
                cancel.request(order=order, seen=order.version, by=by, reason=reason, text=self.words.why[reason])

    def take_back(self, number: str) -> None:
        """The buyer wants the order after all."""
        if claim := self._waiting(number):
            by = Actor(Party.BUYER, user_id=claim.order.buyer.user_id)
            with change(by):
                cancel.take_back(claim=claim, seen=claim.version, by=by)

    def approve(self, number: str) -> None:
        """The shop cancels as the buyer asked."""
        if claim := self._waiting(number):
            with change(self.by):
                cancel.approve(claim=claim, seen=claim.version, by=self.by)

    def reject(self, number: str) -> None:
        """The shop cannot cancel any more."""
        if claim := self._waiting(number):
            reason, text = RejectReason.READY_TO_SHIP, self.words.rejection
            with change(self.by):
                cancel.reject(claim=claim, seen=claim.version, by=self.by, reason=reason, text=text)

    def dispatch(self, number: str) -> None:
        """The shop sends it, as it must after a rejection."""
        order = self._order(number)
        if order.ship_today_until:
            parcel = {"carrier": "ゆうパック", "tracking_number": f"0000-{number[-4:]}-0001"}
            with change(self.by):
                orders.dispatch(order=order, seen=order.version, by=self.by, **parcel)

    def cancel_own(self, number: str) -> None:
        """The shop is out of stock."""
        order, reason = self._order(number), SellerReason.OUT_OF_STOCK
        if not order.claims.exists():
            with change(self.by):
                cancel.cancel_by_seller(
                    order=order, seen=order.version, by=self.by, reason=reason, memo=self.words.out_of_stock
                )

    def refund_own(self, number: str) -> None:
        """The shop refunds what is too late on its way."""
        order = self._order(number)
        if not order.claims.exists():
            with change(self.by):
                returns.refund_by_seller(order=order, seen=order.version, by=self.by, memo=self.words.too_late)

    def card_company(self, number: str, *, behavior: GatewayBehavior) -> None:
        """How the simulated gateway will answer about this order."""
        SimulatorRule.objects.get_or_create(number_ends=number, defaults={"behavior": behavior})

    def credit(self, number: str) -> None:
        """An operator credits the balance in place of a card that could not be voided."""
        if refund := Refund.objects.for_actor(SYSTEM).filter(**self._about(number), state=RefundState.FAILED).first():
            by = operator()
            with change(by):
                refunds.credit(refund=refund, seen=refund.version, by=by, text=CARD_EXPIRED)

    def mark_preorder(self, number: str) -> None:
        """An operator has heard from the marketplace that it is one."""
        order, by = self._order(number), operator()
        with change(by):
            preorders.mark_preorder(order=order, seen=order.version, by=by)

    def ask_for_payout(self, number: str) -> None:
        """The buyer has half of the balance sent to a bank account."""
        by = Actor(Party.BUYER, user_id=self._order(number).buyer.user_id)
        if (balance := balance_of(by)) and not Payout.objects.for_actor(by).exists():
            with change(by):
                payouts.ask_for(by=by, yen=balance // 2, **BANK_ACCOUNT)

    def note(self, number: str) -> None:
        """The shop writes to the buyer."""
        order = self._order(number)
        if not self._talked(order):
            title, text = self.words.note
            with change(self.by):
                messages.send_notes(
                    orders=[order],
                    by=self.by,
                    category=Category.DELIVERY,
                    title=title,
                    text=text,
                    also_by_mail=False,
                )

    def ask_shop(self, number: str) -> None:
        """The buyer writes to the shop."""
        order = self._order(number)
        if not self._talked(order):
            by = Actor(Party.BUYER, user_id=order.buyer.user_id)
            title, text = self.words.question
            with change(by):
                messages.write_to_shop(order=order, by=by, category=Category.DELIVERY, title=title, text=text)

    def answer(self, number: str) -> None:
        """The shop answers what the buyer wrote."""
        thread = Thread.objects.for_actor(SYSTEM).filter(order__number=number, seller=self.seller).first()
        if thread and thread.state == "UNANSWERED":
            with change(self.by):
                messages.answer(thread=thread, seen=thread.version, by=self.by, text=self.words.answer)

    def ask_operator(self) -> None:
        """The shop asks the operator."""
        rows = Thread.objects.for_actor(SYSTEM).filter(seller=self.seller, kind="inquiry")
        if not rows.exists():
            title, text = self.words.inquiry
            category = InquiryCategory.CLAIM_MANAGEMENT
            with change(self.by):
                messages.inquire(order=None, by=self.by, category=category, title=title, text=text)

    def _order(self, number: str) -> Order:
        rows = Order.objects.for_actor(SYSTEM).select_related("buyer__user")
        return rows.get(seller=self.seller, number=number)

    def _about(self, number: str) -> dict[str, object]:
        return {"seller": self.seller, "order__number": number}

    def _waiting(self, number: str) -> Claim | None:
        rows = Claim.objects.for_actor(SYSTEM).filter(**self._about(number), state=State.REQUESTED)
        return rows.select_related("order__buyer__user").first()

    def _talked(self, order: Order) -> bool:
        return Thread.objects.for_actor(SYSTEM).filter(order_id=order.pk).exists()


def announce() -> None:
    """The operator's announcements, and a letter to each shop about what is new."""
    for days, texts in ANNOUNCEMENTS:
        moment = clock.start_of(clock.after(clock.today(), -days)) + timedelta(hours=9)
        if not Announcement.objects.filter(title_en=texts["title_en"]).exists():
            Announcement.objects.create(published_at=min(moment, clock.now()), **texts)
    by = operator()
    for seller in Seller.objects.filter(slug__startswith="demo").order_by("pk"):
        if not Thread.objects.for_actor(SYSTEM).filter(seller=seller, kind="letter").exists():
            title, text = words_of(seller.language).letter
            with change(by):
                messages.write_to_seller(seller=seller, by=by, category=InquiryCategory.OTHER, title=title, text=text)


def operator() -> Actor:
    """The training copy's operator."""
    return Actor(Party.OPERATOR, user_id=User.objects.get(email=OPERATOR).pk)
