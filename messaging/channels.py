"""The inbox and mail as channels of notices: exactly once; at least once under a stable Message-ID (R-B9)."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from messaging.models import InboxItem
from messaging.notices import draw, readers
from orders.models import Buyer
from qsm.accounts.access import SYSTEM, Party
from qsm.events import consumers
from qsm.events.models import Delivery, Event
from qsm.events.notices import INBOX, MAIL, NO_ADDRESS
from qsm.lib import clock


def register() -> None:
    """Offer both channels to the spine."""
    for name, deliver, exactly_once in ((INBOX, put_in_inbox, True), (MAIL, send_mail, False)):
        consumers.register(consumers.Consumer(name, partial(readers, channel=name), deliver, exactly_once))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a notice: `email` is empty when nobody knows an address; `language` is one of ours."""

    email: str
    language: str


def put_in_inbox(delivery: Delivery) -> str:
    """Write the inbox item of a delivery, unless it is there; the sweep commits it with the mark that it is done."""
    event = delivery.event
    owner = {"seller_id": event.seller_id} if delivery.to == Party.SELLER else {"buyer_id": buyer_of(event).pk}
    InboxItem.objects.for_actor(SYSTEM).get_or_create(
        event=event, to=delivery.to, defaults={**owner, "arrived_at": clock.now()}
    )
    return ""


def send_mail(delivery: Delivery) -> str:
    """Send the mail of a delivery in the reader's language; without an address the inbox has to do (R-O10).

    Raises what the mail server says; the sweep then tries again. The Message-ID is the same each time.
    """
    reader = _reader(delivery)
    with translation.override(reader.language):
        notice = draw(delivery.event, delivery.to)
        if not (address := notice.address or reader.email):
            return NO_ADDRESS
        context = {
            "notice": notice,
            "link": urljoin(settings.SITE_URL, notice.url),
            "language": reader.language,
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(notice.title.split()),
            body=render_to_string("mail/notice.txt", context),
            to=[address],
            headers={"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    mail.send()
    return ""


def buyer_of(event: Event) -> Buyer:
    """Whose order, or whose conversation, the event is about."""
    buyers = Buyer.objects.for_actor(SYSTEM).select_related("user")
    if event.order_id:
        return buyers.get(orders=event.order_id)
    return buyers.get(threads=event.thread_id)


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mail program shows a repeated mail once."""
    return f"<event-{delivery.event_id}.{delivery.to}@{settings.SITE_HOST}>"


def _reader(delivery: Delivery) -> Reader:
    if delivery.to == Party.BUYER:
        buyer = buyer_of(delivery.event)
        return Reader(buyer.address_for_mail, buyer.user.language if buyer.user else settings.LANGUAGE_CODE)
    shop = delivery.event.seller
    return Reader(shop.notice_email, shop.language)
