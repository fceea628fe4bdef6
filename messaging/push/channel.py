"""Push as a channel of notices: to every device of everybody who reads for a party, at least once (R-C7, R-B9).

Each device is told for itself: one that cannot be reached is tried again, and those that have the notice are left alone. A
notice that comes twice after all, because somebody was killed in between, replaces itself on the device by its tag.
"""

import json
from functools import partial

from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.text import Truncator
from urllib3.exceptions import HTTPError

from messaging.channels import buyer_of
from messaging.notices import draw, readers
from messaging.push import service
from messaging.push.models import PushSent, PushSubscription
from qsm.accounts.access import SYSTEM, Party
from qsm.accounts.models import User
from qsm.events import consumers
from qsm.events.consumers import TryLater
from qsm.events.models import Delivery
from qsm.events.notices import NO_DEVICE, PUSH, PUSH_OFF
from qsm.lib import clock

# Together below the 4,096 bytes that every push service takes, whatever characters they are.
TITLE_MAX, TEXT_MAX = 80, 400


def register() -> None:
    """Offer the channel to the spine."""
    consumers.register(consumers.Consumer(PUSH, partial(readers, channel=PUSH), send_push, exactly_once=False))


def send_push(delivery: Delivery) -> str:
    """Push a notice to the devices that do not have it yet; without any the inbox has to do.

    Raises the failure that asks for the longest pause once all others are told; the sweep then tries again.
    """
    if not service.is_on():
        return PUSH_OFF
    failures = [failure for device in _waiting(delivery) if (failure := _told(device, delivery))]
    if failures:
        raise max(failures, key=lambda failure: failure.pause)
    reached, _rows = PushSent.objects.filter(delivery=delivery).delete()
    return "" if reached else NO_DEVICE


def tag(delivery: Delivery) -> str:
    """The same for every attempt, so that a device shows a repeated notice once."""
    return f"event-{delivery.event_id}-{delivery.to}"


def _waiting(delivery: Delivery) -> QuerySet[PushSubscription]:
    """Devices still to be told, those that failed lately last, so that nobody waits behind them."""
    told = PushSent.objects.filter(delivery=delivery).values("subscription_id")
    devices = PushSubscription.objects.for_actor(SYSTEM).filter(user__in=_people(delivery)).exclude(pk__in=told)
    return devices.select_related("user").order_by(F("failed_at").asc(nulls_first=True), "pk")


def _people(delivery: Delivery) -> QuerySet[User]:
    """Who reads for the party: the buyer, or everybody of the shop. Whose account is closed reads nothing."""
    people = User.objects.filter(is_active=True)
    if delivery.to == Party.BUYER:
        return people.filter(pk=buyer_of(delivery.event).user_id or 0)
    return people.filter(memberships__seller_id=delivery.event.seller_id)


def _told(device: PushSubscription, delivery: Delivery) -> TryLater | None:
    """Tell one device and note it; the failure, if there was one."""
    try:
        service.post(device, _message(delivery, device.user.language), tag(delivery))
    except service.Gone:
        device.delete()
        return None
    except (TryLater, HTTPError) as failure:
        _note(device, failure)
        return failure if isinstance(failure, TryLater) else TryLater(str(failure))
    if device.failed_at:
        _note(device, None)
    PushSent.objects.get_or_create(delivery=delivery, subscription=device)
    return None


def _note(device: PushSubscription, failure: Exception | None) -> None:
    rows = PushSubscription.objects.for_actor(SYSTEM).filter(pk=device.pk)
    rows.update(failed_at=clock.real() if failure else None, failure=str(failure)[:300] if failure else "")


def _message(delivery: Delivery, language: str) -> bytes:
    """What the service worker shows (static/push-worker.js)."""
    with translation.override(language):
        notice = draw(delivery.event, delivery.to)
        message = {
            "title": Truncator(notice.title).chars(TITLE_MAX),
            "text": Truncator(notice.text).chars(TEXT_MAX),
            "url": notice.url,
            "tag": tag(delivery),
            "lang": "zh-Hans" if language == "zh-hans" else language,
        }
    return json.dumps(message, ensure_ascii=False).encode()
