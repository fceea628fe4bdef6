"""Who works for several shops acts for the one whose page it was (R-A2)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from messaging.models import Thread
from orders.models import FileImport, Product
from qsm.accounts.models import Invitation, Role, Seller
from tests.claims.doings import browser
from tests.claims.forms import hidden_of
from tests.factories import MemberFactory, SellerFactory, UserFactory

pytestmark = pytest.mark.django_db
# The page of each form that names no row of the shop, where it is sent, and what is entered.
FILE = b"\xe6\xb3\xa8\xe6\x96\x87\xe7\x95\xaa\xe5\x8f\xb7\n1\n"
FORMS: list[tuple[str, str, dict[str, Any]]] = [
    ("orders:import", "orders:import", {"upload": FILE}),
    ("orders:upload_tracking", "orders:upload_tracking", {"upload": FILE}),
    ("orders:upload_ship_dates", "orders:upload_ship_dates", {"upload": FILE}),
    ("products:import", "products:import", {"file": FILE}),
    ("orders:settings", "orders:settings", {"default_carrier": "Yamato", "export_encoding": "utf-8-sig"}),
    ("messaging:inquire", "messaging:inquire", {"category": "cancel_refund", "title": "Title", "text": "Text"}),
    ("members", "member_invite", {"email": "new@example.jp", "role": Role.STAFF}),
]


def what_shops_have() -> list[Any]:
    counts = [model.unscoped.count() for model in (FileImport, Product, Thread)]
    return [*counts, Invitation.objects.count(), list(Seller.objects.order_by("pk").values("default_carrier"))]


def sent(carried: dict[str, Any], entered: dict[str, Any]) -> dict[str, Any]:
    files = {name: SimpleUploadedFile("a.csv", value) for name, value in entered.items() if isinstance(value, bytes)}
    return {**carried, **entered, **files}


@pytest.mark.parametrize(("opened", "to", "entered"), FORMS)
def test_a_page_opened_for_one_shop_does_nothing_to_another(opened: str, to: str, entered: dict[str, Any]) -> None:
    """R-A2: the shop was changed in another tab meanwhile; what can be done about it is said."""
    person, other = UserFactory(), SellerFactory(name="Second shop")
    shops = [SellerFactory(name="First shop"), other]
    for shop in shops:
        MemberFactory(user=person, seller=shop, role=Role.OWNER)
    client = browser(person.pk)
    carried = hidden_of(client.get(reverse(opened)).content.decode())
    client.post(reverse("shop"), {"shop": other.slug})
    before = what_shops_have()
    answer = client.post(reverse(to), sent(carried, entered))
    assert answer.status_code == 409
    assert "you work for Second shop now" in answer.content.decode()
    assert what_shops_have() == before
    client.post(reverse("shop"), {"shop": shops[0].slug})
    assert client.post(reverse(to), sent(carried, entered)).status_code != 409
