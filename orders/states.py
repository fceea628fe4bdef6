"""The delivery states of an order and their groups (rules, section 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qsm.accounts.models import PaymentMethod


class OrderState(models.TextChoices):
    """Where an order stands. *Delayed* is derived and not a state: see `Order.is_delayed`."""

    AWAITING_PAYMENT = "AWAITING_PAYMENT", _("Awaiting payment")
    PROCESSING = "PROCESSING", _("Processing")
    NEW = "NEW", _("New order")
    PREPARING = "PREPARING", _("Preparing")
    SHIPPING = "SHIPPING", _("In transit")
    DELIVERED = "DELIVERED", _("Delivered")
    RECEIVED = "RECEIVED", _("Receipt confirmed")
    CANCELED = "CANCELED", pgettext_lazy("order", "Canceled")
    RETURNED = "RETURNED", pgettext_lazy("order", "Returned")
    REFUNDED = "REFUNDED", pgettext_lazy("order", "Refunded")


class DelayType(models.TextChoices):
    """Why a ship date is as late as it is (R-O1)."""

    PREPARING = "preparing", _("Preparing the goods")
    MADE_TO_ORDER = "made_to_order", _("Made to order")
    CUSTOMERS_WISH = "customers_wish", _("Customer's wish")
    OTHER = "other", _("Other")


class DeliveryMethod(models.TextChoices):
    """How the goods get to the buyer: tracked parcels need a tracking number (R-O2, R-O5), the last two no parcel (R-O7)."""

    TRACKED = "tracked", _("Tracked")
    UNTRACKED = "untracked", _("Untracked")
    PICKUP = "pickup", _("Visit pickup")
    ONLINE = "online", _("Online service")


class CancelBlock(models.TextChoices):
    """Why an order cannot be canceled in the console (R-C13)."""

    COUPON = "coupon", _("Coupon conditions")
    PAYMENT_METHOD = "payment_method", _("Payment method")


PARCELS = (DeliveryMethod.TRACKED, DeliveryMethod.UNTRACKED)
SHIPPING_REQUEST = (OrderState.NEW, OrderState.PREPARING)
BEFORE_DISPATCH = (OrderState.AWAITING_PAYMENT, OrderState.PROCESSING, *SHIPPING_REQUEST)
ON_THE_WAY = (OrderState.SHIPPING, OrderState.DELIVERED)
DELAYED = _("Delayed")
SHIPPING_REQUEST_LABEL = _("Shipping request")
SHIP_DATE_MOST_DAYS = 730  # ahead (ours): further is a year mistyped
DELAY_MEMO_MAX = 1000
# What `Order.held_state` says while an open cancel claim refunds (claims.states.State.REFUNDING).
REFUNDING = "REFUNDING"
PAY_DAYS = 7
RECEIVE_DAYS = 7


class RefundState(models.TextChoices):
    """Where a refund stands (R-M1)."""

    VOIDING = "VOIDING", _("Being voided")
    EXTERNAL = "EXTERNAL", _("To be refunded at the source")
    FAILED = "FAILED", pgettext_lazy("refund", "Failed")
    DONE = "DONE", pgettext_lazy("refund", "Refunded")


class RefundWay(models.TextChoices):
    """How the money goes back: the way of the payment (R-M1), or the balance when the card could not be voided."""

    VOID = "void", _("Void of the card payment")
    BALANCE = "balance", _("Credit to the buyer's balance")
    SOURCE = "source", _("Refund where the order was paid")


class TransferReason(models.TextChoices):
    """What a transfer is for."""

    REFUND = "refund", _("Refund")
    FEE = "fee", _("Payment fee")
    PAYOUT = "payout", _("Payout requested")
    PAID_OUT = "paid_out", _("Paid out")
    RETURNED = "returned", _("Payout refused, credited again")


class PayoutState(models.TextChoices):
    """Where a payout of a buyer's balance stands."""

    REQUESTED = "REQUESTED", pgettext_lazy("payout", "Requested")
    PAID = "PAID", pgettext_lazy("payout", "Paid")
    REFUSED = "REFUSED", pgettext_lazy("payout", "Refused")


class AccountType(models.TextChoices):
    """The kinds of accounts at Japanese banks that money can be sent to."""

    ORDINARY = "ordinary", _("Ordinary deposit")
    CURRENT = "current", _("Current account")
    SAVINGS = "savings", _("Savings deposit")


WAY_OF: dict[str, RefundWay] = {
    PaymentMethod.CARD: RefundWay.VOID,
    PaymentMethod.CASH: RefundWay.BALANCE,
    PaymentMethod.EXTERNAL: RefundWay.SOURCE,
}
