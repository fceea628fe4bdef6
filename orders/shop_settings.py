"""What the owner of a shop decides about its files (R-O2): carrier, bytes of exports. How imports were paid is shown."""

import structlog
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from orders.carriers import CARRIERS
from orders.file_forms import KeyForm
from qsm.accounts.access import Actor, owner_page, shop_of
from qsm.accounts.models import PaymentMethod, Role, Seller
from qsm.events.answers import act
from qsm.events.door import must_be_open
from qsm.lib.machine import Refused

log = structlog.get_logger(__name__)
FIELDS = ("default_carrier", "export_encoding")
PAYMENT = "payment_of_imports"


class SettingsForm(KeyForm):
    """The settings, with the names of the shop's columns.

    How imported orders were paid is the operators' to say (decision 0004): "cash" turns a file into money.
    """

    for_the_form_only = KeyForm.for_the_form_only | {PAYMENT}
    payment_of_imports = forms.ChoiceField(
        label=gettext_lazy("How imported orders were paid"),
        choices=PaymentMethod.choices,
        disabled=True,
        help_text=gettext_lazy(
            "Files do not say it. It decides how refunds of new imported orders go back; only the operator can change it."
        ),
    )
    default_carrier = forms.CharField(
        label=gettext_lazy("Usual carrier"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "carriers"}),
    )
    export_encoding = forms.ChoiceField(
        label=gettext_lazy("Characters of Japanese files"), choices=(("cp932", "Shift_JIS"), ("utf-8-sig", "UTF-8"))
    )
    names = CARRIERS


@require_http_methods(["GET", "HEAD", "POST"])
@owner_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page of the settings, and their change."""
    shop = shop_of(request)
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=_values(shop))
    say = _("The settings have been saved.")
    done = (
        act(request, actor, form, set_up, shop=shop, to=reverse("orders:settings"), say=say) if form.is_bound else None
    )
    return done or render(request, "orders/settings.html", {"form": form}, status=422 if form.is_bound else 200)


def set_up(*, shop: Seller, by: Actor, **values: str) -> None:
    """Change the settings of the actor's own shop; orders that are there already stay as they are.

    values: of FIELDS. Raises Refused `shop.owners_only` for whoever does not own it.
    """
    must_be_open()
    owned = Seller.objects.filter(pk=shop.pk, members__user_id=by.user_id or 0, members__role=Role.OWNER)
    if not owned.exists():
        raise Refused("shop.owners_only", gettext_lazy("Only an owner of the shop can change its settings."))
    Seller.objects.filter(pk=shop.pk).update(**{name: values[name] for name in FIELDS})
    log.info("shop_set_up", shop=shop.slug, **values)


def _values(shop: Seller) -> dict[str, str]:
    return {name: getattr(shop, name) for name in (PAYMENT, *FIELDS)}
