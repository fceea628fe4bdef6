"""What sellers enter about orders. Forms shape input; what is allowed is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.file_rows import MOST_PIECES
from orders.models import Order
from orders.states import DELAY_MEMO_MAX, CancelBlock, DelayType, DeliveryMethod
from qsm.accounts.models import Seller
from qsm.events.forms import ActionForm, ConfirmForm, Prose, new_key

DATE = {"type": "date"}
NUMBER = r"^[0-9]{1,18}$"
MOST_YEN = 1_000_000_000
NAMES_OF_CARRIERS = "carriers"  # the id of the <datalist>


def moment_input() -> forms.DateTimeInput:
    """A day and time of Tokyo, as browsers ask for it."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DateFields(forms.Form):
    """The expected ship date and why it is as late as it is (R-O1)."""

    ship_date = forms.DateField(label=_("Expected ship date"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    delay_type = forms.ChoiceField(
        label=_("Reason for the date"), choices=[("", "–"), *DelayType.choices], required=False
    )
    memo = Prose(label=_("Memo"), max_length=DELAY_MEMO_MAX, required=False)


class ParcelFields(forms.Form):
    """Carrier and tracking number (R-O2)."""

    carrier = forms.CharField(
        label=_("Carrier"), max_length=200, widget=forms.TextInput(attrs={"list": NAMES_OF_CARRIERS})
    )
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=50, required=False)


class BlockForm(ActionForm):
    """Why an order cannot be canceled in the console (R-C13)."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CancelBlock.choices)


class CodeFields(forms.Form):
    """The code that the buyer shows (R-O7)."""

    code = forms.CharField(
        label=_("Buyer's pickup code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PlanForm(DateFields, ActionForm):
    """The expected ship date of one order."""


class DispatchForm(ParcelFields, ConfirmForm):
    """The parcel of one order."""


class CorrectForm(ParcelFields, ActionForm):
    """The parcel of one order, corrected."""


class HandOverForm(CodeFields, ConfirmForm):
    """The code of one order."""


class RecipientForm(ActionForm):
    """To whom and where an order goes (R-O4)."""

    recipient_name = forms.CharField(label=_("Recipient"), max_length=100)
    recipient_kana = forms.CharField(label=_("Recipient (kana)"), max_length=100, required=False)
    recipient_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    recipient_mobile = forms.CharField(label=_("Mobile phone"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class NoFields(forms.Form):
    """Nothing more is asked."""


class CarrierForAll(forms.Form):
    """The carrier of all rows that name none of their own."""

    carrier_for_all = forms.CharField(
        label=_("Carrier of all rows"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": NAMES_OF_CARRIERS}),
    )


class ParcelOfRow(ParcelFields):
    """The parcel of one of many; without a carrier it takes the one of all rows."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["carrier"].required = False


class WorkKey(forms.Form):
    """What makes a second click on a form for many rows harmless; rows add their ids to it."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=new_key)


def parcel_of(order: Order) -> dict[str, Any]:
    """What is known of an order's parcel."""
    return {"carrier": order.carrier, "tracking_number": order.tracking_number}


class DeliverForm(ActionForm):
    """When a parcel arrived, as an operator knows it; now where nothing is entered (R-O9)."""

    delivered_at = forms.DateTimeField(
        label=_("Delivered at (Tokyo)"),
        required=False,
        widget=moment_input(),
    )


class EnterForm(ActionForm):
    """An order by hand (R-O6): the columns of `OrderRow` that an operator knows."""

    seen = None  # type: ignore[assignment]
    seller = forms.ModelChoiceField(label=_("Shop"), queryset=Seller.objects.order_by("name"))
    number = forms.RegexField(NUMBER, label=_("Order number"))
    cart_number = forms.RegexField(NUMBER, label=_("Cart number"))
    ordered_at = forms.DateTimeField(label=_("Ordered at (Tokyo)"), widget=moment_input())
    paid_at = forms.DateTimeField(label=_("Paid at (Tokyo)"), widget=moment_input(), required=False)
    product_name = forms.CharField(label=_("Product name"), max_length=300)
    option = forms.CharField(label=_("Option"), max_length=500, required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MOST_PIECES)
    price_yen = forms.IntegerField(label=_("Price of one piece (yen)"), min_value=0, max_value=MOST_YEN)
    delivery_method = forms.ChoiceField(label=_("Delivery method"), choices=DeliveryMethod.choices)
    is_preorder = forms.BooleanField(label=_("Preorder"), required=False)
    buyer_name = forms.CharField(label=_("Buyer"), max_length=100)
    buyer_mobile = forms.CharField(label=_("Mobile phone"), max_length=40, required=False)
    recipient_name = forms.CharField(label=_("Recipient"), max_length=100)
    recipient_mobile = forms.CharField(label=_("Phone"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
