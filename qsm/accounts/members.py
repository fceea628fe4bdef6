"""Who belongs to a shop: owners invite people by address, change their roles and let them go (R-A2).

An invitation is a row and a mail with a signed link. Only who reads the mail can open it, so that nobody gets an account, or
sets a password, for somebody else's address. The actions lock the shop: of two owners who remove each other one stays.
"""

import secrets
from datetime import timedelta

import structlog
from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import Actor
from qsm.accounts.models import Invitation, Member, Role, Seller, User
from qsm.lib import clock
from qsm.lib.machine import Refused

log = structlog.get_logger(__name__)
VALID_FOR = timedelta(days=7)
SALT = "qsm.accounts.invitation"


def of_shop(actor: Actor) -> QuerySet[Member]:
    """The members of the actor's shop, owners first."""
    rows = Member.objects.filter(seller_id=actor.seller_id or 0).select_related("user")
    return rows.order_by("role", "user__name", "pk")


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Those of the actor's shop that nobody has accepted yet, newest first."""
    return Invitation.objects.filter(seller_id=actor.seller_id or 0).order_by("-made_at", "-pk")


def invite(*, by: Actor, email: str, role: str) -> Invitation:
    """Invite whoever reads this address; inviting again sends a new link, and the old one is void.

    role: a Role. Raises Refused `members.owners_only`, `members.role`, `members.already`.
    """
    shop = _locked_shop(by)
    _check_role(role)
    email = email.strip().lower()
    if Member.objects.filter(seller=shop, user__email=email).exists():
        raise Refused("members.already", _("This person is a member already. Change the role below."), field="email")
    now = clock.real()
    invitation, _made = Invitation.objects.update_or_create(
        seller=shop,
        email=email,
        defaults={
            "role": role,
            "invited_by_id": by.user_id,
            "code": secrets.token_urlsafe(16),
            "made_at": now,
            "next_at": now,
            "attempts": 0,
            "sent_at": None,
        },
    )
    log.info("member_invited", shop=shop.slug, invitation=invitation.pk, role=role)
    return invitation


def withdraw(*, invitation: Invitation, by: Actor) -> None:
    """The link that was sent opens nothing any more. Raises Refused `members.owners_only`."""
    shop = _locked_shop(by)
    Invitation.objects.filter(pk=invitation.pk, seller=shop).delete()


def change_role(*, member: Member, by: Actor, role: str) -> None:
    """Give a member another role. Raises Refused `members.owners_only`, `members.role`, `members.last_owner`."""
    shop = _locked_shop(by)
    _check_role(role)
    if role != Role.OWNER:
        _check_not_last_owner(shop, member)
    Member.objects.filter(pk=member.pk, seller=shop).update(role=role)
    log.info("member_role_changed", shop=shop.slug, member=member.pk, role=role)


def remove(*, member: Member, by: Actor) -> None:
    """The person no longer belongs to the shop, from the next click on; what was done stays in the history.

    Raises Refused `members.owners_only`, `members.last_owner`.
    """
    shop = _locked_shop(by)
    _check_not_last_owner(shop, member)
    Member.objects.filter(pk=member.pk, seller=shop).delete()
    log.info("member_removed", shop=shop.slug, member=member.pk)


def token_of(invitation: Invitation) -> str:
    """What the link carries: signed, and good for seven days of real time."""
    return signing.dumps([invitation.pk, invitation.code, invitation.seller_id], salt=SALT)


def invited(token: str) -> Invitation | None:
    """The open invitation of a link; None when it is forged, too old, withdrawn, renewed or accepted."""
    pk, code, _seller_id = _read(token)
    open_ones = Invitation.objects.filter(pk=pk, code=code, seller__is_active=True)
    return open_ones.select_related("seller").first()


def is_of_its_shop(token: str, user_id: int | None) -> bool:
    """Whether this user belongs to the shop of a link already: who has used it is led on, also by a second click."""
    _pk, _code, seller_id = _read(token)
    return Member.objects.filter(seller_id=seller_id, user_id=user_id or 0).exists()


def account_of(invitation: Invitation) -> User | None:
    """The account with the invited address, if there is one that a password opens."""
    user = User.objects.filter(email=invitation.email).first()
    return user if user and user.has_usable_password() else None


def join(*, invitation: Invitation, user: User) -> Member:
    """The invited person becomes a member; the invitation is used up. Raises Refused `members.other_person`."""
    if user.email != invitation.email or not user.is_active:
        raise Refused("members.other_person", _("This invitation is for another address. Log in with that one."))
    Seller.objects.select_for_update().get(pk=invitation.seller_id)
    member, _made = Member.objects.get_or_create(
        user=user, seller_id=invitation.seller_id, defaults={"role": invitation.role}
    )
    Invitation.objects.filter(pk=invitation.pk).delete()
    log.info("member_joined", shop=invitation.seller.slug, member=member.pk)
    return member


def open_account(*, invitation: Invitation, name: str, password: str, language: str) -> User:
    """An account for the invited address, whose owner has proved to read its mail."""
    Seller.objects.select_for_update().get(pk=invitation.seller_id)  # of two clicks one waits
    if (known := account_of(invitation)) and known.check_password(password):
        return known
    user = User.objects.filter(email=invitation.email).first() or User(email=invitation.email)
    user.name, user.language = name, language
    user.set_password(password)
    user.save()
    return user


def _read(token: str) -> tuple[int, str, int]:
    """Id and code of the invitation and its shop's id, as the link carries them; of a void link what nothing has."""
    try:
        pk, code, seller_id = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError):
        return 0, "", 0
    return pk, code, seller_id


def _locked_shop(by: Actor) -> Seller:
    shop = Seller.objects.select_for_update().get(pk=by.seller_id or 0)
    # Asked anew: another owner may have taken the role away meanwhile.
    if not Member.objects.filter(seller=shop, user_id=by.user_id or 0, role=Role.OWNER).exists():
        raise Refused("members.owners_only", _("Only an owner of the shop can change its members. Ask one to do it."))
    return shop


def _check_role(role: str) -> None:
    if role not in Role:
        raise Refused("members.role", _("Choose one of the listed roles."), field="role")


def _check_not_last_owner(shop: Seller, member: Member) -> None:
    others = Member.objects.filter(seller=shop, role=Role.OWNER, user__is_active=True).exclude(pk=member.pk)
    if not others.exists():
        raise Refused(
            "members.last_owner",
            _("This is the shop's last owner. Make another member an owner first, for a shop cannot be without one."),
        )
