"""Notices on devices, through the real workers and a push service that runs here (R-C7, R-B9)."""

import pytest
from django.urls import reverse
from django.utils import translation

from claims.models import Claim
from messaging.models import InboxItem
from messaging.notices import draw
from messaging.push.models import PushSubscription
from qsm.accounts.models import User
from qsm.events.models import Delivery, DeliveryState, Event
from qsm.events.notices import PUSH
from tests.factories import PASSWORD, OrderFactory, UserFactory, requested_cancel
from tests.push_service import Browser, PushService
from tests.servers import wait_for
from tests.service.conftest import Street
from tests.service.path import all_done, rejected
from tests.service.people import PATIENCE, Person

pytestmark = pytest.mark.service
WHY = "すでに梱包が終わり、本日の集荷を待っているところですので、キャンセルをお受けできません。"


def claim_of(user: User) -> Claim:
    claim = requested_cancel(OrderFactory(buyer__user=user))
    all_done()
    return claim


def push_of(event: Event) -> Delivery:
    return Delivery.objects.get(event=event, consumer=PUSH)


def fails_with(event: Event, error: str) -> bool:
    return error in push_of(event).error


def test_a_rejection_reaches_the_device_that_the_buyer_registered(street: Street) -> None:
    """R-C7: the buyer presses the button in a browser; what only that browser can read has title, reason and link."""
    user = UserFactory(language="ko")
    buyer, browser = Person(street.url, user), Browser(street.push.url)
    add, page = reverse("messaging:add_device"), reverse("messaging:devices")
    answer = buyer.post(add, buyer.filled(page, add, **browser.form))
    assert "You are notified on this device from now on." in buyer.follow(answer).prose
    claim = claim_of(user)
    event = rejected(street.url, claim, reason="other", text=WHY)
    all_done()
    with translation.override("ko"):
        notice = draw(event, "buyer")
    [told] = browser.read(street.push)
    assert (told["title"], told["text"], told["url"]) == (notice.title, notice.text, notice.url)
    assert "취소" in told["title"]
    assert WHY in told["text"]
    assert told["url"] == f"/my/?order={claim.order_id}"
    assert Person(street.url, user).get(told["url"]).status == 200


def test_a_pusher_is_killed_while_it_pushes(street: Street) -> None:
    """R-B9: nothing is lost; what comes twice has the same tag, under which a device shows it once."""
    user = UserFactory()
    browser = Browser(street.push.url).of(user)
    claim = claim_of(user)
    street.push.hang()
    event = rejected(street.url, claim)
    street.push.wait_for_asked(1)
    street.console.kill("pusher")
    assert push_of(event).state == DeliveryState.PENDING
    street.push.be_kind()
    street.console.start("pusher")
    all_done()
    told = browser.read(street.push)
    assert told
    assert {message["tag"] for message in told} == {f"event-{event.pk}-buyer"}


def test_a_push_waits_for_a_service_that_refuses(street: Street) -> None:
    """R-B9: tried again until it is taken; the other device of the reader is told once."""
    user = UserFactory()
    phone, desk = (Browser(street.push.url).of(user) for _ in range(2))
    claim = claim_of(user)
    street.push.refuse(503, phone)
    event = rejected(street.url, claim)
    wait_for(lambda: fails_with(event, "503"), PATIENCE)
    street.push.refuse(201)
    all_done()
    assert [len(browser.read(street.push)) for browser in (phone, desk)] == [1, 1]
    assert push_of(event).attempts > 1


def test_a_push_waits_for_a_service_that_is_down(street: Street) -> None:
    """R-B9: a refused connection is an answer like another."""
    user = UserFactory()
    browser = Browser(street.push.url).of(user)
    claim = claim_of(user)
    street.push.stop()
    event = rejected(street.url, claim)
    wait_for(lambda: fails_with(event, "refused"), PATIENCE)
    street.push.start()
    all_done()
    assert len(browser.read(street.push)) == 1


def test_a_device_that_is_gone_is_forgotten(street: Street) -> None:
    """R-B9"""
    user = UserFactory()
    browser = Browser(street.push.url).of(user)
    claim = claim_of(user)
    street.push.refuse(410, browser)
    event = rejected(street.url, claim)
    all_done()
    assert not PushSubscription.unscoped.filter(user=user).exists()
    assert push_of(event).remark == "no_device"


def test_a_push_service_that_never_answers_holds_up_nothing_else(street: Street) -> None:
    """R-B9: people log in, inboxes and mails go on, and the push is left after its time."""
    user = UserFactory(password=PASSWORD)
    Browser(street.push.url).of(user)
    claims = [claim_of(user) for _ in range(6)]
    street.push.hang()
    events = [rejected(street.url, claim) for claim in claims]
    street.push.wait_for_asked(2)
    wait_for(lambda: InboxItem.unscoped.filter(event__in=events).count() == len(events), PATIENCE)
    mails = [f"<event-{event.pk}.buyer@127.0.0.1>" for event in events]
    wait_for(lambda: set(mails) <= set(street.post.ids), PATIENCE)
    stranger, log_in = Person(street.url, None), reverse("account_login")
    form = stranger.filled(log_in, log_in, login=user.email, password=PASSWORD)
    assert stranger.post(log_in, form).status == 302
    wait_for(lambda: any(fails_with(event, "timed out") for event in events), PATIENCE)
    wait_for(street.console.healthy, PATIENCE)
    assert street.push.kept == []


def test_the_worker_connects_to_no_other_address(street: Street) -> None:
    """R-B9, outgoing: not to a server here that is no push service, and not to where a redirect leads."""
    user = UserFactory()
    with PushService() as trap:
        Browser(trap.url).of(user)
        redirected = Browser(street.push.url).of(user)
        claim = claim_of(user)
        street.push.refuse(307, redirected, Location=f"{trap.url}/elsewhere")
        event = rejected(street.url, claim)
        wait_for(lambda: push_of(event).state == DeliveryState.PARKED, PATIENCE)
        failures = set(PushSubscription.unscoped.filter(user=user).values_list("failure", flat=True))
        assert {failure.split(" ")[0] for failure in failures} == {"307", "not"}
        assert trap.asked == []
