"""Notices on people's devices: who gets them, what is in them, and what no push service gets to see (R-C7, R-B9)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from py_vapid import Vapid02

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason
from messaging.notices import draw
from messaging.push import channel, environment, service
from messaging.push.models import PushSent, PushSubscription
from qsm.accounts.models import User
from qsm.events import deliveries
from qsm.events.door import change
from qsm.events.history import timeline
from qsm.events.models import Delivery, DeliveryState, Event
from qsm.lib import clock
from tests.factories import MemberFactory, UserFactory, buyer_of, member_of, requested_cancel
from tests.push_service import Browser, PushService
from tests.servers import NO_PUSH_SERVICE

pytestmark = pytest.mark.django_db
TEXT = "すでに梱包を終え、本日の集荷で発送いたします。ご了承くださいますようお願いいたします。"
ALL = ["ja", "ko", "zh-hans", "en"]


@pytest.fixture
def push_service(settings: Any) -> Iterator[PushService]:
    with PushService() as running:
        settings.PUSH_SERVICES = [running.url]
        yield running


def rejected(claim: Claim | None = None) -> Event:
    claim = claim or requested_cancel()
    seller = member_of(claim.seller)
    with change(seller):
        cancel.reject(claim=claim, seen=claim.version, by=seller, reason=RejectReason.OTHER, text=TEXT)
    return Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected")


def buyer_user(claim: Claim) -> User:
    assert claim.order.buyer.user
    return claim.order.buyer.user


def sweep() -> None:
    while deliveries.sweep("push"):
        pass


def make_due() -> None:
    Delivery.objects.filter(state=DeliveryState.PENDING).update(next_at="2026-01-01T00:00:00Z")


def push_of(event: Event) -> Delivery:
    return Delivery.objects.get(event=event, consumer="push")


@pytest.mark.parametrize("language", ALL)
def test_the_buyer_reads_the_rejection_on_every_own_device(push_service: PushService, language: str) -> None:
    """R-C7: with the reason, in the reader's language, and with the way to the order; nobody else gets it."""
    claim = requested_cancel()
    user = buyer_user(claim)
    user.language = language
    user.save()
    phone, desk, strangers = (Browser(push_service.url) for _ in range(3))
    phone.of(user), desk.of(user), strangers.of(UserFactory())
    event = rejected(claim)
    sweep()
    [told] = phone.read(push_service)
    with translation.override(language):
        notice = draw(event, "buyer")
    assert (told["title"], told["text"]) == (notice.title, notice.text)
    assert TEXT in told["text"]
    assert told["url"] == f"/my/?order={claim.order_id}"
    assert told["lang"].lower() == language
    assert desk.read(push_service) == [told]
    assert strangers.read(push_service) == []
    assert (push_of(event).state, push_of(event).remark) == (DeliveryState.DONE, "")


def test_every_member_of_the_shop_is_told(push_service: PushService) -> None:
    """R-B9: each in the own language; who left the shop, or whose account is closed, reads nothing."""
    claim = requested_cancel()
    owner, viewer, former, closed = (MemberFactory(seller=claim.seller) for _ in range(4))
    browsers = [Browser(push_service.url).of(member.user) for member in (owner, viewer, former, closed)]
    User.objects.filter(pk=viewer.user_id).update(language="ko")
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    former.delete()
    sweep()
    told = [browser.read(push_service) for browser in browsers]
    assert [len(messages) for messages in told] == [1, 1, 0, 0]
    assert told[0][0]["url"] == told[1][0]["url"] == f"/claims/{claim.pk}/"
    assert "キャンセル" in told[0][0]["title"]
    assert "취소" in told[1][0]["title"]


def test_a_push_service_cannot_read_it_and_knows_who_sends(push_service: PushService) -> None:
    """R-B9: encrypted for the device alone, signed with the console's key, replaced rather than doubled by its topic."""
    claim = requested_cancel()
    Browser(push_service.url).of(buyer_user(claim))
    event = rejected(claim)
    sweep()
    [pushed] = push_service.kept
    assert TEXT.encode() not in pushed.body
    assert claim.order.number.encode() not in pushed.body
    assert pushed.headers["Content-Encoding"] == "aes128gcm"
    assert pushed.headers["Topic"] == f"event-{event.pk}-buyer"
    assert int(pushed.headers["TTL"]) > 0
    assert Vapid02.verify(pushed.headers["Authorization"])
    assert pushed.headers["Authorization"].endswith(f",k={service.public_key()}")


def test_the_longest_notice_fits() -> None:
    """R-B9: push services take 4,096 bytes; signs of many bytes and quoted ones are cut in time."""
    worst = {
        "title": "\u0001" * channel.TITLE_MAX,
        "text": "\u0001" * channel.TEXT_MAX,
        "url": "/" * 60,
        "lang": "zh-Hans",
    }
    message = json.dumps({**worst, "tag": "event-9223372036854775807-seller"}, ensure_ascii=False).encode()
    body = service._encrypted(message, PushSubscription(**Browser(NO_PUSH_SERVICE).form))
    assert len(body) <= 4096
    assert len("event-9223372036854775807-seller") <= 32  # of a topic


def test_a_device_that_fails_is_tried_again_and_the_others_are_left_alone(push_service: PushService) -> None:
    """R-B9: a delivery is not done while a device waits; a device that has it is not told twice."""
    claim = requested_cancel()
    phone, desk = (Browser(push_service.url).of(buyer_user(claim)) for _ in range(2))
    event = rejected(claim)
    push_service.refuse(503, desk)
    for _again in range(3):
        make_due()
        sweep()
    assert (len(phone.read(push_service)), desk.read(push_service)) == (1, [])
    delivery = push_of(event)
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 3)
    assert "503" in delivery.error
    assert "503" in PushSubscription.unscoped.get(endpoint=desk.endpoint).failure
    push_service.refuse(201)
    make_due()
    sweep()
    assert (len(phone.read(push_service)), len(desk.read(push_service))) == (1, 1)
    assert push_of(event).state == DeliveryState.DONE
    assert PushSubscription.unscoped.get(endpoint=desk.endpoint).failed_at is None
    assert not PushSent.objects.exists()


def test_a_repeated_notice_carries_the_same_tag(push_service: PushService) -> None:
    """R-B9: at least once; what comes twice replaces itself on the device."""
    claim = requested_cancel()
    phone = Browser(push_service.url).of(buyer_user(claim))
    rejected(claim)
    sweep()
    Delivery.objects.filter(consumer="push").update(state=DeliveryState.PENDING, done_at=None)
    make_due()
    sweep()
    first, second = phone.read(push_service)
    assert first == second
    assert len({pushed.headers["Topic"] for pushed in push_service.kept}) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(push_service: PushService, status: int) -> None:
    """R-B9"""
    claim = requested_cancel()
    gone, there = (Browser(push_service.url).of(buyer_user(claim)) for _ in range(2))
    push_service.refuse(status, gone)
    event = rejected(claim)
    sweep()
    assert [row.endpoint for row in PushSubscription.unscoped.all()] == [there.endpoint]
    assert len(there.read(push_service)) == 1
    assert (push_of(event).state, push_of(event).remark) == (DeliveryState.DONE, "")


@pytest.mark.parametrize(("status", "asked"), [(429, 1200), (503, 1200), (500, 0), (400, 0), (302, 0)])
def test_what_is_not_taken_waits_as_long_as_it_is_asked_to(push_service: PushService, status: int, asked: int) -> None:
    """R-B9: Retry-After, else a pause that doubles; parked in the end like a mail. A redirect leads nowhere."""
    claim = requested_cancel()
    Browser(push_service.url).of(buyer_user(claim))
    event = rejected(claim)
    headers = {"Retry_After": str(asked)} if asked else {}
    push_service.refuse(status, **headers, Location=f"{push_service.url}/elsewhere")
    before = clock.real()
    sweep()
    waits = (push_of(event).next_at - before).total_seconds()
    assert waits == pytest.approx(asked or 2, abs=5)
    assert "/elsewhere" not in push_service.asked
    Delivery.objects.filter(consumer="push", event=event).update(attempts=33)
    make_due()
    sweep()
    assert push_of(event).state == DeliveryState.PARKED


@pytest.mark.parametrize(
    ("says", "pause"), [("120", 120), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", 0), ("", 0), ("-5", 0)]
)
def test_how_long_an_answer_asks_to_wait(says: str, pause: float) -> None:
    """R-B9"""
    assert service._pause(says) == pause


def test_nobody_is_kept_away_longer_than_an_hour(push_service: PushService) -> None:
    """R-B9: whatever a push service asks for."""
    claim = requested_cancel()
    Browser(push_service.url).of(buyer_user(claim))
    event = rejected(claim)
    push_service.refuse(429, Retry_After="9" * 30)
    sweep()
    assert (push_of(event).next_at - clock.real()).total_seconds() <= 3600


def test_without_a_device_or_a_key_the_inbox_has_to_do(push_service: PushService, settings: Any) -> None:
    """R-C7, R-A3: nothing fails, and the history does not say that anybody was told by push."""
    without_device = rejected()
    sweep()
    settings.VAPID_PRIVATE_KEY = ""
    claim = requested_cancel()
    Browser(push_service.url).of(buyer_user(claim))
    without_key = rejected(claim)
    sweep()
    found = [(push_of(event).state, push_of(event).remark) for event in (without_device, without_key)]
    assert found == [(DeliveryState.DONE, "no_device"), (DeliveryState.DONE, "push_off")]
    assert push_service.asked == []
    assert not any("push" in entry.told for entry in in_english(claim))


def test_the_history_says_what_was_told_by_push(push_service: PushService) -> None:
    """R-A3, R-C7"""
    claim = requested_cancel()
    Browser(push_service.url).of(buyer_user(claim))
    rejected(claim)
    assert "Buyer, push: on its way" in in_english(claim)[0].told
    sweep()
    assert "Buyer, push: sent" in in_english(claim)[0].told


def in_english(claim: Claim) -> list:
    with translation.override("en"):
        return timeline(claim.order_id, buyer_of(claim.order))


# --- strangers' addresses ----------------------------------------------------------------------------------

HOSTILE = [
    "http://127.0.0.1:{port}/send/x",
    "https://127.0.0.1/send/x",
    "https://localhost/send/x",
    "https://[::1]/send/x",
    "https://2130706433/send/x",
    "https://0x7f.1/send/x",
    "https://127.0.0.1.nip.io/send/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "http://fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com:8443/fcm/send/x",
    "https://fcm.googleapis.com:{port}/fcm/send/x",
    "https://somebody@fcm.googleapis.com/fcm/send/x",
    "https://fcm.googleapis.com@127.0.0.1:{port}/x",
    "https://fcm.googleapis.com\\@127.0.0.1:{port}/x",
    "https://fcm.googleapis.com.evil.test/x",
    "https://evil-fcm.googleapis.com/x",
    "https://push.apple.com.evil.test/x",
    "https://push.apple.com/x",
    "https://127.0.0.1:{port}/.push.apple.com/x",
    "https://127.0.0.1#.push.apple.com/x",
    "https://127.0.0.1?.push.apple.com/x",
    "https://web.push.apple.com",
    "https://web.push.apple.com/x y",
    "https://web.push.apple.com/x\r\nHost: evil.test",
    "https://web.push.apple.com/ü",
    "https://wéb.push.apple.com/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//web.push.apple.com/x",
    " https://web.push.apple.com/x",
]
GOOD = [
    "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91b",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://web.push.apple.com/QGuQyavXutnMHedz",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d",
]


@pytest.fixture
def listener(settings: Any) -> Iterator[PushService]:
    """A server here that is none of the usual push services."""
    settings.PUSH_SERVICES = environment.services("", schemes="https")
    with PushService() as running:
        yield running


@pytest.mark.parametrize("address", HOSTILE)
def test_no_address_of_ours_or_of_others_is_asked(address: str, listener: PushService) -> None:
    """R-B9, outgoing: refused when it is registered, and again before anything is sent to it; nobody is connected to."""
    endpoint = address.format(port=listener.port)
    device = PushSubscription(**{**Browser(listener.url).form, "endpoint": endpoint})
    with pytest.raises(Exception, match="known push service"):
        service.post(device, b"{}", "event-1-buyer")
    assert listener.asked == []


@pytest.mark.parametrize("address", HOSTILE)
def test_such_an_address_is_not_registered(address: str, listener: PushService, client) -> None:
    """R-B9, outgoing"""
    client.force_login(UserFactory(language="en"))
    endpoint = address.format(port=listener.port)
    form = {**Browser(listener.url).form, "endpoint": endpoint}
    answer = client.post(reverse("messaging:add_device"), form)
    # A browser would not put blanks around it either: they are cut off before anybody looks.
    assert answer.status_code == (302 if endpoint != endpoint.strip() else 422)
    assert {row.endpoint for row in PushSubscription.unscoped.all()} <= {endpoint.strip()}


@pytest.mark.parametrize("address", GOOD)
def test_addresses_of_the_usual_browsers_are_known(address: str, listener: PushService) -> None:
    """R-C7"""
    assert service.origin(address) == address[: address.index("/", 8)]


@pytest.mark.parametrize(
    "text", ["https://push.test/path", "http://push.test", "push.test", "https://user@push.test", "https://*"]
)
def test_a_malformed_list_of_services_stops_the_start(text: str) -> None:
    """R-B9, outgoing"""
    with pytest.raises(Exception, match="PUSH_SERVICES must be origins"):
        environment.services(text, schemes="https")


@pytest.mark.parametrize("text", ["short", "A" * 43, "B" * 44, "B" * 42 + "!", "B" * 42 + "é"])
def test_a_malformed_key_stops_the_start(text: str) -> None:
    """R-C7"""
    with pytest.raises(Exception, match="VAPID_PRIVATE_KEY must be"):
        environment.private_key(text)
