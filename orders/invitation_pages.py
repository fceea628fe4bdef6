"""The invitation of a buyer, on both sides (R-O10): the shop sends it, the buyer confirms it and has a log-in then."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods

from orders import invitations
from orders.file_forms import KeyForm
from orders.models import BuyerInvitation, Order
from qsm.accounts.access import SYSTEM, Actor, mine, seller_action
from qsm.accounts.forms import PasswordForm
from qsm.accounts.models import User
from qsm.events.answers import act
from qsm.events.door import change
from qsm.lib.files.cells import tidy
from qsm.lib.machine import Refused


class InviteForm(KeyForm):
    """Where the invitation goes."""

    email = forms.EmailField(label=gettext_lazy("Mail address of the buyer"))


class WelcomeForm(PasswordForm):
    """What only the buyer knows; and a password, for somebody without a log-in."""

    number = forms.CharField(label=gettext_lazy("Order number"), max_length=20)
    phone = forms.CharField(label=gettext_lazy("Phone number of the order"), max_length=40)
    field_order = ("number", "phone", "password")

    def __init__(self, data: Any = None, *, invitation: BuyerInvitation, has_log_in: bool) -> None:
        super().__init__(data, owner=User(email=invitation.email, name=invitation.buyer.name))
        if has_log_in:
            del self.fields["password"]

    def clean_number(self) -> str:
        """Digits of any width, as the phone's."""
        return tidy(self.cleaned_data["number"])


@require_http_methods(["GET", "HEAD", "POST"])
@seller_action
def invite(request: HttpRequest, actor: Actor, order_id: int) -> HttpResponse:
    """Ask for the buyer's address and send the link."""
    order = mine(Order.objects.for_actor(actor).select_related("buyer__user"), pk=order_id)
    form = InviteForm(request.POST) if request.method == "POST" else InviteForm(initial={"email": order.buyer.email})
    to, say = reverse("orders:page", args=[order.pk]), _("The invitation has been sent.")
    done = act(request, actor, form, invitations.invite, order=order, to=to, say=say) if form.is_bound else None
    context = {"form": form, "order": order}
    return done or render(request, "orders/invite.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: order number and phone confirm it, a password makes the log-in."""
    invitation = invitations.by_token(token)
    if invitation is None:
        used = invitations.confirmed_by(token, request.user.pk)
        return redirect("my") if used else render(request, "my/welcome_over.html", status=404)
    sent = request.POST if request.method == "POST" else None
    form = WelcomeForm(sent, invitation=invitation, has_log_in=request.user.is_authenticated)
    if form.is_valid():
        answer = _confirmed(request, invitation, form)
        if answer:
            return answer
    context = {"form": form, "shop": invitation.buyer.seller.name}
    return render(request, "my/welcome.html", context, status=422 if form.is_bound else 200)


def _confirmed(request: HttpRequest, invitation: BuyerInvitation, form: WelcomeForm) -> HttpResponse | None:
    """Where the buyer goes on; None when something is wrong, which the form then says, of number and phone without which."""
    entered = form.cleaned_data
    if not invitations.try_once(invitation, number=entered["number"], phone=entered["phone"]):
        form.add_error(
            None, gettext("Order number and phone do not match this invitation. Look them up in your order.")
        )
        return None
    here = request.user if request.user.is_authenticated else None
    password, language = entered.get("password", ""), get_language() or "ja"
    try:
        with change(SYSTEM):
            user = invitations.accept(invitation=invitation, user=here, password=password, language=language)
    except Refused as refusal:
        return _refused(request, form, refusal)
    if not here:
        login(request, user)
    messages.success(request, gettext("Your orders are on My page now."))
    return redirect("my")


def _refused(request: HttpRequest, form: WelcomeForm, refusal: Refused) -> HttpResponse | None:
    match refusal.code:
        case "invitation.over":
            return render(request, "my/welcome_over.html", status=404)
        case "invitation.log_in_exists":
            messages.info(request, str(refusal.message))
            return redirect(f"{reverse('account_login')}?next={request.path}")
    form.add_error(None, str(refusal.message))
    return None
