"""Files over what was done here meanwhile: recipients and deadlines (R-O4, R-O6, R-T4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orders import lifecycle
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import Actor
from qsm.accounts.models import Seller
from qsm.events import history
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import OrderFactory, SellerFactory, member_of
from tests.orders.test_files import ROW, counts, moved, take, write
from tests.orders.test_life import BUYER_IS_TOLD, told

pytestmark = pytest.mark.django_db
ORDERED = datetime(2026, 4, 15, 10, 12, 16, tzinfo=UTC)
OSAKA, SENDAI = "大阪府 大阪市 北区 2-2", "宮城県 仙台市 青葉区 3-3"


def imported(seller: Seller, tmp_path: Path) -> Order:
    take(write(tmp_path / "orders.csv", ROW), seller)
    return Order.unscoped.get(seller=seller)


def readdress(order: Order, address: str) -> Actor:
    by = member_of(order.seller)
    with change(by):
        lifecycle.readdress(order=order, seen=order.version, by=by, address=address)
    return by


@pytest.mark.parametrize("address", [ROW["住所"], SENDAI])
def test_a_recipient_that_was_changed_here_stays(tmp_path: Path, address: str) -> None:
    """R-O4, R-O6: the file with which the order came does not bring the old address back, nor does a newer one."""
    order = imported(SellerFactory(), tmp_path)
    readdress(order, OSAKA)
    result = take(write(tmp_path / "again.csv", {**ROW, "住所": address}), order.seller)
    order.refresh_from_db()
    assert (order.address, counts(result), result.taken.kept) == (OSAKA, (0, 0, 0, 1, 0), [2])


def test_an_order_whose_recipient_was_changed_here_still_moves_on(tmp_path: Path) -> None:
    """R-O6"""
    order = imported(SellerFactory(), tmp_path)
    readdress(order, OSAKA)
    result = take(write(tmp_path / "on.csv", {**ROW, "発送予定日": "2030/01/01"}), order.seller)
    order.refresh_from_db()
    assert (order.state, order.address, counts(result)) == (OrderState.PREPARING, OSAKA, (0, 1, 0, 0, 0))


def test_the_buyer_is_told_of_a_recipient_that_a_file_changes(tmp_path: Path) -> None:
    """R-O4, decision 14: and the history has both versions, as of a change by hand."""
    order = imported(SellerFactory(), tmp_path)
    newer = {**ROW, "住所": SENDAI, "発送予定日": "2030/01/01"}
    assert counts(take(write(tmp_path / "newer.csv", newer), order.seller)) == (0, 1, 0, 0, 0)
    order.refresh_from_db()
    assert (order.address, order.state) == (SENDAI, OrderState.PREPARING)
    assert told(order, "order.readdressed") == BUYER_IS_TOLD
    events = Event.unscoped.filter(order_id=order.pk).order_by("seq").values_list("name", "version")
    assert list(events) == [("order.imported", 1), ("order.readdressed", 2), ("order.updated", 3)]
    details = [entry.detail for entry in history.timeline(order.pk, member_of(order.seller))]
    assert any(SENDAI in detail and ROW["住所"] in detail for detail in details)


def test_a_file_that_only_moves_an_order_tells_of_no_recipient(tmp_path: Path) -> None:
    """R-O4"""
    order = imported(SellerFactory(), tmp_path)
    moved(order, tmp_path, 発送予定日="2030/01/01")
    assert told(order, "order.readdressed") == set()


@pytest.mark.parametrize(
    ("paid", "state"),
    [
        ("", OrderState.CANCELED),
        ("2026/04/22 00:00:00", OrderState.CANCELED),
        ("2026/04/21 23:59:59", OrderState.NEW),
    ],
)
def test_a_file_does_not_pay_what_was_to_be_paid_before(tmp_path: Path, paid: str, state: str) -> None:
    """R-O9, R-T4, R-W12: 7 days from 4/15; the file comes before the job, and says that it was paid."""
    with clock.at(ORDERED):
        order = OrderFactory(number="638000001", state=OrderState.AWAITING_PAYMENT, ordered_at=ORDERED)
    with clock.at(ORDERED + timedelta(days=30)):
        result, order = moved(order, tmp_path, 入金日=paid)
    assert order.state == state
    assert counts(result)[1] == (state == OrderState.NEW)


def test_a_file_does_not_date_a_receipt_anew(tmp_path: Path) -> None:
    """R-O9, R-T4: it was received at the start of the eighth day, whenever the file comes."""
    with clock.at(ORDERED):
        order = OrderFactory(number="1001", state=OrderState.DELIVERED, delivered_at=ORDERED)
    with clock.at(ORDERED + timedelta(days=30)):
        _result, order = moved(order, tmp_path, 配送状態="受取確認")
    assert order.received_at == clock.start_of(clock.after(clock.day_of(ORDERED), 7))


def test_what_was_paid_comes_with_the_payment(tmp_path: Path) -> None:
    """R-O6, R-O9, R-M1: an order that came in unpaid owes the buyer what a later file says was paid."""
    unpaid = {**ROW, "配送状態": "決済待ち", "入金日": "", "購入者決済金額": "0"}
    take(write(tmp_path / "unpaid.csv", unpaid), seller := SellerFactory())
    order = Order.unscoped.get(seller=seller)
    assert (order.state, order.paid_yen) == (OrderState.AWAITING_PAYMENT, 0)
    take(write(tmp_path / "paid.csv", ROW), seller)
    order.refresh_from_db()
    assert (order.state, order.paid_yen) == (OrderState.NEW, 4960)
