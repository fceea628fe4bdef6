"""Everybody who has to hear of a change hears of it, whatever happens to the worker or the mail server (R-B9)."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim
from messaging.models import InboxItem
from qsm.events.door import change
from qsm.events.models import Delivery, DeliveryState, Event
from qsm.events.notices import INBOX, MAIL, PUSH
from tests.factories import OrderFactory, SellerFactory, UserFactory, member_of, requested_cancel
from tests.processes import LOOPBACK
from tests.servers import wait_for
from tests.service.conftest import PostOffice, Street
from tests.service.path import all_done, rejected
from tests.service.people import PATIENCE, Person

pytestmark = pytest.mark.service
MANY, KILLS, PROCESSES = 30, 2, 2


def copies(post: PostOffice, event: Event) -> int:
    """How often the buyer got the mail of an event; a mail program shows the same Message-ID once."""
    return post.ids.count(f"<event-{event.pk}.buyer@127.0.0.1>")


def in_inboxes(event: Event) -> int:
    return InboxItem.unscoped.filter(event=event).count()


def mail_of(event: Event) -> Delivery:
    return Delivery.objects.get(event=event, consumer=MAIL)


@pytest.mark.parametrize(
    ("killed", "mails"), [("pauses_before_keeping", 1), ("pauses_before_answering", 2)], ids=["before", "after"]
)
def test_a_mailer_is_killed_while_it_sends(street: Street, killed: str, mails: int) -> None:
    """R-B9: before the mail server has the mail, or after it but before that is noted. Nothing is lost."""
    claim = requested_cancel()
    all_done()
    before = street.post.handed_over
    setattr(street.post, killed, True)
    event = rejected(street.url, claim)
    wait_for(lambda: street.post.handed_over > before, PATIENCE)
    street.console.kill("mailer")
    assert mail_of(event).state == DeliveryState.PENDING
    setattr(street.post, killed, False)
    street.console.start("mailer")
    all_done()
    assert (copies(street.post, event), in_inboxes(event)) == (mails, 1)


def test_a_worker_is_killed_while_it_writes_to_an_inbox(street: Street, tmp_path: Path) -> None:
    """R-B9: the item and the mark that it is done are committed together or not at all."""
    claim = requested_cancel()
    all_done()
    street.console.kill("worker")
    event = decided(claim)
    sign = tmp_path / "stuck"
    with street.another_worker("tests.service.stuck_worker", STUCK_SIGN=str(sign)):
        wait_for(sign.exists, PATIENCE)
    assert in_inboxes(event) == 0
    street.console.start("worker")
    all_done()
    assert (copies(street.post, event), in_inboxes(event)) == (1, 1)


def test_mailers_are_killed_over_and_over(street: Street) -> None:
    """R-B9: inbox exactly once; mail never lost, doubled at most once for each sender that was killed."""
    seller = SellerFactory(notice_email="")
    street.post.delay = 0.5
    street.console.kill("mailer")
    events = [decided(requested_cancel(OrderFactory(seller=seller))) for _ in range(MANY)]
    for kill in range(1, KILLS + 1):
        street.console.start("mailer")
        wait_for(lambda part=kill * MANY // 6: street.post.handed_over >= part, PATIENCE)  # type: ignore[misc]
        street.console.kill("mailer")
    assert mails_left()
    street.post.delay = 0.0
    street.console.start("mailer")
    all_done()
    assert [in_inboxes(event) for event in events] == [1] * MANY
    mails = Counter(street.post.ids)
    assert len(mails) == MANY
    assert mails.total() - MANY <= KILLS * PROCESSES


def mails_left() -> bool:
    return Delivery.objects.filter(consumer=MAIL).exclude(state=DeliveryState.DONE).exists()


def decided(claim: Claim) -> Event:
    """A member rejects the claim, without the way through the browser."""
    by = member_of(claim.seller)
    with change(by):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason="ready_to_ship")
    return Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected")


def refuse(post: PostOffice) -> None:
    post.refusal = "451 Come again later"


def accept(post: PostOffice) -> None:
    post.refusal = None


@pytest.mark.parametrize(
    ("close", "open_again", "error"),
    [(refuse, accept, "Come again later"), (PostOffice.stop, PostOffice.start, "ConnectionRefusedError")],
    ids=["refuses", "is down"],
)
def test_mail_waits_for_a_mail_server_that(
    street: Street, close: Callable[[PostOffice], None], open_again: Callable[[PostOffice], None], error: str
) -> None:
    """R-B9: it is tried again until it is taken; the inbox has the notice meanwhile."""
    claim = requested_cancel()
    all_done()
    close(street.post)
    event = rejected(street.url, claim)
    wait_for(lambda: error in mail_of(event).error, PATIENCE)
    open_again(street.post)
    wait_for(lambda: in_inboxes(event) == 1, PATIENCE)
    all_done()
    assert copies(street.post, event) == 1
    assert mail_of(event).attempts > 1


def test_what_fails_too_often_is_parked_and_tried_again_by_an_operator(street: Street) -> None:
    """R-B9: parked after the last attempt, shown in admin with its error, sent when an operator says so."""
    claim = requested_cancel()
    all_done()
    street.post.refusal = "550 No such mailbox"
    event = rejected(street.url, claim)
    wait_for(lambda: mail_of(event).state == DeliveryState.PARKED, PATIENCE)
    assert (copies(street.post, event), in_inboxes(event)) == (0, 1)
    street.post.refusal = None

    operator = Person(street.url, UserFactory(is_staff=True, is_superuser=True))
    page = reverse("admin:events_delivery_changelist")
    shown = operator.get(f"{page}?state__exact=parked")
    assert "No such mailbox" in shown.prose
    tried = {**shown.form(""), "action": "retry", "_selected_action": str(mail_of(event).pk)}
    assert "Due again: 1" in operator.follow(operator.post(page, tried)).prose
    all_done()
    assert (copies(street.post, event), in_inboxes(event)) == (1, 1)
    assert (mail_of(event).attempts, mail_of(event).error) == (1, "")


def test_without_an_address_the_inbox_has_to_do(street: Street) -> None:
    """R-O10"""
    order = OrderFactory(buyer__email="", buyer__user__email="")
    claim = requested_cancel(order)
    all_done()
    event = rejected(street.url, claim)
    all_done()
    assert (copies(street.post, event), in_inboxes(event)) == (0, 1)
    assert set(Delivery.objects.filter(event=event).values_list("consumer", flat=True)) == {INBOX, MAIL, PUSH}


def test_a_mail_server_that_never_answers_does_not_hold_up_the_inbox(street: Street) -> None:
    """R-B9: people read it in Qpost while the mails wait."""
    street.post.pauses_before_keeping = True
    claims = [requested_cancel() for _ in range(12)]
    wait_for(lambda: street.post.handed_over >= PROCESSES, PATIENCE)
    event = rejected(street.url, claims[0])
    wait_for(lambda: in_inboxes(event), PATIENCE)
    wait_for(street.console.healthy, PATIENCE)
    assert street.post.ids == []


def test_a_mail_server_that_comes_to_no_end_is_left(street: Street) -> None:
    """R-B9: each line of its greeting comes in time, and another one follows; the mail waits for a better one."""
    claim = requested_cancel()
    all_done()
    street.post.stop()
    with chatterbox(street.post.port):
        event = rejected(street.url, claim)
        wait_for(lambda: "SoftTimeLimitExceeded" in mail_of(event).error)
    street.post.start()
    all_done()
    assert (copies(street.post, event), in_inboxes(event)) == (1, 1)


@contextmanager
def chatterbox(port: int) -> Iterator[None]:
    """A mail server that greets for ever."""
    over = threading.Event()

    def greet(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            while not over.wait(0.5):
                caller.sendall(b"220-Welcome\r\n")

    def listen() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                threading.Thread(target=greet, args=[door.accept()[0]]).start()

    with socket.create_server((LOOPBACK, port)) as door:
        door.settimeout(0.2)
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
