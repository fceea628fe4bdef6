"""Who races whom for what: one function per deed, one per pair of rivals, and what each winner makes of it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.urls import reverse

from claims import refunds
from claims.models import Claim
from claims.states import State
from orders.gateway import Answer as Voided
from orders.gateway import Said
from orders.models import Order, Payout, Refund
from orders.money import payouts
from orders.states import OrderState
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import PaymentMethod, User
from qsm.events.door import change
from tests.claims.doings import MEMO, approved, by_operator
from tests.factories import MemberFactory, OrderFactory, UserFactory, buyer_of, requested_cancel
from tests.orders.test_payouts import ACCOUNT, refunded
from tests.service.people import Person
from tests.service.racing import OVERTAKEN, Deed, Scene, scene

CASH = {"payment_method": PaymentMethod.CASH}


# --- what somebody has filled in and is about to send ----------------------------------------------------------


def rejection(person: Person, user: User, claim: Claim) -> Deed:
    """The claim is open in front of this member, the reason chosen, the popup answered."""
    page, action = reverse("claims:page", args=[claim.pk]), reverse("claims:reject", args=[claim.pk])
    form = person.filled(page, action, reason="ready_to_ship", text="", confirmed="1")
    return Deed(user, "cancel.rejected", lambda: person.post(action, form))


def approval(url: str, claim: Claim) -> Deed:
    user = MemberFactory(seller=claim.seller).user
    person, action = Person(url, user), reverse("claims:approve", args=[claim.pk])
    form = person.filled(reverse("claims:page", args=[claim.pk]), action, confirmed="1")
    return Deed(user, "cancel.approved", lambda: person.post(action, form))


def rejection_by_another(url: str, claim: Claim) -> Deed:
    user = MemberFactory(seller=claim.seller).user
    return rejection(Person(url, user), user, claim)


def taking_back(url: str, claim: Claim) -> Deed:
    user = claim.order.buyer.user
    person, action = Person(url, user), reverse("my_claims:take_back", args=[claim.pk])
    form = person.filled(reverse("my"), action, confirmed="1")
    return Deed(user, "cancel.taken_back", lambda: person.post(action, form))


def dispatch(url: str, order: Order) -> Deed:
    user = MemberFactory(seller=order.seller).user
    person = Person(url, user)
    page, action = reverse("orders:page", args=[order.pk]), reverse("orders:dispatch", args=[order.pk])
    form = person.filled(page, action, carrier="ゆうパック", tracking_number="1234-5678-9012", confirmed="1")
    return Deed(user, "order.dispatched", lambda: person.post(action, form))


def request(url: str, order: Order) -> Deed:
    person, action = Person(url, order.buyer.user), reverse("my_claims:cancel", args=[order.pk])
    form = person.filled(action, "", reason="buyer_change_of_mind", text="")
    return Deed(order.buyer.user, "cancel.requested", lambda: person.post(action, form))


def sellers_cancel(url: str, order: Order) -> Deed:
    user = MemberFactory(seller=order.seller).user
    person, action = Person(url, user), reverse("claims:cancel_orders")
    why = {"reason": "out_of_stock", "scope": "one", "memo": MEMO, "confirmed": "1"}
    form = person.filled(f"{action}?ticked={order.pk}", action, **why)
    return Deed(user, "cancel.by_seller", lambda: person.post(action, form), says="Done: 1, not done: 0")


WHY = "カード会社が取消を受け付けないため、残高に入れます。"


def operators_click(url: str, row: Refund | Payout, action: str, event: str, **entered: str) -> Deed:
    user = UserFactory(is_staff=True, is_superuser=True)
    person, page = Person(url, user), reverse(f"admin:orders_{row._meta.model_name}_do", args=[row.pk, action])
    form = person.filled(page, "", **entered)
    return Deed(user, event, lambda: person.post(page, form))


def payout(url: str, order: Order) -> Deed:
    """All of the balance, in a tab of its own."""
    user = order.buyer.user
    person, action = Person(url, user), reverse("my_balance:ask_for_payout")
    form = person.filled(reverse("my_balance:page"), action, yen=str(order.paid_yen), confirmed="1", **ACCOUNT)
    return Deed(user, "REQUESTED", lambda: person.post(action, form))


def answer(refund: Refund) -> Deed:
    """The gateway says that it has voided, to a poller or on its own."""

    def arrives() -> None:
        try:
            with change(SYSTEM):
                refunds.answered(refund=refund, answer=Voided(refund.key, Said.VOIDED))
        finally:
            connection.close()

    return Deed(None, "refund.done", arrives)


# --- rivals ----------------------------------------------------------------------------------------------------


def approve_or_take_back(url: str) -> Scene:
    claim = requested_cancel(**CASH)
    return scene([approval(url, claim), taking_back(url, claim)], claim.order)


def approve_or_reject(url: str) -> Scene:
    claim = requested_cancel(**CASH)
    return scene([approval(url, claim), rejection_by_another(url, claim)], claim.order)


def reject_or_take_back(url: str) -> Scene:
    claim = requested_cancel()
    return scene([rejection_by_another(url, claim), taking_back(url, claim)], claim.order)


def dispatch_or_request(url: str) -> Scene:
    order = OrderFactory()
    return scene([dispatch(url, order), request(url, order)], order)


def cancel_or_request(url: str) -> Scene:
    order = OrderFactory(**CASH)
    return scene([sellers_cancel(url, order), request(url, order)], order)


def settle_twice(url: str) -> Scene:
    """Two operators credit a void that was given up, while its answer comes after all, twice."""
    claim = approved(requested_cancel(payment_method=PaymentMethod.CARD))
    refund = Refund.unscoped.get(claim_id=claim.pk)
    by_operator(refunds.give_up, refund=refund, seen=refund.version, text=WHY)
    refund.refresh_from_db()
    clicks = [operators_click(url, refund, "credit", "refund.credited", text=WHY) for _operator in range(2)]
    return scene([*clicks, answer(refund), answer(refund)], claim.order)


def pay_out_twice(url: str) -> Scene:
    order = refunded()
    rows = Payout.unscoped.filter(user=order.buyer.user)
    return Scene(
        [payout(url, order), payout(url, order)], order, lambda: list(rows.all().values_list("state", "user_id"))
    )


def pay_or_refuse(url: str) -> Scene:
    order = refunded()
    with change(by := buyer_of(order)):
        row = payouts.ask_for(by=by, yen=order.paid_yen, **ACCOUNT)
    deeds = [
        operators_click(url, row, "pay", "PAID"),
        operators_click(url, row, "refuse", "REFUSED", reason="口座なし"),
    ]
    rows = Payout.unscoped.filter(pk=row.pk)
    return Scene(deeds, order, lambda: list(rows.all().values_list("state", "decided_by")))


RIVALS: tuple[Callable[[str], Scene], ...] = (
    approve_or_take_back,
    approve_or_reject,
    reject_or_take_back,
    dispatch_or_request,
    cancel_or_request,
    settle_twice,
    pay_out_twice,
    pay_or_refuse,
)
# After what was done: the order's state and its newest claim's, and what who was slower reads: what happened and who did it,
# or why it is not possible any more.
AFTER: dict[str, tuple[Any, ...]] = {
    "cancel.approved": (OrderState.CANCELED, State.COMPLETED, OVERTAKEN, "Cancel approved", "Shop"),
    "cancel.rejected": (OrderState.PREPARING, State.REJECTED, OVERTAKEN, "Cancel rejected", "Shop"),
    "cancel.taken_back": (OrderState.PREPARING, State.WITHDRAWN, OVERTAKEN, "Cancel request taken back", "Buyer"),
    "order.dispatched": (OrderState.SHIPPING, None, OVERTAKEN, "Dispatched", "Shop"),
    "cancel.requested": (OrderState.PREPARING, State.REQUESTED, "open"),
    "cancel.by_seller": (OrderState.CANCELED, State.COMPLETED, OVERTAKEN),
    "refund.credited": (OrderState.CANCELED, State.COMPLETED, OVERTAKEN),
    "refund.done": (OrderState.CANCELED, State.COMPLETED, OVERTAKEN),
    "REQUESTED": (OrderState.PREPARING, None, "That is more than your balance."),
    "PAID": (OrderState.PREPARING, None, "This payout has been decided already."),
    "REFUSED": (OrderState.PREPARING, None, "This payout has been decided already."),
}
