"""The delivery states of an order and their groups (rules, section 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
    """Tracked deliveries need a tracking number at dispatch (R-O2, R-O5)."""

    TRACKED = "tracked", _("Tracked")
    UNTRACKED = "untracked", _("Untracked")


SHIPPING_REQUEST = (OrderState.NEW, OrderState.PREPARING)
BEFORE_DISPATCH = (OrderState.AWAITING_PAYMENT, OrderState.PROCESSING, *SHIPPING_REQUEST)
ON_THE_WAY = (OrderState.SHIPPING, OrderState.DELIVERED)
DELAYED = _("Delayed")
SHIPPING_REQUEST_LABEL = _("Shipping request")
DELAY_MEMO_MAX = 1000
