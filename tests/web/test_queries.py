"""The number of queries of every list page does not grow with its rows: equal at 1, 5 and 50 (quality.md, Fast)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.announcements.models import Announcement
from messaging.lifecycle import MOST_PER_HOUR
from orders.models import Buyer, FileImport
from orders.states import OrderState
from qsm.accounts.models import Invitation, PaymentMethod, Role, User
from qsm.events import deliveries
from qsm.lib import clock
from tests.claims.doings import approved, canceled
from tests.factories import BuyerFactory, MemberFactory, OrderFactory, ProductFactory, UserFactory, requested_cancel
from tests.messaging.talk import answered, noted_orders, written

pytestmark = pytest.mark.django_db
OF_THE_SHOP = (
    "home",
    "orders:list",
    "orders:import",
    "claims:list",
    "claims:penalties",
    "claims:standing",
    "products:list",
    "messaging:inbox",
    "messaging:inquiries",
    "messaging:by_customer",
    "messaging:by_product",
    "messaging:own_inquiries",
    "announcements:list",
    "members",
)
OF_THE_BUYER = ("my", "my_balance:page", "messaging:qpost", "messaging:my_threads")
# Their rows are counted by a query of its own as soon as they don't fit one page.
PAGED = {"/orders/", "/claims/"}
SIZES = (1, 5, 50)


@pytest.fixture(autouse=True)
def that_moment(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setitem(MOST_PER_HOUR, "buyer", 1000)
    with clock.at(clock.now()):
        yield


def happens(owner: User, buyer: Buyer) -> None:
    """One more of everything that lists show of a shop and its buyer, and everybody is told."""
    seller, mine = buyer.seller, {"seller": buyer.seller, "buyer": buyer}
    cash = {**mine, "payment_method": PaymentMethod.CASH}
    requested_cancel(**mine)
    approved(requested_cancel(**cash))
    canceled(OrderFactory(state=OrderState.NEW, **cash))  # without a note: a penalty to be judged
    order = OrderFactory(**mine)
    noted_orders([order])
    answered(written(order))
    ProductFactory(seller=seller)
    MemberFactory(seller=seller)
    Announcement.objects.create(published_at=clock.now())
    now = clock.real()
    email = UserFactory.build().email
    Invitation.objects.create(seller=seller, email=email, invited_by=owner, made_at=now, next_at=now)
    FileImport.unscoped.create(seller=seller, kind="orders", name="a.csv", made_at=clock.now(), user=owner)
    for consumer in ("inbox", "mail"):
        deliveries.sweep(consumer)


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200, url
    return len(queries)


def client_of(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def test_no_list_asks_more_for_more_rows() -> None:
    """R-P1 to R-P4, R-B6: the shop's lists, the buyer's, and every list of the operators in admin."""
    buyer = BuyerFactory()
    owner = MemberFactory(seller=buyer.seller, role=Role.OWNER).user
    shop, customer = client_of(owner), client_of(buyer.user)
    desk = client_of(UserFactory(is_staff=True, is_superuser=True))
    lists = {reverse(name): shop for name in OF_THE_SHOP} | {reverse(name): customer for name in OF_THE_BUYER}
    lists |= dict.fromkeys(changelists(), desk)
    found: dict[str, list[int]] = {}
    there = 0
    for size in SIZES:
        for _each in range(size - there):
            happens(owner, buyer)
        there = size
        for url, client in lists.items():
            client.get(url)  # what is read once and kept is not counted
            found.setdefault(url, []).append(queries_of(client, url))
    assert {url: counts for url, counts in found.items() if max(counts) - counts[0] > (url in PAGED)} == {}


def changelists() -> Iterator[str]:
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
