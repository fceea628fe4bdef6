"""Orders that operators enter by hand in admin (R-O6)."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.models import Buyer, Order
from orders.states import OrderState
from qsm.accounts.models import PaymentMethod, User
from qsm.events.models import Event
from tests.factories import OrderFactory, SellerFactory, UserFactory

pytestmark = pytest.mark.django_db
ENTERED = {
    "number": "638000001",
    "cart_number": "210300001",
    "ordered_at": "2026-04-15T19:12",
    "paid_at": "2026-04-15T19:20",
    "product_name": "折りたたみ傘 ネイビー 55cm",
    "option": "",
    "quantity": "2",
    "price_yen": "2480",
    "delivery_method": "tracked",
    "is_preorder": "on",
    "buyer_name": "青山 花子",
    "buyer_mobile": "+81-90-0000-0001",
    "recipient_name": "川島 太一",
    "recipient_mobile": "",
    "postal_code": "100-0001",
    "address": "東京都 千代田区 千代田 1-1",
    "key": "k1",
}


@pytest.fixture
def desk() -> Client:
    """An operator with all permissions."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.create_superuser("op@example.jp", name="運営"))
    return client


def enter(client: Client, **entered: object) -> int:
    return client.post(reverse("admin:orders_order_add"), {**ENTERED, **entered}).status_code


def test_an_operator_enters_an_order(desk: Client) -> None:
    """R-O6: it comes in as from a file, with its buyer and its cart, once."""
    shop = SellerFactory(payment_of_imports=PaymentMethod.CASH)
    assert "Enter an order" in desk.get(reverse("admin:orders_order_add")).content.decode()
    assert (enter(desk, seller=shop.pk), enter(desk, seller=shop.pk)) == (302, 302)
    order = Order.unscoped.select_related("cart", "buyer").get(seller=shop)
    assert (order.state, order.total_yen, order.paid_yen) == (OrderState.NEW, 4960, 4960)
    assert (order.payment_method, order.is_preorder, order.late_at) == (PaymentMethod.CASH, True, None)
    assert (order.cart.number, order.buyer.mobile, order.recipient_name) == (
        "210300001",
        "+81-90-0000-0001",
        "川島 太一",
    )
    assert list(Event.unscoped.values_list("name", "party")) == [("order.entered", "operator")]


def test_an_unpaid_order_waits_for_its_payment(desk: Client) -> None:
    """R-O9"""
    assert enter(desk, seller=SellerFactory().pk, paid_at="") == 302
    order = Order.unscoped.get()
    assert (order.state, order.pay_until is None) == (OrderState.AWAITING_PAYMENT, False)


@pytest.mark.parametrize(
    "wrong", [{"number": "12a"}, {"quantity": "0"}, {"paid_at": "2026-04-15T19:11"}, {"paid_at": "2999-01-01T00:00"}]
)
def test_what_cannot_be_is_not_entered(desk: Client, wrong: dict[str, str]) -> None:
    """R-O6"""
    assert enter(desk, seller=SellerFactory().pk, **wrong) == 422
    assert not Order.unscoped.exists()


def test_a_number_that_the_shop_has_is_refused(desk: Client) -> None:
    """R-O6, R-A1: and changes nothing of the order; another shop may have it."""
    order = OrderFactory(number="638000001", state=OrderState.AWAITING_PAYMENT)
    assert enter(desk, seller=order.seller_id) == 422
    order.refresh_from_db()
    assert (order.state, order.version, Buyer.unscoped.count()) == (OrderState.AWAITING_PAYMENT, 1, 1)
    assert enter(desk, seller=SellerFactory().pk) == 302


def test_who_may_only_read_enters_nothing() -> None:
    """R-A2: by Django's permissions."""
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    assert enter(client, seller=SellerFactory().pk) == 403
