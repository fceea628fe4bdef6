"""Tracking numbers and ship dates by file: a door and a result for each row (R-O2, R-O1)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from orders import tasks
from orders.file_actions import ActionFiles
from orders.file_columns import BRIEF
from orders.file_states import FileStage, RowOutcome
from orders.models import FileImport, FileRow, Order
from orders.states import OrderState
from qsm.accounts.models import Member, Seller
from qsm.events.models import Event
from qsm.lib import clock
from tests.factories import CartFactory, MemberFactory, OrderFactory, SellerFactory, requested_cancel
from tests.orders.test_files_forms import written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"  # type: ignore[attr-defined]


@pytest.fixture
def seller(client: Client) -> Seller:
    seller = SellerFactory()
    client.force_login(MemberFactory(seller=seller).user)
    return seller


def send(client: Client, kind: str, path: Path, **entered: str) -> FileImport:
    with path.open("rb") as file:
        answer = client.post(f"/orders/import/{kind}/", {"upload": file, "key": f"{kind} {path.name}", **entered})
    assert answer.status_code == 302
    tasks.sweep_files()
    return FileImport.unscoped.latest("pk")


def take(client: Client, run: FileImport) -> FileImport:
    assert client.post(f"/orders/import/{run.pk}/take/", {"key": f"take {run.pk}"}).status_code == 302
    tasks.sweep_files()
    run.refresh_from_db()
    assert run.stage == FileStage.DONE
    return run


def brief(path: Path, *rows: dict[str, str]) -> Path:
    return written(path, BRIEF["ja"], *rows)


def row(order: Order, tracking: str, carrier: str = "") -> dict[str, str]:
    return {"注文番号": order.number, "送り状番号": tracking, "配送会社": carrier}


def results(run: FileImport) -> list[tuple[int, str, str]]:
    rows = FileRow.objects.filter(file_import=run).order_by("line")
    return [(each.line, each.outcome, each.code) for each in rows]


def test_a_filled_summary_dispatches_whole_carts(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O2: the same number on each row of a cart; the carrier may be blank; a result for each row."""
    cart = CartFactory(seller=seller)
    orders = [OrderFactory(seller=seller, cart=cart, state=state) for state in (OrderState.NEW, OrderState.PREPARING)]
    waiting = OrderFactory(seller=seller)
    rows = [*(row(order, "4400-1") for order in orders), row(waiting, "")]
    run = send(client, "tracking", brief(tmp_path / "b.csv", *rows), carrier="ゆうパック")
    assert run.counts == {"done": 2}
    assert not Event.unscoped.filter(name="order.dispatched").exists()
    run = take(client, run)
    assert results(run) == [(2, RowOutcome.DONE, "dispatch"), (3, RowOutcome.DONE, "dispatch")]
    sent = Order.unscoped.filter(cart=cart)
    assert {(each.state, each.carrier, each.tracking_number) for each in sent} == {("SHIPPING", "ゆうパック", "4400-1")}
    waiting.refresh_from_db()
    assert waiting.state == OrderState.PREPARING
    assert Event.unscoped.filter(name="order.dispatched").first().user_id == run.user_id  # type: ignore[union-attr]


def test_each_refused_row_says_why_and_holds_up_no_other(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O2, R-O3, R-A1"""
    frozen = requested_cancel(OrderFactory(seller=seller)).order
    done, delivered = OrderFactory(seller=seller), OrderFactory(seller=seller, state=OrderState.DELIVERED)
    foreign = OrderFactory()
    rows = [row(order, f"44-{place}", "ゆうパック") for place, order in enumerate((frozen, done, delivered, foreign))]
    run = take(client, send(client, "tracking", brief(tmp_path / "b.csv", *rows)))
    assert results(run) == [
        (2, RowOutcome.REFUSED, "order.cancel_open"),
        (3, RowOutcome.DONE, "dispatch"),
        (4, RowOutcome.REFUSED, "order.wrong_state"),
        (5, RowOutcome.ERROR, "no_such_order"),
    ]
    page = client.get(f"/orders/import/{run.pk}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "This order has an open cancel claim" in page
    foreign.refresh_from_db()
    assert foreign.state == OrderState.PREPARING


def test_a_row_that_is_overtaken_says_so_and_holds_up_no_other(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O2, R-A4, R-O9: here by a deadline that had passed, whose outcome stays."""
    unpaid = OrderFactory(seller=seller, state=OrderState.AWAITING_PAYMENT, pay_until=clock.now())
    waiting = OrderFactory(seller=seller)
    rows = [row(order, f"44-{place}", "ゆうパック") for place, order in enumerate((unpaid, waiting))]
    run = take(client, send(client, "tracking", brief(tmp_path / "b.csv", *rows)))
    assert results(run) == [(2, RowOutcome.REFUSED, "conflict"), (3, RowOutcome.DONE, "dispatch")]
    page = client.get(f"/orders/import/{run.pk}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Somebody else was faster: Canceled: not paid within 7 days" in page
    unpaid.refresh_from_db()
    assert unpaid.state == OrderState.CANCELED


def test_a_carrier_is_needed_from_somewhere(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O2"""
    order = OrderFactory(seller=seller)
    run = take(client, send(client, "tracking", brief(tmp_path / "b.csv", row(order, "44"))))
    assert results(run) == [(2, RowOutcome.REFUSED, "order.carrier_missing")]


def test_parcels_in_transit_are_corrected_and_the_same_file_again_changes_nothing(
    client: Client, seller: Seller, tmp_path: Path
) -> None:
    """R-O2"""
    order = OrderFactory(seller=seller, state=OrderState.SHIPPING, carrier="ゆうパック", tracking_number="1")
    run = take(client, send(client, "tracking", brief(tmp_path / "b.csv", row(order, "2"))))
    assert results(run) == [(2, RowOutcome.DONE, "correct")]
    order.refresh_from_db()
    assert (order.carrier, order.tracking_number) == ("ゆうパック", "2")
    events = Event.unscoped.count()
    run = take(client, send(client, "tracking", brief(tmp_path / "c.csv", row(order, "2", "ゆうパック"))))
    assert (run.counts, results(run), Event.unscoped.count()) == ({"unchanged": 1}, [], events)


def test_ship_dates(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O1: dates in either form; a past one and a delayed order are refused, others are planned."""
    soon = clock.after(clock.today(), 5)
    new, planned = OrderFactory(seller=seller, state=OrderState.NEW), OrderFactory(seller=seller, ship_date=soon)
    late = OrderFactory(seller=seller, ship_date=clock.today() - timedelta(days=1))
    past = OrderFactory(seller=seller)
    rows = [
        {"注文番号": new.number, "発送予定日": f"{soon:%Y%m%d}"},
        {"注文番号": planned.number, "発送予定日": f"{soon:%Y/%m/%d}"},
        {"注文番号": late.number, "発送予定日": f"{soon:%Y/%m/%d}"},
        {"注文番号": past.number, "発送予定日": "20200101"},
        {"注文番号": past.number, "発送予定日": "yesterday"},
    ]
    run = take(client, send(client, "ship-dates", written(tmp_path / "d.csv", ("注文番号", "発送予定日"), *rows)))
    assert results(run) == [
        (2, RowOutcome.DONE, "plan"),
        (4, RowOutcome.REFUSED, "order.delayed"),
        (5, RowOutcome.REFUSED, "order.ship_date_past"),
        (6, RowOutcome.ERROR, "not_a_date"),
    ]
    assert run.counts == {"done": 1, "unchanged": 1, "refused": 2, "error": 1}
    new.refresh_from_db()
    assert (new.state, new.ship_date) == (OrderState.PREPARING, soon)


def test_a_worker_killed_between_two_rows_is_carried_on(
    client: Client, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-O2: each order is dispatched once, and the counts are those of all rows."""
    orders = [OrderFactory(seller=seller) for _ in range(4)]
    rows = [row(order, str(order.pk), "ゆうパック") for order in orders]
    run = send(client, "tracking", brief(tmp_path / "b.csv", *rows))
    client.post(f"/orders/import/{run.pk}/take/", {"key": "take"})
    take_row, taken = ActionFiles._take_row, []

    def die_at_the_third(self: ActionFiles, *args: object) -> None:
        taken.append(args)
        if len(taken) == 3:
            raise KeyboardInterrupt
        take_row(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(ActionFiles, "_take_row", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        tasks.sweep_files()
    FileImport.unscoped.update(leased_until=None)
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.counts) == (FileStage.DONE, {"done": 4})
    assert Event.unscoped.filter(name="order.dispatched").count() == 4


@pytest.mark.parametrize(
    "gone",
    [lambda: Member.objects.all().delete(), lambda: Seller.objects.update(is_active=False)],
    ids=["person", "shop"],
)
def test_what_somebody_sent_who_has_left_or_whose_shop_is_suspended_is_not_done(
    client: Client, seller: Seller, tmp_path: Path, gone: Callable[[], object]
) -> None:
    """R-A2"""
    order = OrderFactory(seller=seller)
    run = send(client, "tracking", brief(tmp_path / "b.csv", row(order, "44", "ゆうパック")))
    client.post(f"/orders/import/{run.pk}/take/", {"key": "take"})
    gone()
    tasks.sweep_files()
    order.refresh_from_db()
    run.refresh_from_db()
    assert (order.state, run.stage, run.counts) == (OrderState.PREPARING, FileStage.DONE, {})
