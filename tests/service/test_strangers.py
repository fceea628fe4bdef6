"""What belongs to somebody else answers byte for byte like what does not exist (R-A1)."""

import re

import pytest
from django.urls import reverse

from claims.models import Claim
from messaging.models import InboxItem
from orders.models import Order
from qsm.accounts.models import Role
from qsm.events.models import Event, Submission
from tests.factories import MemberFactory, OrderFactory, requested_cancel
from tests.servers import wait_for
from tests.service.conftest import Street
from tests.service.people import PATIENCE, Answer, Person

pytestmark = pytest.mark.service
MARKER = "よその店の傘 QX-7731"
NEVER = (999_999, 10**30)  # no row has such a number; the second fits into no column
TOKENS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|nonce-[\w+/=-]+|(?<=csrftoken=)\w+')
OF_THE_MOMENT = {"Date", "Expires", "X-Request-ID"}

SELLERS = (
    ("GET", "claims:page"),
    ("HEAD", "claims:page"),
    ("POST", "claims:page"),
    ("GET", "claims:reject"),
    ("POST", "claims:reject"),
    ("GET", "orders:page"),
    ("GET", "orders:plan"),
    ("POST", "orders:plan"),
    ("GET", "orders:dispatch"),
    ("POST", "orders:dispatch"),
    ("GET", "messaging:notice"),
    ("POST", "messaging:notice"),
)
BUYERS = (
    ("GET", "my_claims:cancel"),
    ("POST", "my_claims:cancel"),
    ("GET", "my_claims:take_back"),
    ("POST", "my_claims:take_back"),
    ("GET", "messaging:qpost_notice"),
    ("POST", "messaging:qpost_notice"),
)
# Addresses that only act; who just opens one is led to its page.
LED_ON = {"claims:reject": "claims:page", "orders:plan": "orders:page", "orders:dispatch": "orders:page"}
# Enough for every form: what is right for one of them is ignored by the others.
FORM = {
    "seen": "1",
    "key": "a-key-of-my-own",
    "confirmed": "1",
    "reason": "ready_to_ship",
    "text": "",
    "ship_date": "2099-12-31",
    "carrier": "ゆうパック",
    "tracking_number": "1234",
}


class Somebody:
    """A shop with an order, an open cancel, and a notice on either side."""

    def __init__(self) -> None:
        self.claim = requested_cancel(OrderFactory(product_name=MARKER))
        self.order = Order.unscoped.get(pk=self.claim.order_id)
        wait_for(InboxItem.unscoped.filter(event__order_id=self.order.pk).exists, PATIENCE)
        self.to_shop = InboxItem.unscoped.get(event__order_id=self.order.pk)
        self.to_buyer = InboxItem.unscoped.create(
            event=self.to_shop.event, to="buyer", buyer=self.order.buyer, arrived_at=self.to_shop.arrived_at
        )

    def number(self, route: str) -> int:
        """The id that this route takes, of what is somebody's."""
        rows = {"notice": self.to_shop, "qpost_notice": self.to_buyer, "reject": self.claim, "take_back": self.claim}
        if route == "claims:page":
            return self.claim.pk
        return rows.get(route.partition(":")[2], self.order).pk


def asked(person: Person, method: str, path: str) -> Answer:
    form = {**FORM, "csrfmiddlewaretoken": person.cookies.get("csrftoken", "")} if method == "POST" else None
    return person.ask(method, path, form)


def seen_from_outside(answer: Answer, number: int) -> tuple[int, list[tuple[str, str]], str]:
    """All of it, without what is new each time and without the number that was asked for."""

    def plain(text: str) -> str:
        return TOKENS.sub("", re.sub(rf"(?<=/){number}(?=/)", "", text))

    headers = [(name, plain(value)) for name, value in answer.headers.items() if name not in OF_THE_MOMENT]
    return answer.status, headers, plain(answer.text)


def look_alike(person: Person, method: str, route: str, number: int) -> Answer:
    """Ask for somebody's row and for rows that no one has; fail unless nobody can tell them apart."""
    somebodys = asked(person, method, reverse(route, args=[number]))
    for absent in NEVER:
        nobodys = asked(person, method, reverse(route, args=[absent]))
        assert seen_from_outside(somebodys, number) == seen_from_outside(nobodys, absent), f"{method} {route}"
    assert MARKER not in somebodys.text
    assert "csrftoken" not in somebodys.headers.get("Set-Cookie", "")
    return somebodys


def led_on(answer: Answer, method: str, route: str, somebody: Somebody) -> bool:
    """Whether opening the address of an action led to its page, which says the rest."""
    return (
        method == "GET"
        and route in LED_ON
        and (answer.status, answer.location) == (302, reverse(LED_ON[route], args=[somebody.number(route)]))
    )


def ready(url: str, user: object) -> Person:
    """A person whose browser has been on a page with a form before, so that it has a token to send."""
    person = Person(url, user)  # type: ignore[arg-type]
    person.get("/my/")
    assert person.cookies["csrftoken"]
    return person


def other_members(url: str) -> dict[str, Person]:
    return {role: ready(url, MemberFactory(role=role).user) for role in (Role.OWNER, Role.STAFF, Role.VIEWER)}


def untouched(somebody: Somebody) -> None:
    assert list(Event.unscoped.values_list("name", flat=True)) == ["cancel.requested"]
    assert not Submission.objects.exists()
    assert not InboxItem.unscoped.filter(read_at__isnull=False).exists()
    assert (Claim.unscoped.get().version, Order.unscoped.get().version) == (1, somebody.order.version)


def test_another_shops_rows_look_like_nothing(street: Street) -> None:
    """R-A1, R-A2: for owner, staff and viewer of another shop, by every address and method."""
    somebody, members = Somebody(), other_members(street.url)
    for role, person in members.items():
        for method, route in SELLERS:
            answer = look_alike(person, method, route, somebody.number(route))
            if not led_on(answer, method, route, somebody):
                barred = role == Role.VIEWER and route in LED_ON
                assert answer.status in {403 if barred else 404, 405}, f"{role} {method} {route}"
    untouched(somebody)


def test_another_buyers_rows_look_like_nothing(street: Street) -> None:
    """R-A1: for another buyer, and for the shop's own members, who are not the buyer."""
    somebody = Somebody()
    people = [OrderFactory().buyer.user, MemberFactory(seller=somebody.order.seller).user]
    Order.unscoped.exclude(pk=somebody.order.pk).delete()
    for person in [ready(street.url, user) for user in people]:
        for method, route in BUYERS:
            answer = look_alike(person, method, route, somebody.number(route))
            assert answer.status in {404, 405}, f"{method} {route}"
    untouched(somebody)


def test_the_buyer_sees_nothing_of_the_shops_side(street: Street) -> None:
    """R-A2: who is in no shop is told so, whatever the number."""
    somebody = Somebody()
    buyer = ready(street.url, somebody.order.buyer.user)
    for method, route in SELLERS:
        answer = look_alike(buyer, method, route, somebody.number(route))
        assert led_on(answer, method, route, somebody) or answer.status in {403, 405}, f"{method} {route}"
    untouched(somebody)


@pytest.mark.parametrize("with_token", [True, False])
def test_strangers_are_led_to_the_log_in(street: Street, with_token: bool) -> None:
    """R-A1: whatever they ask for, and whether or not it exists."""
    somebody = Somebody()
    stranger = Person(street.url, None)
    if with_token:
        stranger.get("/accounts/login/")
    for method, route in SELLERS + BUYERS:
        answer = look_alike(stranger, method, route, somebody.number(route))
        if not led_on(answer, method, route, somebody):
            expected = {403} if method == "POST" and not with_token else {302, 405}
            assert answer.status in expected, f"{method} {route}"
            assert answer.status != 302 or answer.location.startswith("/accounts/login/?next=/")
    untouched(somebody)


def test_the_own_rows_do_not_look_like_nothing(street: Street) -> None:
    """The comparison sees a difference where there is one."""
    somebody = Somebody()
    person = ready(street.url, MemberFactory(seller=somebody.order.seller).user)
    for method, route in SELLERS:
        if method == "GET" and route not in LED_ON:
            with pytest.raises(AssertionError):
                look_alike(person, method, route, somebody.number(route))
