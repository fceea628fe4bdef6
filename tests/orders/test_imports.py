"""Files are looked at before they are taken, and taken exactly once (R-O6, decision 0010)."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders import file_runs, tasks
from orders.file_orders import OrderFiles
from orders.file_states import FileStage, RowOutcome
from orders.models import FileImport, FileRow, Order, StagedPiece
from qsm.accounts.models import Role, Seller
from qsm.events.models import Event
from tests.factories import MemberFactory, SellerFactory, requested_cancel
from tests.orders.test_files import ROW, ten_rows, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"  # type: ignore[attr-defined]
    return tmp_path / "uploads"


@pytest.fixture
def seller(client: Client) -> Seller:
    seller = SellerFactory()
    client.force_login(MemberFactory(seller=seller).user)
    return seller


def send(client: Client, path: Path, key: str = "one") -> FileImport:
    with path.open("rb") as file:
        answer = client.post("/orders/import/", {"upload": file, "key": key})
    assert answer.status_code == 302
    return FileImport.unscoped.get(pk=int(answer["Location"].split("/")[-2]))


def press(client: Client, run: FileImport, what: str, key: str = "two") -> int:
    return client.post(f"/orders/import/{run.pk}/{what}/", {"key": key}).status_code


def test_nothing_is_taken_before_somebody_has_looked(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6"""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows(), {**ROW, "数量": "", "注文番号": "9"}))
    assert run.stage == FileStage.WAITING
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.good, run.counts) == (FileStage.READ, 10, {"created": 10, "error": 1})
    assert not Order.unscoped.exists()
    page = client.get(f"/orders/import/{run.pk}/")
    assert "数量" in page.content.decode()
    assert press(client, run, "take") == 302
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.counts) == (FileStage.DONE, {"created": 10, "error": 1})
    assert Order.unscoped.filter(seller=seller).count() == 10
    assert not StagedPiece.objects.exists()


def test_a_file_thrown_away_leaves_nothing(client: Client, seller: Seller, tmp_path: Path, uploads: Path) -> None:
    """R-O6: neither orders nor the file."""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    tasks.sweep_files()
    assert press(client, run, "discard") == 302
    tasks.sweep_files()
    assert press(client, run, "take", key="three") == 422
    assert not Order.unscoped.filter(seller=seller).exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]
    assert not StagedPiece.objects.exists()


def test_a_file_can_be_thrown_away_while_it_is_read(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6: whoever reads it stops."""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    press(client, run, "discard")
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.good) == (FileStage.DISCARDED, 0)


def test_what_was_taken_cannot_be_thrown_away(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6"""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    tasks.sweep_files()
    press(client, run, "take")
    assert press(client, run, "discard", key="three") == 422
    tasks.sweep_files()
    assert Order.unscoped.filter(seller=seller).count() == 10


def test_sent_twice_a_form_brings_one_file_and_takes_it_once(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-P6"""
    path = write(tmp_path / "orders.csv", *ten_rows())
    run = send(client, path)
    assert send(client, path).pk == run.pk
    tasks.sweep_files()
    assert (press(client, run, "take"), press(client, run, "take"), press(client, run, "take", "three")) == (302,) * 3
    tasks.sweep_files()
    assert Event.unscoped.filter(seller=seller).count() == 10


def test_a_file_whose_worker_died_is_carried_on_exactly_once(
    client: Client, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-O6: killed between two pieces, and in the middle of one."""
    monkeypatch.setattr(file_runs, "ROWS_AT_ONCE", 3)
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    tasks.sweep_files()
    press(client, run, "take")
    take, taken = OrderFiles.take, []

    def die_at_the_third(self: OrderFiles, *args: object) -> None:
        taken.append(args)
        if len(taken) == 3:
            raise KeyboardInterrupt
        take(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(OrderFiles, "take", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        tasks.sweep_files()
    assert Order.unscoped.filter(seller=seller).count() == 6
    tasks.sweep_files()  # the dead worker's lease has not ended yet
    assert Order.unscoped.filter(seller=seller).count() == 6
    FileImport.unscoped.update(leased_until=None)
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.counts) == (FileStage.DONE, {"created": 10})
    assert Event.unscoped.filter(seller=seller, name="order.imported").count() == 10


def test_a_file_of_bad_rows_alone_is_not_kept_in_memory(
    client: Client, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-O6: what is wrong with its rows is written down piece by piece, as it is read."""
    monkeypatch.setattr(file_runs, "ROWS_AT_ONCE", 500)
    run = send(client, write(tmp_path / "orders.csv", *[dict.fromkeys(ROW, "×" * 2000)] * 1000))
    tracemalloc.start()
    tasks.sweep_files()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    run.refresh_from_db()
    assert (run.stage, run.good, run.lines.count()) == (FileStage.READ, 0, run.counts["error"])
    assert peak < 10_000_000


def test_a_worker_that_was_too_slow_stops(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6: another one has the file."""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    tasks.sweep_files()
    press(client, run, "take")
    slow = FileImport.unscoped.get(pk=run.pk)
    tasks.sweep_files()
    with pytest.raises(file_runs.LeaseLost):
        file_runs.take_pieces(slow)
    assert Event.unscoped.filter(seller=seller).count() == 10


def test_a_file_at_which_the_worker_dies_each_time_is_given_up(client: Client, seller: Seller, tmp_path: Path) -> None:
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    FileImport.unscoped.update(lease=file_runs.MOST_TRIES)
    tasks.sweep_files()
    run.refresh_from_db()
    assert (run.stage, run.good, run.counts) == (FileStage.READ, 0, {"error": 1})
    assert press(client, run, "take") == 422


def test_what_was_foreseen_gives_way_to_what_happened(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6: a claim that came in between is left alone all the same."""
    file_of_two = write(tmp_path / "orders.csv", *ten_rows()[:2])
    run = send(client, file_of_two)
    tasks.sweep_files()
    press(client, run, "take")
    tasks.sweep_files()
    order = Order.unscoped.get(number=ROW["注文番号"])
    shipped = [{**row, "配送状態": "配送中"} for row in ten_rows()[:2]]
    run = send(client, write(tmp_path / "orders.csv", *shipped), key="three")
    tasks.sweep_files()
    run.refresh_from_db()
    assert run.counts == {"updated": 2}
    Order.unscoped.filter(pk=order.pk).update(held_by=1, held_as="cancel")
    press(client, run, "take", key="four")
    tasks.sweep_files()
    run.refresh_from_db()
    assert run.counts == {"updated": 1, "kept": 1}
    [kept] = FileRow.objects.filter(file_import=run)
    assert (kept.line, kept.outcome, kept.code) == (2, RowOutcome.KEPT, "kept_claim")


def test_another_shops_file_is_not_there(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-A1"""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    stranger = Client()
    stranger.force_login(MemberFactory().user)
    for path in ("", "lines.csv"):
        foreign, absent = (stranger.get(f"/orders/import/{pk}/{path}") for pk in (run.pk, 999_999))
        assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert press(stranger, run, "discard") == 404


def test_a_viewer_brings_no_files(client: Client, tmp_path: Path) -> None:
    """R-A2"""
    client.force_login(MemberFactory(role=Role.VIEWER).user)
    assert client.get("/orders/import/").status_code == 403


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "a\r\nSet-Cookie: x.csv", "=1+1.csv", "注文" * 200 + ".csv"])
def test_hostile_names(client: Client, seller: Seller, uploads: Path, name: str) -> None:
    """The name is shown and nothing else; the file lies where we put it."""
    answer = client.post("/orders/import/", {"upload": SimpleUploadedFile(name, b"a\n1\n"), "key": "one"})
    assert answer.status_code in {302, 422}
    for run in FileImport.unscoped.all():
        assert Path(run.file.path).is_relative_to(uploads / "imports")
        assert client.get(f"/orders/import/{run.pk}/").status_code == 200


def test_the_lines_can_be_downloaded(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-O6: with the message in the reader's language, and no cell that starts a formula."""
    run = send(client, write(tmp_path / "orders.csv", {**ROW, "数量": "=1+1"}))
    tasks.sweep_files()
    text = b"".join(client.get(f"/orders/import/{run.pk}/lines.csv")).decode("utf-8-sig")
    assert '"2","数量"' in text
    assert '"not_a_number"' in text


def test_files_are_forgotten(client: Client, seller: Seller, tmp_path: Path, uploads: Path) -> None:
    """Undecided ones after a week, what was said of them after three months."""
    run = send(client, write(tmp_path / "orders.csv", *ten_rows()))
    tasks.sweep_files()
    FileImport.unscoped.update(made_at=run.made_at - file_runs.KEPT_UNDECIDED * 1.1)
    tasks.forget_files()
    run.refresh_from_db()
    assert (run.stage, StagedPiece.objects.count()) == (FileStage.DISCARDED, 0)
    FileImport.unscoped.update(made_at=run.made_at - file_runs.KEPT * 1.1)
    tasks.forget_files()
    assert not FileImport.unscoped.exists()


def test_a_claimed_order_is_named(client: Client, tmp_path: Path) -> None:
    """R-O6: the page names the kept row, and why."""
    claim = requested_cancel(number="1001")
    client.force_login(MemberFactory(seller=claim.order.seller).user)
    run = send(client, write(tmp_path / "orders.csv", {**ROW, "注文番号": "1001", "配送状態": "配送中"}))
    tasks.sweep_files()
    page = client.get(f"/orders/import/{run.pk}/").content.decode()
    assert "kept_claim" in page


def test_operators_read_files_and_their_errors(
    client: Client, seller: Seller, admin_client: Client, tmp_path: Path
) -> None:
    """R-O6: and change nothing there."""
    run = send(client, write(tmp_path / "orders.csv", {**ROW, "数量": "zwei"}))
    tasks.sweep_files()
    assert "orders.csv" in admin_client.get("/admin/orders/fileimport/").content.decode()
    assert "not_a_number" in admin_client.get(f"/admin/orders/filerow/?q={run.pk}").content.decode()
    assert admin_client.get(f"/admin/orders/fileimport/{run.pk}/change/").status_code == 200
    assert admin_client.post(f"/admin/orders/fileimport/{run.pk}/change/", {}).status_code == 403
