"""What operators find on their desk: deliveries that were given up, why, and how to try them again (R-B9)."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from qsm.accounts.models import User
from qsm.events import deliveries
from qsm.events.health import healthz
from qsm.events.models import Delivery, DeliveryState
from tests.factories import requested_cancel

pytestmark = pytest.mark.django_db
LIST = "/admin/events/delivery/"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def operator(*rights: str, **fields: Any) -> Client:
    user = User.objects.create_user("op@example.jp", name="運営", is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


@pytest.fixture
def parked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Delivery:
    """The mail of a cancel request that the mail server refused once too often."""
    settings.DELIVERY_ATTEMPTS = 1
    requested_cancel()

    def refuse(*_args: Any, **_options: Any) -> None:
        raise ConnectionRefusedError("the mail server is away")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    deliveries.sweep("mail")
    return Delivery.objects.get(state=DeliveryState.PARKED)


def test_the_first_page_counts_what_is_parked(parked: Delivery) -> None:
    """R-B9"""
    page = operator(is_superuser=True).get("/admin/")
    [waiting] = [row for row in page.context["waiting"] if row["label"] == "Parked deliveries"]
    assert waiting["count"] == 1
    assert "events/delivery/?state__exact=parked" in page.content.decode()


def test_the_list_says_which_and_why(parked: Delivery) -> None:
    """R-B9"""
    page = operator(is_superuser=True).get(f"{LIST}?state__exact=parked").content.decode()
    for words in ("cancel.requested", "the mail server is away", parked.event.seller.name, str(parked.event.order_id)):
        assert words in page


def test_parked_ones_are_tried_again_and_nothing_else(parked: Delivery) -> None:
    """R-B9: what was delivered is not sent once more."""
    deliveries.sweep("inbox")
    client = operator(is_superuser=True)
    everything = list(Delivery.objects.values_list("pk", flat=True))
    client.post(LIST, {"action": "retry", "_selected_action": everything})
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (DeliveryState.PENDING, 0)
    assert Delivery.objects.filter(consumer="inbox", state=DeliveryState.DONE).exists()


def test_looking_is_not_retrying(parked: Delivery) -> None:
    """R-A2: an operator who may only read cannot send again, and another does not even see the number."""
    reader = operator("view_delivery")
    assert "retry" not in reader.get(LIST).content.decode()
    reader.post(LIST, {"action": "retry", "_selected_action": [parked.pk]})
    parked.refresh_from_db()
    assert parked.state == DeliveryState.PARKED
    User.objects.get(email="op@example.jp").user_permissions.clear()
    assert reader.get("/admin/").context["waiting"] == []


def test_the_health_page_counts_what_waits(parked: Delivery, rf: Any) -> None:
    import json

    report = json.loads(healthz(rf.get("/healthz")).content)
    assert report["backlog"] == {"pending": 2, "late": 0, "parked": 1}
