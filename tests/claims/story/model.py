"""What the rules say of orders, their claims and the money: written from the rules, and not from the machines.

`Tale.tell` says what becomes of a deed, `Tale.stands` what the database must say then. What may be done at all: allowed.py.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from claims.states import SELLERS_FAULT, Fault, Kind, PenaltyKind, PenaltyState, State
from orders.gateway import Said
from orders.states import WAY_OF, OrderState, RefundState, RefundWay
from qsm.accounts.access import Party
from qsm.accounts.models import PaymentMethod
from qsm.lib import clock
from tests.claims.story.purse import Purse

PAID_YEN = 2480
FEE_YEN = 108
REQUEST = {OrderState.NEW, OrderState.PREPARING}
BEFORE_DISPATCH = {OrderState.AWAITING_PAYMENT, OrderState.PROCESSING, *REQUEST}
SENT = {OrderState.SHIPPING, OrderState.DELIVERED}
# What a deed makes of the order by itself.
AFTER = {
    "pay": OrderState.PROCESSING,
    "check": OrderState.NEW,
    "plan": OrderState.PREPARING,
    "dispatch": OrderState.SHIPPING,
    "hand_over": OrderState.DELIVERED,
    "provide": OrderState.DELIVERED,
    "deliver": OrderState.DELIVERED,
    "receive": OrderState.RECEIVED,
}
IN_THE_LEDGER = {RefundWay.VOID: "gateway", RefundWay.SOURCE: "source", RefundWay.BALANCE: "buyer"}


@dataclass
class RefundTale:
    """What a claim gives back, on the way of the payment (R-M1), and what its shop pays beside it (R-M3)."""

    way: str
    yen: int
    fee_yen: int
    state: str


@dataclass
class ClaimTale:
    kind: str
    raised_by: str
    fault: str
    yen: int  # what it will give back: frozen with the request (R-M4)
    state: str = State.REQUESTED
    refund: RefundTale | None = None

    @property
    def is_open(self) -> bool:
        return self.state in {State.REQUESTED, State.REFUNDING}

    @property
    def stands(self) -> tuple[Any, ...]:
        back = self.refund
        how = (back.way, back.yen, back.fee_yen, back.state) if back else None
        return self.kind, self.raised_by, self.fault, self.state, how


@dataclass
class Tale:
    """What the rules say of one order: where it stands, what is due when, and what was claimed about it."""

    pk: int
    purse: Purse
    paid_by: str
    delivery: str
    is_preorder: bool
    state: str
    ship_date: date | None
    pay_until: datetime | None
    receive_until: datetime | None = None
    ship_today_until: datetime | None = None
    barred: bool = False  # R-C7
    blocked: bool = False  # R-C13
    noted: bool = False  # the shop has written to the buyer (R-C12)
    asked: bool = False  # the buyer has written to the shop (R-C10)
    refusals: int = 0  # of the gateway
    missed: bool = False  # not shipped on the day of the rejection, and no penalty yet (R-C8)
    claims: list[ClaimTale] = field(default_factory=list)
    penalties: list[list[Any]] = field(default_factory=list)  # place of the claim, kind and state of each

    # --- where it stands -----------------------------------------------------------------------------------

    @property
    def held(self) -> bool:
        return bool(self.claims) and self.claims[-1].is_open

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide about a claim."""
        return bool(self.claims) and self.claims[-1].state == State.REQUESTED

    @property
    def back(self) -> str:
        """Where the refund of the newest claim stands, if there is one."""
        return self.claims[-1].refund.state if self.claims and self.claims[-1].refund else ""

    @property
    def delayed(self) -> bool:
        past = self.ship_date is not None and self.ship_date < clock.today()
        return self.state == OrderState.PREPARING and past and not self.held

    @property
    def over(self) -> bool:
        return self.state in {OrderState.CANCELED, OrderState.RECEIVED, OrderState.REFUNDED}

    @property
    def stands(self) -> tuple[Any, ...]:
        given_back = sum(claim.refund.yen for claim in self.claims if claim.refund)
        assert given_back <= PAID_YEN, "the model itself refunds more than was paid (R-M2)"
        marks = (self.barred, self.blocked, self.held, self.delayed, self.ship_today_until)
        return self.state, marks, given_back, [claim.stands for claim in self.claims], self.penalties

    def pass_deadlines(self) -> None:
        """Whoever acts on an order first brings what its deadlines made of it (R-T4)."""
        now = clock.now()
        if self.state == OrderState.AWAITING_PAYMENT and self.pay_until and self.pay_until <= now:
            self._end(OrderState.CANCELED)  # R-O9
        if self.held:
            return
        if self.state in REQUEST and self.ship_today_until and self.ship_today_until <= now:
            self.missed, self.ship_today_until = True, None  # R-C8
        if self.state == OrderState.DELIVERED and self.receive_until and self.receive_until <= now:
            self.state = OrderState.RECEIVED  # R-O9

    # --- what comes of a deed ------------------------------------------------------------------------------

    def tell(self, deed: str, said: dict[str, Any]) -> None:
        """The deed is done."""
        self.state = AFTER.get(deed, self.state)
        if effect := getattr(self, f"_{deed}", None):
            effect(SimpleNamespace(**said))

    def _plan(self, said: Any) -> None:
        day = clock.after(clock.today(), said.days)
        if self.barred and self.is_preorder and self.ship_date is None:
            self.ship_today_until = clock.end_of(day)  # the first that is entered binds
        self.ship_date = day

    def _dispatch(self, _said: Any) -> None:
        self.ship_today_until = None

    def _deliver(self, _said: Any) -> None:
        """Received by itself on the eighth day (R-O9, R-T2)."""
        self.receive_until, self.ship_today_until = clock.end_of(clock.last_day(clock.today(), 7)), None

    _hand_over = _provide = _deliver

    def _block(self, _said: Any) -> None:
        self.blocked = True

    def _unblock(self, _said: Any) -> None:
        self.blocked = False

    def _note(self, _said: Any) -> None:
        self.noted = True

    def _write(self, _said: Any) -> None:
        self.asked = True

    def _request(self, _said: Any) -> None:
        """At once where nothing was promised, or not kept (R-C1); a paid preorder's always waits (R-O5)."""
        unpaid = self.state == OrderState.AWAITING_PAYMENT
        at_once = unpaid or (not self.is_preorder and (self.state != OrderState.PREPARING or self.delayed))
        fault = Fault.SELLER if self.delayed else Fault.BUYER
        self.claims.append(ClaimTale(Kind.CANCEL, Party.BUYER, fault, 0 if unpaid else PAID_YEN))
        if at_once:
            self._approve(_said)

    def _cancel(self, said: Any) -> None:
        """At once; silence toward the buyer is recorded (R-C9, R-C12)."""
        fault = Fault.SELLER if said.reason in SELLERS_FAULT else Fault.BUYER
        self._by_shop(ClaimTale(Kind.CANCEL, Party.SELLER, fault, PAID_YEN))

    def _refund(self, _said: Any) -> None:
        self._by_shop(ClaimTale(Kind.RETURN, Party.SELLER, Fault.SELLER, PAID_YEN))  # R-C11

    def _by_shop(self, claim: ClaimTale) -> None:
        self.claims.append(claim)
        if not self.noted:
            self._penalty(PenaltyKind.NO_NOTE, len(self.claims) - 1)
        self._approve(None)

    def _approve(self, _said: Any) -> None:
        """The refund starts; what goes to the balance is settled at once (R-C4, R-M1)."""
        claim = self.claims[-1]
        claim.state = State.REFUNDING
        if not claim.yen:
            return self._complete()
        way = WAY_OF[self.paid_by]
        cash_at_its_fault = self.paid_by == PaymentMethod.CASH and claim.fault == Fault.SELLER
        waiting = {RefundWay.VOID: RefundState.VOIDING, RefundWay.SOURCE: RefundState.EXTERNAL}
        claim.refund = RefundTale(way, claim.yen, FEE_YEN if cash_at_its_fault else 0, waiting.get(way, ""))
        if way == RefundWay.BALANCE:
            self._settle(way)
        return None

    _grant = _approve

    def _reject(self, _said: Any) -> None:
        """Never again (R-C7), and it must leave today (R-C8), a preorder on its ship date (R-O5, ours)."""
        self.claims[-1].state, self.barred = State.REJECTED, True
        today = clock.today()
        day = today if not self.is_preorder else self.ship_date and max(today, self.ship_date)
        self.ship_today_until = clock.end_of(day) if day else None

    def _take_back(self, _said: Any) -> None:
        self.claims[-1].state = State.WITHDRAWN

    _withdraw = _take_back

    def hear(self, refusals: int, said: str) -> None:
        """The gateway's answer to a question: it counts once, also late, but not after a refusal of that void (R-M1)."""
        back = self.claims[-1].refund
        if back is None or refusals != self.refusals or back.state == RefundState.DONE:
            return
        if said == Said.VOIDED:
            self._settle(RefundWay.VOID)
        elif said == Said.REFUSED and back.state == RefundState.VOIDING:
            back.state, self.refusals = RefundState.FAILED, self.refusals + 1

    def _retry(self, _said: Any) -> None:
        self._back_is(RefundState.VOIDING)

    def _give_up(self, _said: Any) -> None:
        self._back_is(RefundState.FAILED)

    def _credit(self, _said: Any) -> None:
        self._settle(RefundWay.BALANCE)

    def _confirm(self, _said: Any) -> None:
        self._settle(RefundWay.SOURCE)

    def _back_is(self, state: str) -> None:
        if back := self.claims[-1].refund:
            back.state = state

    def _settle(self, way: str) -> None:
        """The buyer has the money: the claim ends, and the order with it (section 4)."""
        if back := self.claims[-1].refund:
            back.way, back.state = way, RefundState.DONE
            self.purse.move("shop", IN_THE_LEDGER[RefundWay(way)], back.yen)
            self.purse.move("shop", "marketplace", back.fee_yen)
        self._complete()

    def _complete(self) -> None:
        claim = self.claims[-1]
        claim.state = State.COMPLETED
        self._end(OrderState.CANCELED if claim.kind == Kind.CANCEL else OrderState.REFUNDED)

    def _end(self, state: str) -> None:
        self.state, self.ship_today_until = state, None

    def sweep(self) -> None:
        """What was not shipped on the day of the rejection becomes a penalty of the rejected claim (R-C8)."""
        if self.missed:
            self.missed = False
            [place] = [place for place, claim in enumerate(self.claims) if claim.state == State.REJECTED]
            self._penalty(PenaltyKind.NOT_SHIPPED, place)

    def _find_false(self, _said: Any) -> None:
        self._penalty(PenaltyKind.FALSE_DISPATCH, len(self.claims) - 1)

    def _penalty(self, kind: str, place: int) -> None:
        self.penalties.append([place, kind, PenaltyState.RAISED])

    def _uphold(self, _said: Any) -> None:
        self.penalties[-1][2] = PenaltyState.UPHELD

    def _dismiss(self, _said: Any) -> None:
        self.penalties[-1][2] = PenaltyState.DISMISSED
