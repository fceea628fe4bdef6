"""Shops, people, orders and claims for tests. States that the rules reach by actions are reached by actions."""

from datetime import timedelta
from typing import Any

import factory
from django.db.models import Manager, Model

from claims.kinds import cancel
from claims.models import Claim
from claims.states import CancelReason
from orders import deadlines
from orders.models import Buyer, Cart, Order, Product
from orders.states import OrderState
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import Member, Role, Seller, User
from qsm.events.door import change
from qsm.lib import clock

PASSWORD = "correct horse battery"


class RowFactory(factory.django.DjangoModelFactory):
    """Makes rows through the manager that asks for no actor."""

    class Meta:
        abstract = True

    @classmethod
    def _get_manager(cls, model_class: type[Model]) -> Manager[Any]:
        return model_class._default_manager


class UserFactory(RowFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    name = factory.Sequence(lambda n: f"人 {n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(**fields)


class SellerFactory(RowFactory):
    class Meta:
        model = Seller

    slug = factory.Sequence(lambda n: f"shop{n}")
    name = factory.Sequence(lambda n: f"あおぞら雑貨店 {n}")
    notice_email = factory.LazyAttribute(lambda shop: f"{shop.slug}@example.jp")


class MemberFactory(RowFactory):
    class Meta:
        model = Member

    user = factory.SubFactory(UserFactory)
    seller = factory.SubFactory(SellerFactory)
    role = Role.STAFF


class BuyerFactory(RowFactory):
    class Meta:
        model = Buyer

    seller = factory.SubFactory(SellerFactory)
    user = factory.SubFactory(UserFactory)
    name = "青山 花子"
    email = factory.LazyAttribute(lambda buyer: buyer.user.email if buyer.user else "")


class CartFactory(RowFactory):
    class Meta:
        model = Cart

    seller = factory.SubFactory(SellerFactory)
    number = factory.Sequence(lambda n: f"{210_000_000 + n}")


class OrderFactory(RowFactory):
    """An order in preparation that is to be shipped in three days, unless told otherwise."""

    class Meta:
        model = Order

    seller = factory.SubFactory(SellerFactory)
    buyer = factory.SubFactory(BuyerFactory, seller=factory.SelfAttribute("..seller"))
    cart = factory.SubFactory(CartFactory, seller=factory.SelfAttribute("..seller"))
    number = factory.Sequence(lambda n: f"{630_000_000 + n}")
    state = OrderState.PREPARING
    product_name = "折りたたみ傘 ネイビー 55cm"
    quantity = 1
    price_yen = total_yen = paid_yen = 2480
    recipient_name = "青山 花子"
    ordered_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=2))
    ship_date = factory.LazyAttribute(
        lambda order: clock.today() + timedelta(days=3) if order.state == OrderState.PREPARING else None
    )
    shipped_at = factory.LazyAttribute(
        lambda order: clock.now() if order.state in {OrderState.SHIPPING, OrderState.DELIVERED} else None
    )

    @classmethod
    def _create(cls, model_class: type[Model], *args: Any, **columns: Any) -> Any:
        """With the deadlines that it has in its state."""
        due = deadlines.of(columns["state"], Order(**columns))
        return super()._create(model_class, *args, **{**due, **columns})


class ProductFactory(RowFactory):
    """A product on sale with enough of it, unless told otherwise."""

    class Meta:
        model = Product

    seller = factory.SubFactory(SellerFactory)
    code = factory.Sequence(lambda n: f"{900_000_000 + n}")
    name = "折りたたみ傘 ネイビー 55cm"
    price_yen = 2480
    stock = 50


def member_of(seller: Seller, role: Role = Role.STAFF) -> Actor:
    """A new member of the shop, as an actor."""
    member = MemberFactory(seller=seller, role=role)
    party = Party.VIEWER if role == Role.VIEWER else Party.SELLER
    return Actor(party, user_id=member.user_id, seller_id=seller.pk, role=role)


def buyer_of(order: Order) -> Actor:
    """The buyer of an order, as an actor."""
    return Actor(Party.BUYER, user_id=order.buyer.user_id)


def operator() -> Actor:
    """An operator, as an actor."""
    return Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)


def requested_cancel(order: Order | None = None, **columns: Any) -> Claim:
    """A cancel that the buyer has requested and that waits for the shop (R-C2)."""
    order = order or OrderFactory(**columns)
    with change(buyer_of(order)):
        return cancel.request(
            order=order,
            seen=order.version,
            by=buyer_of(order),
            reason=CancelReason.FOUND_CHEAPER,
            text="もっと安い店を見つけました",
        )
