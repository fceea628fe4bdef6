"""What buyers see and do of an order itself, and what operators do with it in admin (R-O7, R-O9, R-P4, R-P5)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders import lifecycle, pickup
from orders.clocks import buyer_clock, seller_clock
from orders.models import Order
from orders.states import REFUNDING, DeliveryMethod, OrderState
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import User
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import OrderFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 24, 3, 0, tzinfo=UTC)  # a Monday, 12:00 in Tokyo


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def logged_in(user: User | None) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def receipt(order: Order) -> str:
    return reverse("my_orders:receive", args=[order.pk])


@pytest.mark.parametrize("state", [OrderState.SHIPPING, OrderState.DELIVERED])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_buyer_confirms_the_receipt_after_one_question_and_once(state: str, htmx: bool) -> None:
    """R-O9, R-P6"""
    order = OrderFactory(state=state)
    buyer, headers = logged_in(order.buyer.user), {"HX-Request": "true"} if htmx else {}
    assert receipt(order) in buyer.get("/my/").content.decode()
    form = {"seen": order.version, "key": "k"}
    question = buyer.post(receipt(order), form, headers=headers)
    assert "only the operator can open a claim" in question.content.decode()
    assert Order.unscoped.get(pk=order.pk).state == state
    for _click in range(2):
        assert buyer.post(receipt(order), form | {"confirmed": "1"}, headers=headers).status_code < 400
    assert Order.unscoped.get(pk=order.pk).state == OrderState.RECEIVED
    assert Event.unscoped.filter(order_id=order.pk).count() == 1


def test_nobody_else_confirms_it() -> None:
    """R-A1: another buyer's order answers like one that does not exist."""
    order, other = OrderFactory(state=OrderState.DELIVERED), OrderFactory()
    stranger = logged_in(other.buyer.user)
    foreign = stranger.post(receipt(order), {"seen": 1, "key": "k", "confirmed": "1"})
    absent = stranger.post("/my/orders/999999999/receive/", {"seen": 1, "key": "k", "confirmed": "1"})
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.content == absent.content


def test_the_pickup_code_is_on_my_page_until_the_hand_over() -> None:
    """R-O7"""
    order = OrderFactory(delivery_method=DeliveryMethod.PICKUP)
    buyer = logged_in(order.buyer.user)
    assert pickup.code_of(order) in buyer.get("/my/").content.decode()
    with change(by := member_of(order.seller)):
        lifecycle.hand_over(order=order, seen=order.version, by=by, code=pickup.code_of(order))
    assert pickup.code_of(order) not in buyer.get("/my/").content.decode()


def test_a_frozen_order_shows_no_code() -> None:
    """R-O7, R-O3"""
    order = requested_cancel(delivery_method=DeliveryMethod.PICKUP).order
    assert pickup.code_of(order) not in logged_in(order.buyer.user).get("/my/").content.decode()


@pytest.mark.parametrize(
    ("columns", "turn", "last_day", "tone"),
    [
        ({"state": OrderState.AWAITING_PAYMENT}, "buyer", "2026-08-30", "calm"),
        ({"state": OrderState.PROCESSING}, "marketplace", "None", "calm"),
        ({"state": OrderState.NEW}, "your turn", "2026-08-27", "turn"),
        ({"state": OrderState.PREPARING, "ship_date": "+2"}, "your turn", "2026-08-26", "turn"),
        ({"state": OrderState.PREPARING, "ship_date": "-1"}, "your turn", "None", "late"),
        ({"state": OrderState.SHIPPING}, "on their way", "None", "calm"),
        ({"state": OrderState.DELIVERED, "delivered_at": NOON}, "buyer", "2026-08-30", "calm"),
        (
            {"state": OrderState.NEW, "held_by": 1, "held_as": "cancel", "held_state": "REQUESTED"},
            "your turn",
            "None",
            "turn",
        ),
        (
            {"state": OrderState.NEW, "held_by": 1, "held_as": "cancel", "held_state": REFUNDING},
            "refund",
            "None",
            "calm",
        ),
        ({"state": OrderState.SHIPPING, "held_by": 1, "held_as": "return"}, "claim", "None", "calm"),
    ],
)
def test_every_waiting_state_shows_whose_turn_it_is(
    columns: dict[str, Any], turn: str, last_day: str, tone: str
) -> None:
    """R-P5: until when in Tokyo, and what happens then."""
    with clock.at(NOON):
        if days := columns.get("ship_date"):
            columns = columns | {"ship_date": clock.after(clock.today(), int(days))}
        shown = seller_clock(OrderFactory(paid_at=NOON, ordered_at=NOON, **columns))
        assert shown is not None
        assert turn in shown.turn
        assert (str(shown.last_day), shown.tone) == (last_day, tone)
        assert shown.outcome


def test_states_that_wait_for_nobody_have_no_clock() -> None:
    """R-P5"""
    for state in (OrderState.RECEIVED, OrderState.CANCELED, OrderState.RETURNED, OrderState.REFUNDED):
        assert seller_clock(OrderFactory(state=state)) is None
        assert buyer_clock(OrderFactory(state=state)) is None


@pytest.mark.parametrize(("held_state", "text"), [("REQUESTED", "Cancel requested"), (REFUNDING, "Canceling")])
def test_the_chip_says_requested_or_canceling(held_state: str, text: str) -> None:
    """R-P2: 취소요청 / 취소중, never delayed meanwhile."""
    order = OrderFactory(ship_date=clock.today())
    with change(SYSTEM):
        lifecycle.hold(order, claim_id=1, kind="cancel", state=held_state)
    client = logged_in(User.objects.get(pk=member_of(order.seller).user_id))
    assert client.get(reverse("orders:page", args=[order.pk])).context["panel"].chip.text == text


ADMIN_STEPS = (("pay", OrderState.PROCESSING), ("check", OrderState.NEW))


def test_operators_pay_check_and_deliver_in_views_of_their_own() -> None:
    """R-O9, R-A3: each asks once, is an event with who did it, and the order's page shows its history."""
    operator = User.objects.create_superuser("op@example.jp", name="運営")
    client, order = logged_in(operator), OrderFactory(state=OrderState.AWAITING_PAYMENT)
    for version, (action, state) in enumerate(ADMIN_STEPS, 1):
        url = f"/admin/orders/order/{order.pk}/do/{action}/"
        assert client.get(url).status_code == 200
        assert client.post(url, {"seen": version, "key": action}).status_code == 302
        assert Order.unscoped.get(pk=order.pk).state == state
    Order.unscoped.filter(pk=order.pk).update(state=OrderState.SHIPPING, shipped_at=clock.now())
    client.post(f"/admin/orders/order/{order.pk}/do/deliver/", {"seen": 3, "key": "d", "delivered_at": ""})
    events = Event.unscoped.filter(order_id=order.pk).order_by("seq")
    assert [(event.name, event.user_id) for event in events] == [
        ("order.paid", operator.pk),
        ("order.checked", operator.pk),
        ("order.delivered", operator.pk),
    ]
    page = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "Payment checked: the shop may start" in page
