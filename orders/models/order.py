"""Buyers, carts and orders."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.states import (
    BEFORE_DISPATCH,
    DELAY_MEMO_MAX,
    ON_THE_WAY,
    CancelBlock,
    DelayType,
    DeliveryMethod,
    OrderState,
)
from qsm.accounts.access import OwnRows
from qsm.accounts.models import PaymentMethod, Seller
from qsm.events.models import Names
from qsm.lib import clock


class Buyer(models.Model):
    """A person as one shop knows it from its orders; the same person at another shop is another row.

    `user` is the log-in that has proved to be this person; without one the orders are only the shop's (R-O10).
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="buyers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="buyers"
    )
    name = models.CharField(_("buyer"), max_length=100)
    name_kana = models.CharField(_("buyer (kana)"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)

    objects = OwnRows["Buyer"](seller="seller_id", buyer="user_id")
    unscoped = models.Manager["Buyer"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("buyer")
        verbose_name_plural = _("buyers")
        indexes = (
            models.Index(fields=["seller", "mobile"], name="buyer_mobile", condition=~Q(mobile="")),
            models.Index(fields=["seller", "phone"], name="buyer_phone", condition=~Q(phone="")),
            models.Index(fields=["seller", "name", "postal_code"], name="buyer_name"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def address_for_mail(self) -> str:
        """Where mail goes: what the shop knows, else the log-in's address, else nothing (R-O10)."""
        return self.email or (self.user.email if self.user else "")


class Cart(models.Model):
    """A purchase: orders that were paid and are packed together."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="carts")
    number = models.CharField(_("cart number"), max_length=20)

    objects = OwnRows["Cart"](seller="seller_id", buyer="orders__buyer__user_id")
    unscoped = models.Manager["Cart"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=["seller", "number"], name="cart_number_once_per_shop"),)

    def __str__(self) -> str:
        return self.number


class Order(models.Model):
    """One line of a purchase: one order number, one product and option, a quantity. Money is whole yen.

    What higher rooms need it to know are columns of its own, set through `orders.lifecycle` in their transaction:
    `held_by` (the open claim's id), `held_as` (its kind), `held_state` (where it stands) and `held_at`, `cancel_barred`,
    `ship_today_until`. Operators set `cancel_blocked` (R-C13).

    Deadlines are exclusive instants: `pay_until`, `ship_today_until`, `late_at` (the next step of R-O8, after `late_step`
    of them), `receive_until`; `dispatch_by` stays, to judge by it whether an order left in time. `held_days`: business days
    since the payment that don't count, because a claim was open.

    `readdressed_at`: when the recipient was last changed here; files leave it alone from then on (R-O6).

    `refunded_yen` is what all its refunds claim of `paid_yen`, settled or not, kept by `orders.money` (R-M2).
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="orders")
    cart = models.ForeignKey(Cart, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(_("order number"), max_length=20)
    state = models.CharField(_("delivery state"), max_length=20, choices=OrderState)
    version = models.PositiveIntegerField(default=1)

    product_code = models.CharField(_("product code"), max_length=40, blank=True)
    seller_product_code = models.CharField(_("seller's product code"), max_length=100, blank=True)
    product_name = models.CharField(_("product name"), max_length=300)
    option = models.CharField(_("option"), max_length=500, blank=True)
    option_code = models.CharField(_("seller's option code"), max_length=100, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    price_yen = models.BigIntegerField(_("price"), default=0)
    discount_yen = models.BigIntegerField(_("discount"), default=0)
    total_yen = models.BigIntegerField(_("order total"), default=0)
    paid_yen = models.BigIntegerField(_("paid by the buyer"), default=0)
    refunded_yen = models.BigIntegerField(_("refunded"), default=0)
    payment_method = models.CharField(
        _("payment method"), max_length=10, choices=PaymentMethod, default=PaymentMethod.EXTERNAL
    )
    country = models.CharField(_("order country"), max_length=2, default="JP")

    recipient_name = models.CharField(_("recipient"), max_length=100)
    recipient_kana = models.CharField(_("recipient (kana)"), max_length=100, blank=True)
    recipient_phone = models.CharField(_("phone"), max_length=40, blank=True)
    recipient_mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    readdressed_at = models.DateTimeField(null=True)
    delivery_request = models.CharField(_("delivery request"), max_length=1000, blank=True)

    delivery_method = models.CharField(
        _("delivery method"), max_length=10, choices=DeliveryMethod, default=DeliveryMethod.TRACKED
    )
    carrier = models.CharField(_("carrier"), max_length=200, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=50, blank=True)
    ship_date = models.DateField(_("expected ship date"), null=True)
    delay_type = models.CharField(_("reason for the date"), max_length=20, choices=DelayType, blank=True)
    delay_memo = models.CharField(_("memo"), max_length=DELAY_MEMO_MAX, blank=True)

    ordered_at = models.DateTimeField(_("ordered on"))
    paid_at = models.DateTimeField(_("paid on"), null=True)
    shipped_at = models.DateTimeField(_("shipped on"), null=True)
    delivered_at = models.DateTimeField(_("delivered on"), null=True)
    received_at = models.DateTimeField(_("received on"), null=True)
    is_preorder = models.BooleanField(_("preorder"), default=False)

    pay_until = models.DateTimeField(_("to be paid by"), null=True)
    dispatch_by = models.DateTimeField(_("to be dispatched by"), null=True)
    late_at = models.DateTimeField(null=True)
    late_step = models.PositiveSmallIntegerField(default=0)
    held_days = models.PositiveSmallIntegerField(default=0)
    late_points = models.SmallIntegerField(_("points for late dispatch"), default=0)
    receive_until = models.DateTimeField(_("receipt to be confirmed by"), null=True)
    pickup_misses = models.PositiveSmallIntegerField(default=0)
    pickup_blocked_until = models.DateTimeField(null=True)
    more = models.JSONField(_("other columns of the file"), default=dict)

    held_by = models.BigIntegerField(null=True)
    held_as = models.CharField(max_length=20, blank=True)
    held_state = models.CharField(max_length=30, blank=True)
    held_at = models.DateTimeField(null=True)
    cancel_barred = models.BooleanField(_("cancel barred"), default=False)
    cancel_blocked = models.CharField(_("cancel blocked"), max_length=20, choices=CancelBlock, blank=True)
    ship_today_until = models.DateTimeField(_("to be shipped by"), null=True)

    objects = OwnRows["Order"](seller="seller_id", buyer="buyer__user_id")
    unscoped = models.Manager["Order"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = (
            models.UniqueConstraint(fields=["seller", "number"], name="order_number_once_per_shop"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_has_a_quantity"),
            models.CheckConstraint(condition=Q(total_yen__gte=0) & Q(paid_yen__gte=0), name="order_money_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_yen__gte=0) & Q(refunded_yen__lte=F("paid_yen")),
                name="order_refunds_within_what_was_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.PREPARING) | Q(ship_date__isnull=False),
                name="preparing_has_a_ship_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.SHIPPING, OrderState.DELIVERED]) | Q(shipped_at__isnull=False),
                name="dispatched_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_as="") | (Q(held_by__isnull=False) & ~Q(held_as="")),
                name="held_by_and_as_go_together",
            ),
        )
        indexes = (
            models.Index(fields=["seller", "-ordered_at", "-id"], name="order_recent"),
            models.Index(fields=["seller", "state", "-ordered_at", "-id"], name="order_state"),
            models.Index(
                fields=["seller", "state", "ship_date"],
                name="order_waiting",
                condition=Q(state__in=BEFORE_DISPATCH),
            ),
            *(
                models.Index(fields=["seller", "-ordered_at", "-id"], name=name, condition=Q(state__in=states))
                for name, states in (("order_open", BEFORE_DISPATCH), ("order_sent", ON_THE_WAY))
            ),
            models.Index(fields=["seller", "-cart", "-id"], name="order_of_cart"),
            models.Index(fields=["seller", "tracking_number"], name="order_tracking", condition=~Q(tracking_number="")),
            models.Index(
                fields=["seller", "dispatch_by"], name="order_dispatch_by", condition=Q(dispatch_by__isnull=False)
            ),
            models.Index(fields=["buyer", "-ordered_at"], name="order_of_buyer"),
            *(
                models.Index(fields=[name], name=f"order_{name}", condition=Q((f"{name}__isnull", False)))
                for name in ("pay_until", "ship_today_until", "late_at", "receive_until")
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def history(self) -> Names:
        """How events name this order."""
        return {"seller_id": self.seller_id, "order_id": self.pk, "claim_id": None}

    @property
    def refundable_yen(self) -> int:
        """What can be given back still: nothing of an order that has not been paid (R-M2)."""
        return 0 if self.state == OrderState.AWAITING_PAYMENT else self.paid_yen - self.refunded_yen

    @property
    def dispatch_day(self) -> date | None:
        """The last day on which it leaves in time, whatever ship date was entered (R-O8)."""
        return clock.last_day_before(self.dispatch_by) if self.dispatch_by else None

    @property
    def is_delayed(self) -> bool:
        """*Delayed*: prepared for a day that has passed, and no open claim (rules, section 3)."""
        late = self.ship_date is not None and self.ship_date < clock.today()
        return self.state == OrderState.PREPARING and late and self.held_by is None

    @staticmethod
    def delayed() -> Q:
        """The same as `is_delayed`, for the database."""
        return Q(state=OrderState.PREPARING, ship_date__lt=clock.today(), held_by__isnull=True)
