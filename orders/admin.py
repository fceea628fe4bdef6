"""Operators read orders here; state and money change through actions only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from orders import by_hand, claimed, lifecycle, preorders
from orders.file_admin import BuyerInvitationAdmin, FileImportAdmin, FileRowAdmin
from orders.forms import BlockForm, DeliverForm, EnterForm
from orders.machine import ORDER
from orders.models import Buyer, Order, Recipient, Restriction
from orders.money.admin import PaymentFeeAdmin, PayoutAdmin, SimulatedVoidAdmin, SimulatorRuleAdmin, TransferAdmin
from orders.products.admin import ProductAdmin
from qsm.events.acting import Deed, EnteringAdmin, WithHistory
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
class OrderAdmin(WithHistory, EnteringAdmin):
    """What the marketplace knows better than the shop, operators record: payment, its check, delivery (R-O9).

    And which orders are preorders (R-O5), or cannot be canceled in the console (R-C13); some they enter by hand (R-O6).
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
        "mark_preorder": Deed(
            preorders.mark_preorder,
            _("The shop then decides on each cancel, and no business days count for the dispatch."),
            gettext_noop("The order is marked as a preorder."),
        ),
        "mark_ordinary": Deed(
            preorders.mark_ordinary,
            _("Its business days for the dispatch then count from the payment, as of any order."),
            gettext_noop("The order is marked as an ordinary one."),
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

    entry_title = _("Enter an order")
    entry = Deed(
        by_hand.enter,
        _("The shop then sees it as if a file had brought it."),
        gettext_noop("The order has been entered."),
        EnterForm,
    )


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
