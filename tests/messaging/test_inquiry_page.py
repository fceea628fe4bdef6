"""The inquiry page (R-B6)."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from messaging import lifecycle
from messaging.models import Thread
from messaging.states import InquiryCategory
from messaging.texts import masked
from orders.models import Order
from qsm.accounts.access import Actor, Party
from qsm.events.door import change
from qsm.lib import clock
from tests.factories import BuyerFactory, OrderFactory, SellerFactory, UserFactory, member_of
from tests.messaging.talk import answered, client_of, inquired, noted_orders, written

pytestmark = pytest.mark.django_db


def page(order: Order, name: str = "inquiries", client: Client | None = None, **params: str) -> str:
    client = client or client_of(member_of(order.seller))
    return client.get(reverse(f"messaging:{name}"), params).content.decode()


def order_of(name: str, **columns: object) -> Order:
    shop = columns.pop("seller", None) or SellerFactory()
    return OrderFactory(seller=shop, buyer=BuyerFactory(seller=shop, name=name), **columns)


def letter(order: Order) -> Thread:
    with change(operator := Actor(Party.OPERATOR, user_id=UserFactory(is_staff=True).pk)):
        return lifecycle.write_to_seller(
            seller=order.seller,
            by=operator,
            category=InquiryCategory.OTHER,
            title="メンテナンスのお知らせ",
            text="8月4日に行います",
        )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("yunjihye", "yun***"),
        ("Yun", "Y***"),
        ("青山 花子", "青***"),
        ("홍길동", "홍***"),
        ("王小明", "王***"),
        ("", ""),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    """R-B6"""
    assert masked(name) == shown


def test_lists_show_masked_names_only() -> None:
    """R-B6: list and groups; the conversation itself shows the name."""
    order = order_of("yunjihye")
    thread = written(order)
    for name in ("inquiries", "by_customer"):
        shown = page(order, name)
        assert "yun***" in shown
        assert "yunjihye" not in shown
    client = client_of(member_of(order.seller))
    panel = client.get(reverse("messaging:thread", args=[thread.pk]), headers={"HX-Request": "true"})
    assert "yunjihye" in panel.content.decode()


def test_each_tab_lists_its_own() -> None:
    """R-B6: from customers, from the operator, inquiries to the operator."""
    order = order_of("yunjihye")
    written(order, title="いつ届きますか")
    letter(order)
    inquired(member_of(order.seller), order)
    titles = {
        "inquiries": "いつ届きますか",
        "letters": "メンテナンスのお知らせ",
        "own_inquiries": "キャンセルについて",
    }
    for tab in titles:
        shown = page(order, tab)
        assert [name for name, title in titles.items() if title in shown] == [tab]


def test_a_note_is_listed_once_the_buyer_has_answered_it() -> None:
    """R-B6"""
    order = order_of("yunjihye")
    noted_orders([order], title="在庫のお知らせ")
    assert "在庫のお知らせ" not in page(order)
    thread = Thread.unscoped.get()
    with change(by := Actor(Party.BUYER, user_id=order.buyer.user_id)):
        lifecycle.ask(thread=thread, by=by, text="わかりました")
    assert "在庫のお知らせ" in page(order)


def test_by_days_state_type_and_order_number() -> None:
    """R-B6: days are days in Tokyo."""
    shop = SellerFactory()
    with clock.at(datetime(2026, 8, 3, 14, 59, 59, tzinfo=UTC)):
        written(order_of("a", seller=shop), title="三日の質問")
    with clock.at(datetime(2026, 8, 3, 15, 0, tzinfo=UTC)):
        late = written(order := order_of("b", seller=shop), title="四日の質問")
        answered(late)

    def found(**params: str) -> list[str]:
        shown = page(order, **params)
        return [title for title in ("三日の質問", "四日の質問") if title in shown]

    assert found() == ["三日の質問", "四日の質問"]
    assert found(asked_at_after="2026-08-04") == ["四日の質問"]
    assert found(asked_at_before="2026-08-03") == ["三日の質問"]
    assert found(state="UNANSWERED") == ["三日の質問"]
    assert found(state="ANSWERED") == ["四日の質問"]
    assert found(kind="note") == []
    assert found(kind="question") == ["三日の質問", "四日の質問"]
    assert found(number=order.number) == ["四日の質問"]
    assert found(number="x") == found(buyer="x") == found(state="x") == []


def test_by_customer_and_by_product_lead_to_their_conversations() -> None:
    """R-B6: with how many wait."""
    shop = SellerFactory()
    order = order_of("yunjihye", seller=shop, product_code="P1")
    written(order, title="一つ目")
    answered(written(OrderFactory(seller=shop, buyer=order.buyer, product_code="P2"), title="二つ目"))
    written(order_of("kim", seller=shop, product_code="P1"), title="三つ目")
    client = client_of(member_of(shop))
    by_customer = client.get(reverse("messaging:by_customer")).context["groups"]
    by_product = client.get(reverse("messaging:by_product")).context["groups"]
    assert {(group.count, group.waiting) for group in by_customer} == {(2, 1), (1, 1)}
    assert [(group.query, group.count, group.waiting) for group in by_product] == [
        ("product=P1", 2, 2),
        ("product=P2", 1, 0),
    ]
    shown = page(order, product="P1")
    assert ("一つ目" in shown, "二つ目" in shown, "三つ目" in shown) == (True, False, True)
    shown = page(order, buyer=str(order.buyer_id))
    assert ("一つ目" in shown, "二つ目" in shown, "三つ目" in shown) == (True, True, False)


def test_no_other_shops_conversations_in_any_list() -> None:
    """R-A1: not by another shop's customer's number either."""
    foreign = order_of("yunjihye", product_code="P9")
    written(foreign, title="よその質問")
    letter(foreign)
    inquired(member_of(foreign.seller), foreign)
    own = OrderFactory()
    for name in ("inquiries", "letters", "own_inquiries", "by_customer", "by_product"):
        shown = page(own, name, buyer=str(foreign.buyer_id))
        assert "よその" not in shown
        assert "yun***" not in shown
        assert "メンテナンス" not in shown
        assert "キャンセルについて" not in shown
