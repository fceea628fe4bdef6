"""A shop invites a buyer of its files to a log-in: a link by mail, confirmed with order number and phone (R-O10).

The link names the invitation and is signed; it ends with its first use, with seven days of real time (R-T3), with ten wrong
tries, or with the next invitation. Whatever is wrong with it, the answer is the same. Both actions lock the order, then the
buyer, and only then touch its invitations: of two at once, also through another order of the buyer, one waits.
"""

from datetime import timedelta
from functools import partial

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Buyer, BuyerInvitation, Order
from orders.phones import identifying
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Member, User
from qsm.events.door import lock, must_be_open, record
from qsm.lib import clock
from qsm.lib.machine import Refused

GOOD_FOR = timedelta(days=7)
MOST_TRIES = 10
MANY_A_DAY = 5
_signer = partial(Signer, salt="orders.invitations")


def invite(*, order: Order, by: Actor, email: str) -> BuyerInvitation:
    """Send the buyer of an order the link to a log-in of their own; an earlier link of that buyer ends.

    email: as the shop typed it; only this link goes there, until the buyer has confirmed. Raises Refused
    `invitation.not_yours` for who may not, `invitation.shops_own` for an address of the shop itself, `invitation.has_log_in`,
    `invitation.no_phone` where it could not be confirmed, `invitation.too_many` after five in a day.
    """
    must_be_open()
    if by.party not in {Party.SELLER, Party.OPERATOR}:
        raise Refused("invitation.not_yours", _("Only owner and staff of the shop invite buyers."))
    [order] = lock(Order, order.pk)
    if _is_the_shops(email, order):
        raise Refused(
            "invitation.shops_own",
            _("This is an address of the shop itself. Enter the buyer's own address."),
            field="email",
        )
    [buyer] = lock(Buyer, order.buyer_id)
    if buyer.user_id:
        raise Refused("invitation.has_log_in", _("This buyer has a log-in already, so there is nothing to invite to."))
    if not _phones(buyer, order):
        raise Refused(
            "invitation.no_phone",
            _(
                "No phone number is known that only this buyer has, so nobody could confirm the invitation. "
                "Enter the buyer's own number as the recipient's phone of an order that is not dispatched yet, "
                "and invite from there."
            ),
        )
    earlier = BuyerInvitation.objects.for_actor(SYSTEM).filter(buyer=buyer)
    if earlier.filter(made_at__gt=clock.now() - timedelta(days=1)).count() >= MANY_A_DAY:
        raise Refused(
            "invitation.too_many", _("Five invitations went to this buyer within a day. Wait until tomorrow.")
        )
    earlier.filter(ended_at__isnull=True).update(ended_at=clock.now())
    invitation = BuyerInvitation.objects.for_actor(SYSTEM).create(
        buyer=buyer, order=order, email=email, made_at=clock.now(), good_until=clock.real() + GOOD_FOR
    )
    record("buyer.invited", order, by=by, before=order.state, data={"invitation": invitation.pk})
    return invitation


def token(invitation_id: int) -> str:
    """What the link in the mail carries."""
    return _signer().sign(str(invitation_id))


def by_token(word: str) -> BuyerInvitation | None:
    """The open invitation that a link names; None whatever is wrong with it."""
    open_ones = _named(word).filter(
        ended_at__isnull=True, good_until__gt=clock.real(), tries__lt=MOST_TRIES, buyer__user__isnull=True
    )
    return open_ones.select_related("buyer__seller").first()


def confirmed_by(word: str, user_id: int | None) -> bool:
    """Whether the buyer of a link is this user by now: who has used it is led on, also by a second click (R-P6)."""
    return _named(word).filter(buyer__user_id=user_id or 0).exists()


def try_once(invitation: BuyerInvitation, *, number: str, phone: str) -> bool:
    """Whether order number and phone are the buyer's; counts the try first, so that nobody guesses on."""
    tries = BuyerInvitation.objects.for_actor(SYSTEM).filter(
        pk=invitation.pk, ended_at__isnull=True, tries__lt=MOST_TRIES
    )
    if not tries.update(tries=F("tries") + 1):
        return False
    order = Order.objects.for_actor(SYSTEM).filter(buyer=invitation.buyer, number=number).first()
    return order is not None and identifying(phone) in _phones(invitation.buyer, order)


def accept(*, invitation: BuyerInvitation, user: User | None, password: str = "", language: str = "ja") -> User:
    """The log-in is the buyer's from now on, and its address too; the link ends.

    user: who has logged in; for nobody a log-in is made with the invited address, this password and this language.
    Raises Refused `invitation.over` when another was faster, `invitation.log_in_exists` when the address has a log-in,
    which its owner has to use, `invitation.member` for a member of the shop.
    """
    [order], [buyer] = lock(Order, invitation.order_id), lock(Buyer, invitation.buyer_id)
    mine = BuyerInvitation.objects.for_actor(SYSTEM).filter(pk=invitation.pk, ended_at__isnull=True)
    if (owner := buyer.user) and (owner == user or (not user and owner.check_password(password))):
        return owner  # the first of two clicks has made it so
    if owner or not mine.update(ended_at=clock.now()):
        raise Refused("invitation.over", _("This link is not good any more"))
    user = user or _new_user(invitation, password, language)
    if Member.objects.filter(seller_id=order.seller_id, user=user).exists():
        raise Refused(
            "invitation.member",
            _("You are a member of this shop, so you cannot confirm for its buyer. The buyer has to open the link."),
        )
    Buyer.objects.for_actor(SYSTEM).filter(pk=buyer.pk).update(user=user, email=invitation.email)
    record("buyer.joined", order, by=Actor(Party.BUYER, user_id=user.pk), before=order.state)
    return user


def _named(word: str) -> QuerySet[BuyerInvitation]:
    """The invitation that a link was made for, open or not; none for a forged link."""
    try:
        invitation_id = int(_signer().unsign(word))
    except (BadSignature, ValueError):
        invitation_id = 0
    return BuyerInvitation.objects.for_actor(SYSTEM).filter(pk=invitation_id)


def _new_user(invitation: BuyerInvitation, password: str, language: str) -> User:
    """Never the account of somebody else: the unique address decides, also for two at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(invitation.email, password, name=invitation.buyer.name, language=language)
    except IntegrityError as taken:
        raise Refused(
            "invitation.log_in_exists", _("There is a log-in with this mail address already. Log in with it first.")
        ) from taken


def _is_the_shops(email: str, order: Order) -> bool:
    members = Member.objects.filter(seller_id=order.seller_id, user__email=email.lower())
    return email.lower() == order.seller.notice_email.lower() or members.exists()


def _phones(buyer: Buyer, order: Order) -> set[str]:
    """The numbers that confirm for this buyer with this order; those that identify nobody are none."""
    known = (buyer.mobile, buyer.phone, order.recipient_mobile, order.recipient_phone)
    return {identifying(number) for number in known} - {""}
