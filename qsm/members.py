"""The owner's page of the shop's members, and the page that an invitation opens (R-A2)."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qsm.accounts import members
from qsm.accounts.access import Actor, View, mine, owner_page
from qsm.accounts.forms import AccountForm
from qsm.accounts.models import Invitation, Member, Role, User
from qsm.events.answers import act, ask_once
from qsm.events.forms import KEY_FIELD, ActionForm, Confirmed, new_key


def acts(view: View) -> Callable[..., HttpResponseBase]:
    """An owner's address that only acts: just opened, it leads to the members."""
    action = require_POST(owner_page(view))

    @wraps(action)
    def post_or_list(request: HttpRequest, **ids: int) -> HttpResponseBase:
        return redirect("members") if request.method in {"GET", "HEAD"} else action(request, **ids)

    return post_or_list


class MemberForm(ActionForm):
    """A role or nothing: what is set is final, so it does not matter which state the owner had seen."""

    for_the_form_only = frozenset({KEY_FIELD, "confirmed", "seen"})


class RemovalForm(Confirmed, MemberForm):
    """A member goes."""


class RoleForm(MemberForm):
    """Another role for a member."""

    role = forms.ChoiceField(label=_lazy("Role"), choices=Role.choices)


class InviteForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_lazy("Mail address"), max_length=254, widget=forms.EmailInput(attrs={"size": 36}))
    field_order = ("email", "role")


@require_safe
@owner_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The members with their roles, and the invitations that are open."""
    return _page(request, actor, InviteForm(version=1, initial={"role": Role.STAFF}))


@acts
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Invite somebody by mail address."""
    form = InviteForm(request.POST)
    say = _("The invitation will be sent at once. Its link is valid for 7 days.")
    return act(request, actor, form, members.invite, to=reverse("members"), say=say) or _page(request, actor, form, 422)


@acts
def withdraw(request: HttpRequest, actor: Actor, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that was not accepted yet."""
    invitation = mine(members.open_invitations(actor), pk=invitation_id)
    form, say = MemberForm(request.POST), _("The invitation has been withdrawn.")
    done = act(request, actor, form, members.withdraw, invitation=invitation, to=reverse("members"), say=say)
    if done:
        return done
    raise form.refusal


@acts
def change_role(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Give a member another role."""
    member = mine(members.of_shop(actor), pk=member_id)
    form, say = RoleForm(request.POST), _("The role has been changed.")
    if done := act(request, actor, form, members.change_role, member=member, to=_after(member, actor), say=say):
        return done
    raise form.refusal


@acts
def remove(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Let a member go: asks once, then does it (R-P6)."""
    member = mine(members.of_shop(actor), pk=member_id)
    form, say = RemovalForm(request.POST), _("The member has been removed.")
    if form.asks:
        title, back = gettext("Remove the member"), reverse("members")
        return ask_once(request, form, title=title, question=_removal_question(member), back=back)
    if done := act(request, actor, form, members.remove, member=member, to=_after(member, actor), say=say):
        return done
    raise form.refusal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the link of an invitation opens: a new account with a password, or joining with the account that is there."""
    invitation = members.invited(token)
    user = request.user
    if invitation is None:
        here = members.is_of_its_shop(token, user.pk)
        return redirect("home") if here else render(request, "members/join_over.html", status=410)
    if user.is_authenticated and user.email == invitation.email:
        if request.method == "POST":
            with transaction.atomic():
                members.join(invitation=invitation, user=user)
            return _welcome(request, invitation)
        return render(request, "members/join.html", {"invitation": invitation, "known": True})
    if user.is_authenticated or members.account_of(invitation):
        return render(request, "members/join_log_in.html", {"invitation": invitation})
    return _with_new_account(request, invitation)


def _with_new_account(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = AccountForm(request.POST if request.method == "POST" else None, owner=User(email=invitation.email))
    if not form.is_valid():
        context = {"invitation": invitation, "form": form}
        return render(request, "members/join.html", context, status=422 if form.errors else 200)
    with transaction.atomic():
        user = members.open_account(invitation=invitation, language=get_language() or "ja", **form.cleaned_data)
        members.join(invitation=invitation, user=user)
    login(request, user)
    return _welcome(request, invitation)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, gettext("You are now a member of %(shop)s.") % {"shop": invitation.seller.name})
    return redirect("home")


def _after(member: Member, actor: Actor) -> str:
    """Who has changed the own membership may be on this page no longer."""
    return reverse("home" if member.user_id == actor.user_id else "members")


def _removal_question(member: Member) -> str:
    question = gettext("%(name)s can then no longer open this shop. What was done stays in the history. Really remove?")
    return question % {"name": member.user.name or member.user.email}


def _page(request: HttpRequest, actor: Actor, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {
        "members": list(members.of_shop(actor)),
        "invitations": list(members.open_invitations(actor)),
        "roles": Role.choices,
        "form": form,
        "keys": new_key,
        "me": actor.user_id,
    }
    return render(request, "members/list.html", context, status=status)
