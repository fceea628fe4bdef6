"""Pages as people and programs meet them: what they show, what they cost, and whom they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason, State
from messaging.models import InboxItem
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.models import Role, User
from qsm.events import deliveries
from qsm.events.demo_clock import forget
from qsm.events.door import change
from qsm.events.models import Event
from tests.factories import MemberFactory, OrderFactory, ProductFactory, SellerFactory, member_of, requested_cancel

pytestmark = pytest.mark.django_db
REASON = "すでに梱包を終え、本日の集荷で発送いたします。ご了承くださいますようお願いいたします。"


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def logged_in(user_id: int | None) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(pk=user_id or 0))
    return client


def seller_of(claim: Claim, role: Role = Role.STAFF) -> Client:
    return logged_in(member_of(claim.seller, role).user_id)


def buyer_of(order: Order) -> Client:
    return logged_in(order.buyer.user_id)


def rejection(claim: Claim, **more: Any) -> dict[str, Any]:
    return {"reason": RejectReason.OTHER, "text": REASON, "seen": claim.version, "key": "k1", "confirmed": "1", **more}


def reject_url(claim: Claim) -> str:
    return reverse("claims:reject", args=[claim.pk])


def test_the_main_page_leads_to_what_waits() -> None:
    """R-P1: cards with counts that are links."""
    claim = requested_cancel()
    page = seller_of(claim).get("/").content.decode()
    assert "/claims/?status=cancel_requested" in page
    listing = seller_of(claim).get("/claims/?status=cancel_requested").content.decode()
    assert claim.order.number in listing


def test_who_is_in_no_shop_is_led_to_where_one_belongs() -> None:
    order = OrderFactory()
    assert buyer_of(order).get("/").headers["Location"] == "/my/"
    operator = User.objects.create_superuser("op@example.jp", name="運営")
    assert logged_in(operator.pk).get("/").headers["Location"] == "/admin/"


def test_a_claim_counts_once_in_the_status_grid() -> None:
    """R-P3: ended ones for 90 days."""
    claim = requested_cancel()
    requested_cancel(seller=claim.seller)
    page = seller_of(claim)
    page.post(reject_url(claim), rejection(claim))
    rows = page.get("/claims/").context["status"]
    counts = {cell["url"].rpartition("=")[2]: cell["count"] for row in rows for cells in row["cells"] for cell in cells}
    assert {name: count for name, count in counts.items() if count} == {"cancel_requested": 1, "cancel_rejected": 1}


def test_the_popup_asks_once_before_a_rejection() -> None:
    """R-C5, R-P6: without `confirmed` nothing happens yet."""
    claim = requested_cancel()
    client = seller_of(claim)
    popup = client.post(reject_url(claim), rejection(claim, confirmed=""))
    assert popup.status_code == 200
    assert "Really reject it?" in popup.content.decode()
    assert REASON in popup.content.decode()
    claim.refresh_from_db()
    assert claim.state == State.REQUESTED


def test_a_short_reason_never_reaches_the_popup() -> None:
    """R-C5"""
    claim = requested_cancel()
    answer = seller_of(claim).post(reject_url(claim), rejection(claim, text="あ" * 29, confirmed=""))
    assert answer.status_code == 422
    assert "30 characters or more" in answer.content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_a_double_click_has_one_effect_and_one_answer(htmx: bool) -> None:
    """R-P6"""
    claim = requested_cancel()
    client = seller_of(claim)
    headers = {"HX-Request": "true"} if htmx else {}
    first, second = (client.post(reject_url(claim), rejection(claim), headers=headers) for _click in range(2))
    assert (first.status_code, second.status_code) == ((200, 200) if htmx else (302, 302))
    assert "The cancel has been rejected." in client.get("/claims/").content.decode() or htmx
    assert Event.unscoped.filter(claim_id=claim.pk, name="cancel.rejected").count() == 1


def test_the_slower_of_two_members_reads_what_happened() -> None:
    """R-A4: 409 with what, when and who."""
    claim = requested_cancel()
    seller_of(claim).post(reject_url(claim), rejection(claim))
    winner = Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected").user
    answer = seller_of(claim).post(reject_url(claim), rejection(claim, key="k2"))
    assert answer.status_code == 409
    assert winner is not None
    assert "Cancel rejected" in answer.content.decode()
    assert winner.name in answer.content.decode()


def test_the_same_key_with_another_body_is_refused() -> None:
    claim = requested_cancel()
    client = seller_of(claim)
    client.post(reject_url(claim), rejection(claim))
    assert client.post(reject_url(claim), rejection(claim, text=REASON + "。")).status_code == 422


def test_the_buyer_asks_reads_the_reason_and_cannot_ask_again() -> None:
    """R-C2, R-C7, R-P4"""
    order = OrderFactory()
    buyer = buyer_of(order)
    url = reverse("my_claims:cancel", args=[order.pk])
    assert url in buyer.get("/my/").content.decode()
    asked = {"reason": "found_cheaper", "text": "", "seen": order.version, "key": "b1"}
    assert buyer.post(url, asked).status_code == 302
    claim = Claim.unscoped.get(order=order)
    seller_of(claim).post(reject_url(claim), rejection(claim))
    page = buyer.get("/my/").content.decode()
    assert REASON in page
    assert url not in page
    again = buyer.post(url, {**asked, "key": "b2"})
    assert again.status_code == 422
    assert "cannot be requested again" in again.content.decode()


def test_the_buyer_takes_the_request_back_on_my_page() -> None:
    """R-C14, R-P6: asked once, without script on a page of its own; what has ended is not asked about."""
    claim = requested_cancel()
    buyer, form = buyer_of(claim.order), {"seen": claim.version, "key": "b1"}
    url = reverse("my_claims:take_back", args=[claim.pk])
    assert url in buyer.get("/my/").content.decode()
    assert "Really take it back?" in buyer.post(url, form).content.decode()
    claim.refresh_from_db()
    assert claim.state == State.REQUESTED
    assert buyer.post(url, {**form, "confirmed": "1"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == State.WITHDRAWN
    ended = buyer.post(url, {"seen": claim.version, "key": "b2"})
    assert (ended.status_code, "Really take it back?" in ended.content.decode()) == (422, False)


def test_a_frozen_order_says_why_it_cannot_be_dispatched() -> None:
    """R-O3: on the page, and when posted all the same."""
    claim = requested_cancel()
    client = seller_of(claim)
    assert "Approve the cancel, reject it" in client.get(reverse("orders:page", args=[claim.order_id])).content.decode()
    form = {"carrier": "ゆうパック", "tracking_number": "1", "seen": claim.order.version, "key": "k1"}
    answer = client.post(reverse("orders:dispatch", args=[claim.order_id]), form)
    assert answer.status_code == 422
    assert "Approve the cancel, reject it" in answer.content.decode()
    assert Order.unscoped.get(pk=claim.order_id).state == OrderState.PREPARING


def test_viewers_read_and_change_nothing() -> None:
    """R-A2"""
    claim = requested_cancel()
    viewer = seller_of(claim, Role.VIEWER)
    assert viewer.get(reverse("claims:page", args=[claim.pk])).status_code == 200
    assert viewer.post(reject_url(claim), rejection(claim)).status_code == 403
    claim.refresh_from_db()
    assert claim.state == State.REQUESTED


OF_A_SHOP: list[tuple[str, Callable[[Claim], int]]] = [
    ("claims:page", lambda claim: claim.pk),
    ("claims:reject", lambda claim: claim.pk),
    ("orders:page", lambda claim: claim.order_id),
    ("orders:plan", lambda claim: claim.order_id),
    ("orders:dispatch", lambda claim: claim.order_id),
    ("my_claims:cancel", lambda claim: claim.order_id),
    ("my_claims:take_back", lambda claim: claim.pk),
]


@pytest.mark.parametrize(("name", "pk_of"), OF_A_SHOP, ids=[name for name, _pk in OF_A_SHOP])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_shops_row_answers_like_one_that_does_not_exist(
    name: str, pk_of: Callable[[Claim], int], method: str
) -> None:
    """R-A1"""
    claim = requested_cancel()
    stranger = logged_in(member_of(SellerFactory()).user_id)
    foreign = getattr(stranger, method)(reverse(name, args=[pk_of(claim)]), follow=True)
    absent = getattr(stranger, method)(reverse(name, args=[10**9]), follow=True)
    huge = getattr(stranger, method)(reverse(name, args=[10**30]), follow=True)
    assert foreign.status_code == absent.status_code == huge.status_code
    assert foreign.status_code in {404, 405}
    assert foreign.content == absent.content == huge.content


def test_an_actions_address_leads_to_its_page_when_it_is_just_opened() -> None:
    """After a log-in or a change of language in between, and for whoever goes back."""
    claim = requested_cancel()
    assert seller_of(claim).get(reject_url(claim)).headers["Location"] == reverse("claims:page", args=[claim.pk])
    dispatch = reverse("orders:dispatch", args=[claim.order_id])
    assert seller_of(claim).get(dispatch).headers["Location"] == reverse("orders:page", args=[claim.order_id])


@pytest.mark.parametrize("seen", ["-1", "0", "x", "", str(10**20), f"-{10**20}"])
def test_a_form_that_was_tampered_with_says_what_to_do(seen: str) -> None:
    claim = requested_cancel()
    answer = seller_of(claim).post(reject_url(claim), rejection(claim, seen=seen))
    assert answer.status_code == 422
    assert "Open the page anew" in answer.content.decode()


def test_a_member_of_two_shops_chooses_between_them() -> None:
    """R-A2"""
    here, there = requested_cancel(), requested_cancel()
    member = member_of(here.seller)
    MemberFactory(user_id=member.user_id, user=None, seller=there.seller)
    client = logged_in(member.user_id)
    page = reverse("claims:page", args=[there.pk])
    assert client.get(page).status_code == 404
    client.post("/shop/", {"shop": there.seller.slug})
    assert client.get(page).status_code == 200
    client.post("/shop/", {"shop": SellerFactory().slug})
    assert client.get(page).status_code == 200


def test_the_buyer_does_not_read_which_member_was_faster() -> None:
    """R-A4 without the shop's people."""
    claim = requested_cancel()
    seller_of(claim).post(reject_url(claim), rejection(claim))
    winner = Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected").user
    form = {"seen": claim.version, "key": "b1"}
    answer = buyer_of(claim.order).post(reverse("my_claims:take_back", args=[claim.pk]), form)
    assert answer.status_code == 409
    assert winner is not None
    assert winner.name not in answer.content.decode()


def test_older_orders_are_a_page_away_and_one_can_be_asked_for() -> None:
    """R-P4: where a notice leads."""
    orders = [OrderFactory()]
    orders += [OrderFactory(seller=orders[0].seller, buyer=orders[0].buyer) for _more in range(50)]
    buyer = buyer_of(orders[0])
    first = buyer.get("/my/")
    assert len(first.context["orders"]) == 50
    rest = buyer.get(f"/my/?{first.context['older']}").context["orders"]
    shown = [row.pk for row in first.context["orders"]] + [row.pk for row in rest]
    assert sorted(shown) == sorted(order.pk for order in orders)
    [one] = buyer.get(f"/my/?order={orders[7].pk}").context["orders"]
    assert one.pk == orders[7].pk
    assert buyer.get(f"/my/?order={OrderFactory().pk}").context["orders"] == []


def test_a_viewer_reads_a_notice_without_marking_it() -> None:
    """R-A2"""
    claim = requested_cancel()
    deliveries.sweep("inbox")
    item = InboxItem.unscoped.get()
    for role, read in ((Role.VIEWER, False), (Role.STAFF, True)):
        client = seller_of(claim, role)
        assert client.get(reverse("messaging:notice", args=[item.pk])).status_code == 200
        item.refresh_from_db()
        assert (item.read_at is not None) is read


def test_operators_log_in_through_the_same_door() -> None:
    """Limits and second factor hold for them too."""
    assert Client().get("/admin/login/").headers["Location"].startswith("/accounts/login/")


def test_strangers_are_led_to_the_log_in() -> None:
    for url in ("/", "/orders/", "/claims/", "/claims/1/", "/my/", "/my/qpost/", "/inbox/", "/orders/import/"):
        assert Client().get(url).headers["Location"].startswith("/accounts/login/"), url


def test_no_shop_no_console() -> None:
    """R-A1: a buyer gets 403 from every page of the console."""
    buyer = buyer_of(OrderFactory())
    for url in ("/orders/", "/claims/", "/inbox/", "/orders/import/"):
        assert buyer.get(url).status_code == 403, url


def test_a_suspended_shop_is_closed() -> None:
    claim = requested_cancel()
    client = seller_of(claim)
    type(claim.seller).objects.filter(pk=claim.seller_id).update(is_active=False)
    assert client.get("/claims/").status_code == 403


@pytest.mark.parametrize(
    "url", ["/claims/", "/claims/?status=cancel_requested", "/orders/", "/orders/?state=cancel", "/", "/products/"]
)
def test_queries_do_not_grow_with_the_rows(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal at 1, 5 and 50 rows. The clock is read from the database once a second, and a slow test has several."""
    monkeypatch.setattr("qsm.events.demo_clock.FRESH_SECONDS", 3600)
    seller = SellerFactory()
    client = logged_in(member_of(seller).user_id)
    counts = []
    for rows in (1, 4, 45):
        for _row in range(rows):
            requested_cancel(seller=seller)
            ProductFactory(seller=seller)
        forget()  # the clock is read anew after a second: always or never
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_the_main_page_counts_in_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-P1: beside it session, person, shop and announcements."""
    monkeypatch.setattr("qsm.events.demo_clock.FRESH_SECONDS", 3600)
    client = seller_of(requested_cancel())
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) <= 5, [query["sql"] for query in queries]


def test_the_panel_needs_eight_queries_at_most() -> None:
    claim = requested_cancel()
    client = seller_of(claim)
    with change(by := member_of(claim.seller)):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.READY_TO_SHIP)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("claims:page", args=[claim.pk]), headers={"HX-Request": "true"})
    assert len(queries) <= 8, [query["sql"] for query in queries]


def test_no_page_of_my_page_grows_with_its_orders() -> None:
    """R-P4"""
    order = OrderFactory()
    buyer = buyer_of(order)
    counts = []
    for rows in (1, 5):
        for _row in range(rows):
            OrderFactory(seller=order.seller, buyer=order.buyer)
        with CaptureQueriesContext(connection) as queries:
            buyer.get("/my/")
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(
    "bad", ["?cursor=x", "?state=nonsense", "?number=ab,,", "?ordered_at_min=2026-99-99", "?date=x", "?size=-1"]
)
def test_bad_addresses_never_fail(bad: str) -> None:
    client = logged_in(member_of(SellerFactory()).user_id)
    for url in ("/orders/", "/claims/"):
        assert client.get(url + bad).status_code == 200


def test_health_is_told_without_a_log_in() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] is True
    assert answer.json()["broker"] is False


def test_a_body_that_no_form_here_sends_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-B1, R-O2: of anybody, before it is kept anywhere; one that is just within is."""
    monkeypatch.setattr("qsm.events.middleware.MOST_BODY_BYTES", 100)
    path, kind = reverse("account_login"), "application/x-www-form-urlencoded"
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(path, b"x" * 101, kind)
    assert answer.status_code == 413
    assert "More was sent than can be taken at once." in answer.content.decode()
    assert Client().post(path, b"x" * 100, kind).status_code == 200
