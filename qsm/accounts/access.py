"""The only way from a request to "my" rows (R-A1, R-A2).

An `Actor` says who acts; every query starts from one: `Claim.objects.for_actor(actor)`. What belongs to somebody else is
simply not in the queryset, so that it answers exactly like what does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Never, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from qsm.accounts.models import Member, Role, Seller, User
from qsm.lib.machine import Refused

SHOP_IN_SESSION = "shop"
SHOP_IN_FORM = "of_shop"  # see parts/of_shop.html


class Party(StrEnum):
    """The sides of a trade, as machines know them. A viewer belongs to the shop and may change nothing."""

    SELLER = "seller"
    VIEWER = "viewer"
    BUYER = "buyer"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. A member acts for one shop (`seller_id`), a buyer for oneself (`user_id`)."""

    party: Party
    user_id: int | None = None
    seller_id: int | None = None
    role: str = ""


SYSTEM = Actor(Party.SYSTEM)
Row = TypeVar("Row", bound=models.Model)


class OtherShop(Refused):
    """A form of one shop's page was sent after the person had switched to another shop, say in another tab."""


class OwnRows(models.Manager[Row]):
    """The manager `objects` of every model with rows that belong to somebody.

    seller, buyer: the lookups to the shop's id and to the buyer's user id; None where that side sees nothing.
    """

    def __init__(self, *, seller: str | None, buyer: str | None) -> None:
        super().__init__()
        self.lookups = {Party.SELLER: seller, Party.VIEWER: seller, Party.BUYER: buyer}

    def for_actor(self, actor: Actor) -> models.QuerySet[Row]:
        """The rows that `actor` may see: a shop's members those of the shop, a buyer the own ones, operators all (R-A1)."""
        rows = super().get_queryset()
        if actor.party in {Party.OPERATOR, Party.SYSTEM}:
            return rows
        lookup = self.lookups[actor.party]
        if lookup is None:
            return rows.none()
        return rows.filter(**{lookup: actor.user_id if actor.party is Party.BUYER else actor.seller_id})

    def get_queryset(self) -> Never:
        """Refuses: a query without an actor would see everybody's rows."""
        raise TypeError(f"{self.model.__name__}.objects needs an actor: use .for_actor(actor)")


def mine(rows: models.QuerySet[Row], **lookup: Any) -> Row:
    """The one row that matches, of rows that started from an actor. Raises Http404 alike for absent and foreign (R-A1)."""
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, OverflowError) as absent:
        raise Http404 from absent


def person(request: HttpRequest) -> User:
    """Who has logged in. Raises PermissionDenied for a stranger."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def membership(request: HttpRequest) -> Member | None:
    """The membership that the person works under, if any."""
    return next(iter(memberships(request)), None)


def is_member(request: HttpRequest) -> bool:
    """Whether the person belongs to a shop, be it one that may trade or not."""
    return request.user.is_authenticated and request.user.memberships.exists()


def memberships(request: HttpRequest) -> list[Member]:
    """The person's memberships of trading shops, the one chosen in the session first; read once per request."""
    if not hasattr(request, "_memberships"):
        request._memberships = _memberships(request)  # type: ignore[attr-defined]
    return request._memberships  # type: ignore[attr-defined]


def _memberships(request: HttpRequest) -> list[Member]:
    if not request.user.is_authenticated:
        return []
    members = request.user.memberships.filter(seller__is_active=True).select_related("seller")
    chosen = request.session.get(SHOP_IN_SESSION)
    return sorted(members, key=lambda member: (member.seller_id != chosen, member.pk))


def shop_of(request: HttpRequest) -> Seller:
    """The shop that the person works for. Raises PermissionDenied for somebody in no trading shop."""
    return _member(request).seller


View = Callable[Concatenate[HttpRequest, Actor, ...], HttpResponseBase]


def seller_page(view: View) -> Callable[..., HttpResponseBase]:
    """A view for every member of a shop: called with (request, actor, …). Others get 403, strangers the log-in."""
    return _page(view, seller_actor)


def seller_action(view: View) -> Callable[..., HttpResponseBase]:
    """A view for members that may change something (owner, staff): viewers get 403 (R-A2)."""
    return _page(view, working_actor)


def owner_page(view: View) -> Callable[..., HttpResponseBase]:
    """A view for owners of the shop: other members get 403 (R-A2)."""
    return _page(view, owner_actor)


def leads_to(page: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """An address that only acts leads whoever just opens it to the page named `page`, with the same arguments.

    People get there by a log-in or a change of language in between, or by going back; stands above the other decorators.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def post_or_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in {"GET", "HEAD"}:
                return redirect(page, *args, **kwargs)
            return view(request, *args, **kwargs)

        return post_or_page

    return decorate


def buyer_page(view: View) -> Callable[..., HttpResponseBase]:
    """A view for buyers: called with (request, actor, …); whoever logs in is the buyer of the own orders."""
    return _page(view, buyer_actor)


def _page(view: View, actor_of: Callable[[HttpRequest], Actor]) -> Callable[..., HttpResponseBase]:
    @login_required
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        _must_be_of_its_shop(request, actor)
        request.actor = actor  # type: ignore[attr-defined]
        return view(request, actor, *args, **kwargs)

    page.actor_of = actor_of  # type: ignore[attr-defined]
    return page


def _must_be_of_its_shop(request: HttpRequest, actor: Actor) -> None:
    if actor.seller_id and request.POST.get(SHOP_IN_FORM, own := str(actor.seller_id)) != own:
        message = _(
            "This page was opened for another shop, and you work for %(shop)s now. "
            "Choose the other shop in the header and do it again, or open the page anew."
        )
        raise OtherShop("shop.other", message % {"shop": shop_of(request).name})


def seller_actor(request: HttpRequest) -> Actor:
    """The member behind the request. Raises PermissionDenied when the person is in no trading shop."""
    member = _member(request)
    party = Party.VIEWER if member.role == Role.VIEWER else Party.SELLER
    return Actor(party, user_id=member.user_id, seller_id=member.seller_id, role=member.role)


def _member(request: HttpRequest) -> Member:
    if member := membership(request):
        return member
    raise PermissionDenied(_("You are not a member of a shop that may trade. If yours is suspended, ask the operator."))


def working_actor(request: HttpRequest) -> Actor:
    """The member behind the request. Raises PermissionDenied for viewers too."""
    actor = seller_actor(request)
    if actor.party is Party.VIEWER:
        raise PermissionDenied
    return actor


def owner_actor(request: HttpRequest) -> Actor:
    """The owner behind the request. Raises PermissionDenied for other members too (R-A2)."""
    actor = seller_actor(request)
    if actor.role != Role.OWNER:
        raise PermissionDenied
    return actor


def operator_actor(request: HttpRequest) -> Actor:
    """The operator behind a request to admin, which has asked for the permission already."""
    return Actor(Party.OPERATOR, user_id=request.user.pk)


def buyer_actor(request: HttpRequest) -> Actor:
    """The buyer behind the request."""
    return Actor(Party.BUYER, user_id=request.user.pk)
