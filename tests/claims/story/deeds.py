"""What people do, as data: whose it is, what it is about, what is said in it, and the action behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from claims import penalties, refunds
from claims.kinds import cancel, returns
from claims.models import Claim, Penalty
from claims.states import CancelReason, RejectReason, SellerReason
from messaging import lifecycle as messaging
from messaging.states import Category
from orders import claimed, lifecycle, pickup
from orders.models import Order, Refund
from orders.states import CancelBlock
from qsm.accounts.access import Actor, Party
from qsm.lib import clock
from qsm.lib.machine import Refused
from tests.claims.doings import MEMO
from tests.messaging.talk import TEXT, TITLE

WHY_NOT = "お名前を刺しゅうで入れた一点物のため、取り消しはできません。"
PARCEL = {"carrier": ["ゆうパック", "ヤマト運輸"], "tracking_number": ["1234"]}
WORDS = {"text": ["確認しました。"]}
LETTER = {"category": Category.CANCEL_REFUND, "title": TITLE, "text": TEXT}
MEMOS = [MEMO, MEMO, MEMO, ""]
Row = Order | Claim | Refund | Penalty


def plan(*, days: int, **named: Any) -> None:
    lifecycle.plan(ship_date=clock.after(clock.today(), days), **named)


def hand_over(*, order: Order, **named: Any) -> None:
    lifecycle.hand_over(order=order, code=pickup.code_of(order), **named)


def note(*, order: Order, by: Actor) -> None:
    messaging.send_notes(orders=[order], by=by, also_by_mail=False, **LETTER)


def write(*, order: Order, by: Actor) -> None:
    messaging.write_to_shop(order=order, by=by, **LETTER)


def find_false(*, claim: Claim, by: Actor) -> None:
    if not penalties.raise_false_dispatch(claim=claim, by=by):
        raise Refused("no penalty", "")


@dataclass(frozen=True)
class Deed:
    """about: the name of what the action is about, the order's newest one; sees: whether it decides on a version."""

    party: Party
    about: str
    action: Callable[..., Any]
    said: dict[str, Sequence[Any]] = field(default_factory=dict)
    sees: bool = True

    @property
    def sound(self) -> dict[str, Any]:
        """What can be said in it without a fault: the first of each."""
        return {name: values[0] for name, values in self.said.items()}

    @property
    def brings_deadlines(self) -> bool:
        """Whoever acts on an order finds what its deadlines made of it (R-T4)."""
        return self.about == "order" and self.sees


DEEDS = {
    "pay": Deed(Party.OPERATOR, "order", lifecycle.pay),
    "check": Deed(Party.OPERATOR, "order", lifecycle.check),
    "deliver": Deed(Party.OPERATOR, "order", lifecycle.deliver),
    "readdress": Deed(Party.SELLER, "order", lifecycle.readdress, {"recipient_phone": ["03-1234-5678", ""]}),
    "plan": Deed(Party.SELLER, "order", plan, {"days": [3, 1, 0, -1]}),
    "dispatch": Deed(Party.SELLER, "order", lifecycle.dispatch, PARCEL),
    "correct": Deed(Party.SELLER, "order", lifecycle.correct, PARCEL),
    "hand_over": Deed(Party.SELLER, "order", hand_over),
    "provide": Deed(Party.SELLER, "order", lifecycle.provide),
    "receive": Deed(Party.BUYER, "order", lifecycle.receive),
    "block": Deed(Party.OPERATOR, "order", claimed.block, {"reason": list(CancelBlock)}),
    "unblock": Deed(Party.OPERATOR, "order", claimed.unblock),
    "note": Deed(Party.SELLER, "order", note, sees=False),
    "write": Deed(Party.BUYER, "order", write, sees=False),
    "request": Deed(Party.BUYER, "order", cancel.request, {"reason": list(CancelReason)}),
    "cancel": Deed(Party.SELLER, "order", cancel.cancel_by_seller, {"reason": list(SellerReason), "memo": MEMOS}),
    "refund": Deed(Party.SELLER, "order", returns.refund_by_seller, {"memo": MEMOS}),
    "approve": Deed(Party.SELLER, "claim", cancel.approve),
    "reject": Deed(
        Party.SELLER,
        "claim",
        cancel.reject,
        {"reason": list(RejectReason), "text": [WHY_NOT, "一点物です。"]},
    ),
    "take_back": Deed(Party.BUYER, "claim", cancel.take_back),
    "withdraw": Deed(Party.OPERATOR, "claim", cancel.withdraw, WORDS),
    "grant": Deed(Party.OPERATOR, "claim", cancel.grant, WORDS),
    "retry": Deed(Party.OPERATOR, "refund", refunds.retry, WORDS),
    "credit": Deed(Party.OPERATOR, "refund", refunds.credit, WORDS),
    "give_up": Deed(Party.OPERATOR, "refund", refunds.give_up, WORDS),
    "confirm": Deed(Party.OPERATOR, "refund", refunds.settle),
    "find_false": Deed(Party.OPERATOR, "claim", find_false, sees=False),
    "uphold": Deed(Party.OPERATOR, "penalty", penalties.uphold, WORDS),
    "dismiss": Deed(Party.OPERATOR, "penalty", penalties.dismiss, WORDS),
}
What = tuple[str, dict[str, Any]]


def of(*names: str) -> st.SearchStrategy[What]:
    """One of these deeds, with what is said in it."""
    return st.one_of([st.tuples(st.just(name), what_is_said(DEEDS[name])) for name in names])


def what_is_said(deed: Deed) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.sampled_from(values) for name, values in deed.said.items()})


def newest(about: str, order_id: int) -> Any:
    """The row that a deed is about, as it is now; None when the order has none."""
    if about == "order":
        return Order.unscoped.get(pk=order_id)
    rows = {"claim": Claim, "refund": Refund, "penalty": Penalty}[about].unscoped  # type: ignore[attr-defined]
    return rows.filter(order_id=order_id).order_by("-pk").first()
