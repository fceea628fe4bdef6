"""What people are told, in inbox and mail (rules, section 11)."""

from email.message import EmailMessage

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.utils import translation

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason
from messaging.models import InboxItem
from messaging.notices import declared, draw
from messaging.queries import letters, unread
from qsm.events import consumers, deliveries
from qsm.events.door import change
from qsm.events.history import titles
from qsm.events.models import Delivery, DeliveryState, Event
from qsm.lib.machine import Machine
from tests.factories import buyer_of, member_of, requested_cancel

pytestmark = pytest.mark.django_db
TEXT = "すでに梱包を終え、本日の集荷で発送いたします。ご了承くださいますようお願いいたします。"


def rejected(text: str = TEXT) -> Claim:
    claim = requested_cancel()
    seller = member_of(claim.seller)
    with change(seller):
        return cancel.reject(claim=claim, seen=claim.version, by=seller, reason=RejectReason.OTHER, text=text)


def sweep_all() -> None:
    for consumer in ("inbox", "mail"):
        deliveries.sweep(consumer)


def make_due_again(rows: QuerySet[Delivery]) -> None:
    rows.update(state=DeliveryState.PENDING, done_at=None, next_at="2026-01-01T00:00:00Z")


def test_the_buyer_reads_the_reason_in_the_inbox() -> None:
    """R-C7, R-B9"""
    claim = rejected()
    sweep_all()
    with translation.override("ja"):
        [letter] = letters(buyer_of(claim.order))
    assert TEXT in letter.notice.text
    assert claim.order.number in letter.notice.title
    assert unread(buyer_of(claim.order)) == 1


def test_the_inbox_is_written_once_however_often_the_sweep_runs() -> None:
    """R-B9"""
    claim = rejected()
    for _again in range(3):
        sweep_all()
    make_due_again(Delivery.objects.filter(consumer="inbox"))
    sweep_all()
    assert InboxItem.unscoped.filter(event__claim_id=claim.pk, event__name="cancel.rejected").count() == 1
    assert not Delivery.objects.filter(consumer="inbox").exclude(state=DeliveryState.DONE).exists()


@pytest.mark.parametrize("language", ["ja", "ko", "zh-hans", "en"])
def test_the_mail_is_in_the_readers_language_with_the_reason(language: str) -> None:
    """R-C7: free text as it was written, all else in the reader's language."""
    claim = rejected()
    user = claim.order.buyer.user
    assert user is not None
    user.language = language
    user.save()
    sweep_all()
    [message] = [message for message in mail.outbox if message.to == [user.email]]
    with translation.override(language):
        event = Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected")
        assert message.subject == draw(event, "buyer").title
    assert TEXT in str(message.body)
    assert claim.order.number in message.subject


def test_a_repeated_mail_has_the_same_message_id() -> None:
    """R-B9"""
    rejected()
    sweep_all()
    make_due_again(Delivery.objects.filter(consumer="mail"))
    sweep_all()
    ids = [sent(message)["Message-ID"] for message in mail.outbox]
    assert len(ids) == 4
    assert len(set(ids)) == 2


def sent(message: object) -> EmailMessage:
    return message.message()  # type: ignore[attr-defined]


def test_without_an_address_the_inbox_has_to_do() -> None:
    """R-O10"""
    claim = requested_cancel()
    claim.order.buyer.email = ""
    claim.order.buyer.user = None
    claim.order.buyer.save()
    seller = member_of(claim.seller)
    with change(seller):
        cancel.reject(claim=claim, seen=claim.version, by=seller, reason=RejectReason.READY_TO_SHIP)
    sweep_all()
    assert [message.to for message in mail.outbox] == [[claim.seller.notice_email]]
    assert InboxItem.unscoped.filter(to="buyer").count() == 1


def test_a_failing_channel_is_tried_again_and_parked_in_the_end(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-B9: nothing is lost, and an operator sees what waits."""
    rejected()
    broken = consumers.Consumer("mail", lambda name: (), _fail, exactly_once=False)
    monkeypatch.setitem(consumers._consumers, "mail", broken)
    for _try in range(settings.DELIVERY_ATTEMPTS):  # type: ignore[attr-defined]
        make_due_again(Delivery.objects.all())
        for _delivery in range(2):
            deliveries.sweep("mail")
    states = Delivery.objects.filter(consumer="mail").values_list("state", "attempts", "error")
    assert set(states) == {(DeliveryState.PARKED, settings.DELIVERY_ATTEMPTS, "OSError: no mail server")}  # type: ignore[attr-defined]


def _fail(delivery: Delivery) -> str:
    raise OSError("no mail server")


def test_every_event_of_every_machine_has_a_title_and_every_notice_an_event() -> None:
    from claims.management.commands.machines import MACHINES

    machines: list[Machine] = list(MACHINES.values())
    events = {edge.event for machine in machines for edge in machine.transitions}
    assert events <= titles().keys()
    assert {event for event, _to in declared()} <= titles().keys()
