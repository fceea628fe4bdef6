"""Operators read orders here; state and money change through actions only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from orders import claimed, lifecycle
from orders.file_admin import BuyerInvitationAdmin, FileImportAdmin, FileRowAdmin
from orders.forms import BlockForm, DeliverForm
from orders.machine import ORDER
from orders.models import Buyer, Order, Recipient, Restriction
from orders.money.admin import PaymentFeeAdmin, PayoutAdmin, SimulatedVoidAdmin, SimulatorRuleAdmin, TransferAdmin
from orders.products.admin import ProductAdmin
from qsm.events.acting import ActingAdmin, Deed, WithHistory
from qsm.events.admin import ReadOnlyAdmin

__all__ = [
    "BuyerAdmin",
    "BuyerInvitationAdmin",
    "FileImportAdmin",
    "FileRowAdmin",
    "OrderAdmin",
    "PaymentFeeAdmin",
    "PayoutAdmin",
    "ProductAdmin",
    "RecipientAdmin",
    "RestrictionAdmin",
    "SimulatedVoidAdmin",
    "SimulatorRuleAdmin",
    "TransferAdmin",
]


@admin.register(Order)
class OrderAdmin(WithHistory, ActingAdmin):
    """What the marketplace knows better than the shop, operators record: payment, its check, delivery (R-O9).

    And which orders cannot be canceled in the console (R-C13).
    """

    list_display = ("number", "seller", "state", "product_name", "ordered_at", "ship_date")
    list_filter = ("state",)
    list_select_related = ("seller",)
    search_fields = ("=number",)
    machine, subject = ORDER, "order"
    deeds = {
        "pay": Deed(
            lifecycle.pay,
            _("Has this order been paid? The marketplace then checks the payment."),
            gettext_noop("The payment has been recorded."),
        ),
        "check": Deed(
            lifecycle.check,
            _(
                "Is the payment of this order in order? The shop can then start, "
                "and its days for the dispatch count from the payment."
            ),
            gettext_noop("The payment check has been recorded: the shop may start."),
        ),
        "deliver": Deed(
            lifecycle.deliver,
            _("Has this order arrived at the buyer's? The receipt then counts as confirmed on the eighth day."),
            gettext_noop("The delivery has been recorded."),
            DeliverForm,
        ),
        "block": Deed(
            claimed.block,
            _("Neither the buyer nor the shop can cancel this order any more; both are led to an inquiry."),
            gettext_noop("Cancels of this order are barred."),
            BlockForm,
        ),
        "unblock": Deed(
            claimed.unblock,
            _("The buyer and the shop can cancel this order again."),
            gettext_noop("Cancels of this order are allowed again."),
        ),
    }


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    """The versions of recipients that orders had (R-O4)."""

    list_display = ("order", "recipient_name", "postal_code", "recorded_at", "erased_at")
    list_select_related = ("order",)
    search_fields = ("=order__number",)


@admin.register(Restriction)
class RestrictionAdmin(ReadOnlyAdmin):
    """Sales restrictions, each with the order that brought it and the rate at that time (R-O8)."""

    list_display = ("seller", "order", "dispatch_rate", "started_at", "ends_at")
    list_select_related = ("seller", "order")


@admin.register(Buyer)
class BuyerAdmin(ReadOnlyAdmin):
    list_display = ("name", "seller", "user")
    list_select_related = ("seller", "user")
    search_fields = ("name", "mobile")
