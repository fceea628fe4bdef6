"""What sellers enter about orders. Forms shape input; what is allowed is decided by the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.states import DELAY_MEMO_MAX, DelayType
from qsm.events.forms import ActionForm

# Names seen in the marketplace's own files; any other name is taken and kept (reference/carriers-and-rules.md).
CARRIERS = (
    "ヤマト宅急便",
    "ネコポス",
    "クロネコDM便",
    "コンビニ等受取",
    "ゆうパケット",
    "クリックポスト",
    "ゆうパック",
    "佐川急便",
    "福山通運",
    "西濃運輸",
    "Qxpress",
    "その他",
)


class PlanForm(ActionForm):
    """The expected ship date (R-O1)."""

    ship_date = forms.DateField(
        label=_("Expected ship date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    delay_type = forms.ChoiceField(
        label=_("Reason for the date"), choices=[("", "–"), *DelayType.choices], required=False
    )
    memo = forms.CharField(
        label=_("Memo"), max_length=DELAY_MEMO_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DispatchForm(ActionForm):
    """Carrier and tracking number (R-O2)."""

    carrier = forms.CharField(
        label=_("Carrier"), max_length=200, widget=forms.TextInput(attrs={"list": "dispatch-names"})
    )
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=50, required=False)
