"""The claims page: the status grid, both searches, the grid and its files (R-P3, R-D1)."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from claims.kinds import cancel
from claims.models import Claim
from claims.queries import STATUS_GRID, status_counts
from claims.states import State
from orders.states import OrderState
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import PaymentMethod, Seller
from qsm.events.door import change
from qsm.lib import clock
from tests.claims.doings import approved, asked, refunded, shop_browser
from tests.factories import OrderFactory, SellerFactory, buyer_of, member_of, requested_cancel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/claims/"
CASH = {"payment_method": PaymentMethod.CASH}


def counts_of(seller: Seller) -> dict[str, int]:
    counts = status_counts(Actor(Party.SELLER, seller_id=seller.pk))
    return {name: count for name, count in counts.items() if count}


def one_of_each(seller: Seller) -> dict[str, Claim]:
    """A claim in every state that cancels and the shop's refunds can have, by the cell that counts it."""
    rejected, back = requested_cancel(seller=seller), requested_cancel(seller=seller)
    with change(by := member_of(seller)):
        cancel.reject(claim=rejected, seen=rejected.version, by=by, reason="ready_to_ship")
    with change(by := buyer_of(back.order)):
        cancel.take_back(claim=back, seen=back.version, by=by)
    return {
        "cancel_requested": requested_cancel(seller=seller),
        "canceling": approved(requested_cancel(seller=seller, payment_method=PaymentMethod.CARD)),
        "cancel_completed": asked(OrderFactory(seller=seller, state=OrderState.NEW, **CASH)),
        "cancel_rejected": rejected,
        "collected": refunded(OrderFactory(seller=seller, state=OrderState.SHIPPING)),
        "return_completed": refunded(OrderFactory(seller=seller, state=OrderState.DELIVERED, **CASH)),
        "": back,
    }


def test_the_status_grid_is_the_rules_table() -> None:
    """R-P3: every number, those of kinds that have no claims yet too."""
    rows = [[len(cells) for cells in columns] for _title, columns in STATUS_GRID]
    assert rows == [[1, 1, 1], [1, 3, 1], [1, 1, 1], [1, 1, 3], [1, 1, 0], [0, 0, 1]]


def test_each_claim_is_counted_once_and_its_number_leads_to_it() -> None:
    """R-P3: what was withdrawn is in no cell."""
    seller = SellerFactory()
    claims = one_of_each(seller)
    assert counts_of(seller) == {name: 1 for name in claims if name}
    page = shop_browser(seller)
    for name, claim in claims.items():
        if name:
            [row] = page.get(f"{LIST}?status={name}").context["page"].rows
            assert row[0] == claim.pk


def test_an_ended_claim_is_counted_for_ninety_days() -> None:
    """R-P3"""
    claim = asked(OrderFactory(state=OrderState.NEW, **CASH))
    ended_on = clock.day_of(claim.ended_at)
    for days, counted in ((89, 1), (90, 0)):
        with clock.at(clock.start_of(clock.after(ended_on, days))):
            assert status_counts(Actor(Party.SELLER, seller_id=claim.seller_id))["cancel_completed"] == counted


def test_a_late_claim_says_so_until_it_is_completed() -> None:
    """R-D1: received 8/13, late from 8/17, being refunded or not."""
    with clock.at(datetime(2026, 8, 13, 3, tzinfo=UTC)):
        claim = requested_cancel(payment_method=PaymentMethod.CARD)
        approved(claim)
        done = asked(OrderFactory(seller=claim.seller, state=OrderState.NEW, **CASH))
    page = shop_browser(claim.seller)
    for day, late in ((16, False), (17, True)):
        with clock.at(datetime(2026, 8, day, 3, tzinfo=UTC)):
            found = page.get(f"{LIST}?late=1").context["page"].rows
            assert [row[0] for row in found] == ([claim.pk] if late else [])
            assert ("chip late" in page.get(reverse("claims:page", args=[claim.pk])).content.decode()) == late
            assert (
                "chip late"
                not in page.get(reverse("claims:page", args=[done.pk]), HTTP_HX_REQUEST="true").content.decode()
            )


def test_by_condition_every_condition_narrows() -> None:
    """R-P3: period of one of three dates, kind, state, order, cart, product number, buyer."""
    seller = SellerFactory()
    with clock.at(datetime(2026, 8, 3, 3, tzinfo=UTC)):
        other = refunded(OrderFactory(seller=seller, state=OrderState.SHIPPING, product_code="900000002", **CASH))
    with clock.at(datetime(2026, 8, 10, 3, tzinfo=UTC)):
        claim = requested_cancel(seller=seller, product_code="900000001")
    order = claim.order
    order.buyer.name = "川島 太一"
    order.buyer.save()
    page = shop_browser(seller)
    for query in (
        "period_after=2026-08-10&period_before=2026-08-10",
        "when=ordered&period_after=2026-08-08&period_before=2026-08-08",
        "kind=cancel",
        "state=REQUESTED",
        f"number={order.number}",
        f"cart={order.cart.number}",
        "product=900000001",
        "buyer=川島",
    ):
        rows = page.get(f"{LIST}?tab=condition&{query}").context["page"].rows
        assert [row[0] for row in rows] == [claim.pk], query
    ended = page.get(f"{LIST}?tab=condition&when=ended&period_after=2026-08-03&period_before=2026-08-03")
    assert [row[0] for row in ended.context["page"].rows] == [other.pk]


def test_both_searches_have_their_tab() -> None:
    """R-P3"""
    page = shop_browser(SellerFactory())
    by_state, by_condition = page.get(LIST), page.get(f"{LIST}?tab=condition")
    assert by_state.context["status"]
    assert not by_condition.context["status"]
    assert 'name="period_after"' in by_condition.content.decode()
    assert 'name="period_after"' not in by_state.content.decode()


def test_the_files_hold_the_ticked_rows_or_all_that_the_search_finds() -> None:
    """R-P3: Excel of the selection or of all."""
    seller = SellerFactory()
    claims = [requested_cancel(seller=seller) for _each in range(3)]
    requested_cancel()
    page = shop_browser(seller)
    ticked = page.get(f"/claims/claims.csv?ticked={claims[0].pk}:1&ticked={claims[2].pk}:1")
    found = list(csv.DictReader(io.StringIO(b"".join(ticked.streaming_content).decode("utf-8-sig"))))
    assert {row["Order number"] for row in found} == {claims[0].order.number, claims[2].order.number}
    answer = page.get("/claims/claims.xlsx?status=cancel_requested")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 4
    assert page.get("/claims/claims.pdf").status_code == 404


def test_no_cell_of_a_file_starts_a_formula() -> None:
    """quality.md, exports."""
    claim = requested_cancel(product_name="=HYPERLINK(1)", product_code="+1")
    answer = shop_browser(claim.seller).get("/claims/claims.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?tab=condition", "/claims/penalties/", "/claims/claims.csv"])
def test_queries_do_not_grow_with_the_rows(address: str) -> None:
    """Equal at 1, 5 and 50 rows."""
    seller, counts = SellerFactory(), []
    page = shop_browser(seller)
    for rows in (1, 4, 45):
        for _each in range(rows):
            refunded(OrderFactory(seller=seller, state=OrderState.SHIPPING))
        with clock.at(clock.now()), CaptureQueriesContext(connection) as queries:
            answer = page.get(address)
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_every_state_can_be_searched_for() -> None:
    """R-P3: a kind or a state that has no claims yet finds nothing, and fails at nothing."""
    page = shop_browser(SellerFactory())
    for state in State:
        assert page.get(f"{LIST}?tab=condition&state={state}").status_code == 200
    assert page.get(f"{LIST}?status=exchange_late").status_code == 200


def test_a_row_of_another_shop_is_in_no_list_and_no_file() -> None:
    """R-A1"""
    claim = requested_cancel()
    stranger = shop_browser(SellerFactory())
    assert stranger.get(f"{LIST}?number={claim.order.number}").context["page"].rows == []
    answer = stranger.get(f"/claims/claims.csv?ticked={claim.pk}")
    assert claim.order.number not in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_what_counts_as_late_is_the_same_for_row_and_database() -> None:
    """R-D1"""
    from claims.queries import late

    claim = requested_cancel()
    for days in range(7):
        with clock.at(claim.requested_at + timedelta(days=days)):
            assert Claim.unscoped.filter(late()).exists() == claim.is_late
