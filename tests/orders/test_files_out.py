"""Orders out in the marketplace's forms, and in again (R-P2, R-O6, reference/qsm-files.md)."""

import csv
import io
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from orders.file_exports import Format, header
from orders.files import import_file
from orders.models import Order
from orders.states import OrderState
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller
from qsm.events.models import Event
from qsm.lib.files import guarded
from tests.factories import BuyerFactory, MemberFactory, OrderFactory, SellerFactory, requested_cancel
from tests.orders.test_files import ROW, counts, write

pytestmark = pytest.mark.django_db
FEW = settings(max_examples=4, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
# What a person can type into a line of a form.
TYPED = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@pytest.fixture
def seller(client: Client) -> Seller:
    seller = SellerFactory()
    client.force_login(MemberFactory(seller=seller).user)
    return seller


def exported(client: Client, chosen: Format, query: str = "") -> bytes:
    answer = client.get(f"/orders/export/?as={chosen}{query}")
    assert answer.status_code == 200
    return b"".join(answer)


def cells(content: bytes, chosen: Format) -> list[list[str]]:
    if chosen.encoding == "xlsx":
        book = load_workbook(io.BytesIO(content), read_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode(chosen.encoding), newline="")))


def test_the_bytes_of_a_japanese_detail_file(client: Client, seller: Seller, tmp_path: Path) -> None:
    """R-P2: names, order, quotes and line ends of the marketplace's; what we only keep is there as well."""
    import_file(write(tmp_path / "orders.csv", ROW), seller=seller, by=SYSTEM)
    head, line = exported(client, Format.DETAIL_JA_CP932).decode("cp932").splitlines()
    assert head == ",".join(f'"{name}"' for name in header(Format.DETAIL_JA_CP932.form))
    values = dict(zip(head.split(","), line.split('","'), strict=False))
    assert '"配送要請","638000001","210300001"' in line
    assert '"2026/04/15 19:12:16"' in line
    assert '"\'100-0001"' in line
    assert '"綿"' in line
    assert len(values) == 45


def test_the_answer_is_named_like_the_marketplaces_files(client: Client, seller: Seller) -> None:
    """R-P2"""
    answer: HttpResponse = client.get(f"/orders/export/?as={Format.BRIEF_KO_UTF8}")
    assert 'filename="DeliveryManagement_brief_20' in answer["Content-Disposition"]
    assert b"".join(answer).startswith("\ufeff".encode() + '"배송상태","주문번호"'.encode())  # type: ignore[attr-defined]


@pytest.mark.parametrize("chosen", Format)
def test_our_own_export_taken_in_again_changes_nothing(
    client: Client, seller: Seller, tmp_path: Path, chosen: Format
) -> None:
    """R-O6: orders in every state, with a claim, with letters that cp932 lacks."""
    for state in OrderState:
        OrderFactory(
            seller=seller,
            state=state,
            recipient_name="草彅 𠮷子〜",
            recipient_phone="+81-3-0000-0000",
            postal_code="100-0001",
        )
    requested_cancel(OrderFactory(seller=seller, delivery_request="=1+1"))
    events = Event.unscoped.count()
    path = tmp_path / chosen.file_name
    path.write_bytes(exported(client, chosen))
    result = import_file(path, seller=seller, by=SYSTEM)
    assert counts(result) == (0, 0, len(OrderState) + 1, 0, 0)
    assert Event.unscoped.count() == events


@FEW
@given(typed=st.lists(st.tuples(TYPED, TYPED, TYPED, TYPED), min_size=20, max_size=40))
@pytest.mark.parametrize("chosen", [Format.DETAIL_JA_CP932, Format.DETAIL_KO_UTF8, Format.DETAIL_JA_XLSX])
def test_whatever_people_type_comes_out_harmless_and_in_unchanged(
    client: Client, tmp_path: Path, chosen: Format, typed: list[tuple[str, ...]]
) -> None:
    """R-O6, R-P2: no cell starts a formula; nothing that was entered is overwritten by its own export."""
    seller = SellerFactory()
    client.force_login(MemberFactory(seller=seller).user)
    buyer = BuyerFactory(seller=seller)
    for texts in typed:
        name, address, phone, product = (text.strip() for text in texts)
        recipient = {"recipient_name": name or "x", "address": address, "recipient_phone": phone}
        OrderFactory(seller=seller, buyer=buyer, product_name=product or "x", **recipient)
    before = list(Order.unscoped.filter(seller=seller).order_by("pk").values())
    path = tmp_path / f"{seller.pk}.file"
    path.write_bytes(exported(client, chosen))
    rows = cells(path.read_bytes(), chosen)
    assert all(guarded(cell) == cell or cell.startswith("'") for row in rows for cell in row)
    import_file(path, seller=seller, by=SYSTEM)
    assert list(Order.unscoped.filter(seller=seller).order_by("pk").values()) == before


def test_the_ticked_orders_or_those_of_the_list(client: Client, seller: Seller) -> None:
    """R-P2, R-A1: never another shop's, ticked or not."""
    mine = [OrderFactory(seller=seller, state=state) for state in (OrderState.NEW, OrderState.SHIPPING)]
    foreign = OrderFactory()
    numbers = {
        query: [line[1] for line in cells(exported(client, Format.BRIEF_JA_UTF8, query), Format.BRIEF_JA_UTF8)[1:]]
        for query in ("", "&state=shipping", f"&ticked={mine[0].pk}&ticked={foreign.pk}", "&number=nonsense")
    }
    assert [sorted(found) for found in numbers.values()] == [
        sorted(order.number for order in mine),
        [mine[1].number],
        [mine[0].number],
        [],
    ]


def test_the_form_is_asked_for_and_remembered(client: Client, seller: Seller) -> None:
    """R-P2"""
    page = client.get("/orders/export/?state=new").content.decode()
    assert '<input type="hidden" name="state" value="new">' in page
    assert client.get("/orders/export/?as=nonsense").status_code == 422
    exported(client, Format.BRIEF_KO_XLSX)
    page = client.get("/orders/export/").content.decode()
    assert f'value="{Format.BRIEF_KO_XLSX}" required id="id_as_9" checked' in page


def test_what_we_only_keep_finds_its_column_in_the_other_language(client: Client, seller: Seller) -> None:
    """R-P2"""
    OrderFactory(seller=seller, more={"素材": "綿"}, buyer=BuyerFactory(seller=seller))
    rows = cells(exported(client, Format.DETAIL_KO_UTF8), Format.DETAIL_KO_UTF8)
    assert dict(zip(*rows, strict=True))["소재"] == "綿"
    assert Order.unscoped.filter(seller=seller).count() == 1
