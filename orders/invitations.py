"""A shop invites a buyer of its files to a log-in: a link by mail, confirmed with order number and phone (R-O10).

The link names the invitation and is signed; it ends with its first use, with seven days, with ten wrong tries, or with
the next invitation. Whatever is wrong with it, the answer is the same.
"""

from datetime import timedelta
from functools import partial

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orders.models import Buyer, BuyerInvitation, Order
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Member, User
from qsm.events.door import lock, must_be_open, record
from qsm.lib import clock
from qsm.lib.files.cells import phone as tidy_phone
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
    if not (buyer.phone or buyer.mobile):
        raise Refused(
            "invitation.no_phone",
            _("No phone number of this buyer is known, with which the invitation could be confirmed."),
        )
    earlier = BuyerInvitation.objects.for_actor(SYSTEM).filter(buyer=buyer)
    if earlier.filter(made_at__gt=clock.now() - timedelta(days=1)).count() >= MANY_A_DAY:
        raise Refused(
            "invitation.too_many", _("Five invitations went to this buyer within a day. Wait until tomorrow.")
        )
    earlier.filter(ended_at__isnull=True).update(ended_at=clock.now())
    invitation = BuyerInvitation.objects.for_actor(SYSTEM).create(
        buyer=buyer, order=order, email=email, made_at=clock.now(), good_until=clock.now() + GOOD_FOR
    )
    record("buyer.invited", order, by=by, before=order.state, data={"invitation": invitation.pk})
    return invitation


def token(invitation_id: int) -> str:
    """What the link in the mail carries."""
    return _signer().sign(str(invitation_id))


def by_token(word: str) -> BuyerInvitation | None:
    """The open invitation that a link names; None whatever is wrong with it."""
    try:
        invitation_id = int(_signer().unsign(word))
    except (BadSignature, ValueError):
        return None
    open_ones = BuyerInvitation.objects.for_actor(SYSTEM).filter(
        ended_at__isnull=True, good_until__gt=clock.now(), tries__lt=MOST_TRIES, buyer__user__isnull=True
    )
    return open_ones.select_related("buyer__seller").filter(pk=invitation_id).first()


def try_once(invitation: BuyerInvitation, *, number: str, phone: str) -> bool:
    """Whether order number and phone are the buyer's; counts the try first, so that nobody guesses on."""
    tries = BuyerInvitation.objects.for_actor(SYSTEM).filter(
        pk=invitation.pk, ended_at__isnull=True, tries__lt=MOST_TRIES
    )
    if not tries.update(tries=F("tries") + 1):
        return False
    buyer = invitation.buyer
    phones = {_digits(known) for known in (buyer.mobile, buyer.phone) if known}
    orders = Order.objects.for_actor(SYSTEM).filter(buyer=buyer, number=number)
    own = orders.values_list("recipient_mobile", "recipient_phone")
    phones |= {_digits(known) for row in own for known in row if known}
    return orders.exists() and _digits(phone) in phones


def accept(*, invitation: BuyerInvitation, user: User | None, password: str = "", language: str = "ja") -> User:
    """The log-in is the buyer's from now on, and its address too; the link ends.

    user: who has logged in; for nobody a log-in is made with the invited address, this password and this language.
    Raises Refused `invitation.over` when another was faster, `invitation.log_in_exists` when the address has a log-in,
    which its owner has to use, `invitation.member` for a member of the shop.
    """
    [order] = lock(Order, invitation.order_id)
    mine = BuyerInvitation.objects.for_actor(SYSTEM).filter(pk=invitation.pk, ended_at__isnull=True)
    if not mine.update(ended_at=clock.now()):
        raise Refused("invitation.over", _("This link is not good any more"))
    user = user or _new_user(invitation, password, language)
    if Member.objects.filter(seller_id=order.seller_id, user=user).exists():
        raise Refused(
            "invitation.member",
            _("You are a member of this shop, so you cannot confirm for its buyer. The buyer has to open the link."),
        )
    buyers = Buyer.objects.for_actor(SYSTEM).filter(pk=invitation.buyer_id, user__isnull=True)
    if not buyers.update(user=user, email=invitation.email):
        raise Refused("invitation.over", _("This link is not good any more"))
    record("buyer.joined", order, by=Actor(Party.BUYER, user_id=user.pk), before=order.state)
    return user


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


def _digits(phone: str) -> str:
    """A number as people compare it: +81-90-… and 090-… are the same."""
    digits = "".join(sign for sign in tidy_phone(phone) if sign.isdigit())
    for country in ("81", "82", "86"):
        if tidy_phone(phone).startswith(f"+{country}"):
            digits = digits.removeprefix(country)
    return digits.lstrip("0")
