"""Many rows at once: the same rows as one by one, whatever way the database has for it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from orders.models import Buyer, Cart, Order, Refund
from orders.states import OrderState
from qsm.lib.inserting import insert_many
from tests.factories import BuyerFactory, CartFactory, SellerFactory

pytestmark = pytest.mark.django_db

# What COPY, SQL or a driver could take for something else.
TEXTS = ["", "\\N", "a\tb\\n", "a\r\nb", "'; --", '"%s"', "{1,2}", "髙﨑 😀", "\x01", "NULL"]


def order(**values: Any) -> dict[str, Any]:
    cart = CartFactory()
    buyer = BuyerFactory(seller=cart.seller)
    needed = {"number": "1", "product_name": "a", "recipient_name": "b", "quantity": 2, "state": OrderState.NEW}
    return {
        "seller_id": cart.seller_id,
        "cart_id": cart.pk,
        "buyer_id": buyer.pk,
        "ordered_at": datetime(2026, 4, 15, 14, 59, 59, 999999, tzinfo=UTC),
        **needed,
        **values,
    }


def test_rows_are_as_if_they_were_saved_one_by_one() -> None:
    """Of every type that a row of an order file has, filled, empty and not named."""
    filled = order(ship_date=date(2026, 4, 20), is_preorder=True, more={"素材": "綿\n"}, total_yen=10**12)
    empty = order(ship_date=None, paid_at=None, more={}, late_points=-2)
    ids = insert_many(Order, [filled, empty])
    for pk, values in zip(ids, (filled, empty), strict=True):
        inserted = model_to_dict(Order.unscoped.get(pk=pk), exclude=["id"])
        Order.unscoped.filter(pk=pk).delete()
        saved = Order.unscoped.create(**values)
        saved.refresh_from_db()
        assert inserted == model_to_dict(saved, exclude=["id"])


def test_texts_are_kept_as_they_are() -> None:
    seller = SellerFactory()
    ids = insert_many(Buyer, [{"seller_id": seller.pk, "name": text} for text in TEXTS])
    kept = dict(Buyer.unscoped.values_list("pk", "name"))
    assert [kept[pk] for pk in ids] == TEXTS


def test_ids_go_on_from_there() -> None:
    """Rows that are saved before and after have ids of their own."""
    first = CartFactory()
    ids = insert_many(Cart, [{"seller_id": first.seller_id, "number": str(number)} for number in range(90, 93)])
    last = CartFactory(seller=first.seller)
    assert ids == sorted({*ids})
    assert first.pk < ids[0]
    assert ids[-1] < last.pk
    assert list(Cart.unscoped.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)) == ["90", "91", "92"]


def test_nothing_comes_of_nothing() -> None:
    assert insert_many(Cart, []) == []


def test_a_name_that_the_model_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="Cart has no shop"), transaction.atomic():
        insert_many(Cart, [{"seller_id": SellerFactory().pk, "number": "1", "shop": 1}])


def test_a_default_of_its_own_for_each_row_is_refused() -> None:
    """R-M1: all voids would have one key."""
    with pytest.raises(TypeError, match="Refund.key"), transaction.atomic():
        insert_many(Refund, [{"claim_id": 1}, {"claim_id": 2}])


def test_what_the_database_refuses_leaves_nothing() -> None:
    cart = CartFactory()
    twice = [{"seller_id": cart.seller_id, "number": number} for number in ("new", cart.number)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(Cart, twice)
    assert Cart.unscoped.count() == 1
