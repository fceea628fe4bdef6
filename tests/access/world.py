"""Somebody's rows, everybody who might want to see them, and rows of their own for those who may see such things."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from claims.kinds import cancel
from claims.models import Claim
from messaging import lifecycle as messaging
from messaging.announcements.models import Announcement
from messaging.attachments.lifecycle import attach_to_claim
from messaging.attachments.uploads import put_aside
from messaging.models import Attachment, InboxItem, Message
from orders.invitations import token as welcome_token
from orders.models import BuyerInvitation, FileImport, Order
from qsm.accounts.members import token_of
from qsm.accounts.models import Invitation, Member, Role, Seller, User
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import (
    PASSWORD,
    BuyerFactory,
    CartFactory,
    MemberFactory,
    OrderFactory,
    SellerFactory,
    UserFactory,
    buyer_of,
    member_of,
    requested_cancel,
)
from tests.messaging.files import picture, sent

# Every table counts from here for somebody's rows, so that one number names whichever of them a view looks for; their
# order, cart and shop are called so too.
SOMEBODYS, NOBODYS = 773_104_500, 551_209_643
# Everybody else's rows, anew for each world: PostgreSQL's counters go on from where the last world left them.
OTHERS = 1_000_000
NO_COLUMN_HOLDS = 10**30
MARKER = "よその店の傘 QX-7731"


@dataclass(frozen=True)
class Things:
    """What one shop and one of its buyers have: an order with an open cancel, a notice on either side, a note ...

    free: an order whose cancel was rejected; unheard: one that nobody has asked to cancel.
    """

    order: Order
    free: Order
    unheard: Order
    claim: Claim
    to_shop: InboxItem
    to_buyer: InboxItem
    note: Message
    member: Member
    invitation: Invitation
    file: FileImport
    attachment: Attachment

    @classmethod
    def made(cls, seller: Seller, buyer: User, number: str, product: str) -> "Things":
        """The first rows that are made are those that tests ask for."""
        row = BuyerFactory(seller=seller, user=buyer, name=product)
        cart = CartFactory(seller=seller, number=number)
        facts = {"seller": seller, "buyer": row, "cart": cart, "product_name": product, "recipient_name": product}
        claim = requested_cancel(OrderFactory(number=number, **facts))
        rejected, unheard = requested_cancel(OrderFactory(**facts)), OrderFactory(**facts)
        uploads = [put_aside(sent(f"{product}.jpg", picture()))]
        with change(buyer_of(claim.order)) as tx:
            attach_to_claim(uploads, order=claim.order, claim_id=claim.pk, by=tx.actor)
        with change(by := member_of(seller)):
            cancel.reject(claim=rejected, seen=rejected.version, by=by, reason="other", text=product.ljust(30, "。"))
            words = {
                "category": "other",
                "title": product,
                "text": product,
                "also_by_mail": True,
                "attachments": uploads,
            }
            sending = messaging.send_notes(orders=[claim.order], by=by, **words)
        asked, answered = (Event.unscoped.filter(claim_id=row.pk).latest("pk") for row in (claim, rejected))
        to_shop = InboxItem.unscoped.create(to="seller", seller=seller, event=asked, arrived_at=clock.now())
        to_buyer = InboxItem.unscoped.create(to="buyer", buyer=row, event=answered, arrived_at=clock.now())
        note, member = Message.unscoped.get(sending=sending), seller.members.get(user_id=by.user_id)
        invitation = Invitation.objects.create(
            seller=seller, email="guest@example.jp", invited_by=buyer, made_at=clock.real(), next_at=clock.real()
        )
        file = FileImport.unscoped.create(seller=seller, kind="orders", name=product, made_at=clock.now())
        return cls(
            Order.unscoped.get(pk=claim.order_id),
            rejected.order,
            unheard,
            claim,
            to_shop,
            to_buyer,
            note,
            member,
            invitation,
            file,
            Attachment.unscoped.get(claim_id=claim.pk),
        )


# By the name of an argument in a path: the row that it is the id of. `item_id` is a buyer's below /my/.
ROWS: dict[str, Callable[[Things, str], Any]] = {
    "order_id": lambda things, route: things.order.pk,
    "claim_id": lambda things, route: things.claim.pk,
    "item_id": lambda things, route: (things.to_buyer if "qpost" in route else things.to_shop).pk,
    "thread_id": lambda things, route: things.note.thread_id,
    "sending": lambda things, route: things.note.sending,
    "attachment_id": lambda things, route: things.attachment.pk,
    "file_id": lambda things, route: things.file.pk,
    "member_id": lambda things, route: things.member.pk,
    "invitation_id": lambda things, route: things.invitation.pk,
    # Everybody's who may use the address at all; a token is known to those who got it
    "token": lambda things, route: tokens()[route],
    "announcement_id": lambda things, route: Announcement.objects.latest("pk").pk,
    # What a view offers in several kinds
    "name": lambda things, route: "dispatch",
    "kind": lambda things, route: "csv",
    "action": lambda things, route: "retry",
    # Django admin's
    "object_id": lambda things, route: things.order.pk,
    "pk": lambda things, route: things.order.pk,
    "id": lambda things, route: things.order.pk,
    "content_type_id": lambda things, route: "1",
    "app_label": lambda things, route: "orders",
}


def tokens() -> dict[str, str]:
    """The links of invitations: a member's, and a buyer's from an order file."""
    order, now = Order.unscoped.earliest("pk"), clock.real()
    facts = {"buyer": BuyerFactory(seller=order.seller, user=None), "order": order, "email": "guest@example.jp"}
    row = BuyerInvitation.unscoped.create(**facts, made_at=now, good_until=now + timedelta(days=7))
    return {"join": token_of(Invitation.objects.earliest("pk")), "welcome": welcome_token(row.pk)}


OF_NOBODY = {"announcement_id", "name", "kind", "action", "token", "app_label"}


@dataclass(frozen=True)
class Actor:
    """Somebody in front of a browser, with rows of the same kinds if they can have any; `is_theirs`: the rows in question."""

    name: str
    client: Client
    roles: frozenset[str]
    own: Things | None
    is_theirs: bool = False


@dataclass(frozen=True)
class World:
    somebodys: Things
    actors: tuple[Actor, ...]


def build() -> World:
    """Everybody, all of them logged in but for the one who has not."""
    count_from(OTHERS)
    Announcement.objects.create(published_at=clock.now())
    seller, buyer = SellerFactory(), UserFactory()
    others = Things.made(seller, buyer, "638000017", "ただの傘")
    suspended = MemberFactory(seller=SellerFactory(is_active=False)).user
    people = [
        Actor("anonymous", Client(), frozenset(), None),
        actor("another buyer", buyer, "buyer", own=others),
        actor("another seller", MemberFactory(seller=seller, role=Role.OWNER).user, Role.OWNER, own=others),
        actor("a member of a suspended shop", suspended),
        actor("an operator without permissions", UserFactory(is_staff=True), "operator"),
        actor("an operator who may only look", looker(), "operator", "looker"),
    ]
    count_from(SOMEBODYS)
    shop = SellerFactory(slug=str(SOMEBODYS), name=MARKER, notice_email="marker-qx7731@example.jp")
    their_buyer = UserFactory(name=MARKER)
    somebodys = Things.made(shop, their_buyer, str(SOMEBODYS), MARKER)
    people += [
        actor(f"their {role}", MemberFactory(seller=shop, role=role).user, role, own=somebodys, is_theirs=True)
        for role in (Role.OWNER, Role.STAFF, Role.VIEWER)
    ]
    people.append(actor("their buyer", their_buyer, "buyer", own=somebodys, is_theirs=True))
    return World(somebodys, tuple(people))


def actor(name: str, user: User, *roles: str, own: Things | None = None, is_theirs: bool = False) -> Actor:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return Actor(name, client, frozenset(roles), own, is_theirs)


def looker() -> User:
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


def count_from(number: int) -> None:
    """The next row of every table of ours gets this id."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number - 1])
            elif model._meta.pk and model._meta.pk.get_internal_type() == "BigAutoField":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [table, "id", number])
