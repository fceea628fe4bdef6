"""The life of a file: its row is written in the transaction of its claim or message; what no row names goes some days later."""

from collections.abc import Sequence
from dataclasses import asdict

from messaging.attachments.models import Attachment, attachment_storage
from messaging.attachments.uploads import Upload
from messaging.models import Message
from orders.models import Order
from qsm.accounts.access import Actor
from qsm.events.door import must_be_open
from qsm.lib import clock

# Folders of these days, counted back from today, are looked through for what nobody sent on: tokens of younger ones live.
SWEPT_FROM, SWEPT_TO = 3, 60


def attach_to_claim(uploads: Sequence[Upload], *, order: Order, claim_id: int, by: Actor) -> None:
    """Files with a claim on a locked order, in the transaction of the claim (R-P8)."""
    readers = {"seller_id": order.seller_id, "buyer_id": order.buyer_id, "order": order}
    _attach(uploads, by, claim_id=claim_id, **readers)


def attach_to_message(uploads: Sequence[Upload], *, message: Message, by: Actor) -> None:
    """Files with a message, in its transaction; whoever reads the conversation reads them (R-B1)."""
    thread = message.thread
    readers = {"seller_id": thread.seller_id, "buyer_id": thread.buyer_id, "order_id": thread.order_id}
    _attach(uploads, by, message=message, **readers)


def forget_unsent() -> None:
    """Throw away what was put aside some days ago and attached to nothing: its form was never sent to the end."""
    storage, today = attachment_storage(), clock.day_of(clock.real())
    swept = {clock.after(today, -days).isoformat() for days in range(SWEPT_FROM, SWEPT_TO)}
    for day in swept.intersection(storage.listdir("")[0] if storage.exists("") else ()):
        stored = {f"{day}/{name}" for name in storage.listdir(day)[1]}
        known = Attachment.unscoped.filter(stored__startswith=f"{day}/")
        for name in stored.difference(known.values_list("stored", flat=True)):
            storage.delete(name)


def _attach(uploads: Sequence[Upload], by: Actor, **owner: object) -> None:
    must_be_open()
    who = {"party": by.party, "user_id": by.user_id, "sent_at": clock.now()}
    Attachment.unscoped.bulk_create(Attachment(**asdict(upload), **who, **owner) for upload in uploads)
