"""Whose orders the rows of a file are: a buyer is matched, else made without a log-in (R-O10)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from orders.file_order import OrderRow
from orders.models import Buyer, Cart
from orders.phones import identifying
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller
from qsm.lib.inserting import insert_many

Mark = tuple[str, ...]
MARKED_BY = ("mobile", "phone", "name", "postal_code")


@dataclass(slots=True)
class Person:
    """A buyer, or one to be: then `pk` is 0 until it is made."""

    pk: int


def carts_of(rows: Sequence[OrderRow], seller: Seller) -> dict[str, int]:
    """The ids of the carts of these rows by number; those that are missing are made."""
    numbers, carts = {row.cart_number for row in rows}, Cart.objects.for_actor(SYSTEM).filter(seller=seller)
    known = dict(carts.filter(number__in=numbers).values_list("number", "pk"))
    new = sorted(numbers - known.keys())
    ids = insert_many(Cart, [{"seller_id": seller.pk, "number": number} for number in new])
    return known | dict(zip(new, ids, strict=True))


def buyers_of(rows: Sequence[OrderRow], seller: Seller) -> list[int]:
    """The id of each row's buyer: matched by phone, else by name and postal code, else made without a log-in."""
    known = dict(_known(rows, seller))
    buyers, new = list[Person](), list[tuple[Person, OrderRow]]()
    for row in rows:
        marks = _marks_of(row)
        buyer = next((known[mark] for mark in marks if mark in known), None)
        if buyer is None:
            buyer = Person(0)
            new.append((buyer, row))
        known |= dict.fromkeys(marks, buyer)
        buyers.append(buyer)
    _make(new, seller)
    return [buyer.pk for buyer in buyers]


def _known(rows: Sequence[OrderRow], seller: Seller) -> Iterator[tuple[Mark, Person]]:
    """Of several buyers with the same mark the oldest comes last."""
    marks = {mark for row in rows for mark in _marks_of(row)}
    phones, names = {mark[0] for mark in marks if len(mark) == 1}, {mark[0] for mark in marks if len(mark) > 1}
    matching = Q(mobile__in=phones) | Q(phone__in=phones) | Q(name__in=names)
    buyers = Buyer.objects.for_actor(SYSTEM).filter(matching, seller=seller).order_by("-pk")
    for pk, *values in buyers.values_list("pk", *MARKED_BY):
        person = Person(pk)
        yield from ((mark, person) for mark in _marks(*values))


def _marks_of(row: OrderRow) -> list[Mark]:
    return _marks(row.buyer_mobile, row.buyer_phone, row.buyer_name, row.postal_code)


def _marks(mobile: str, phone: str, name: str, postal_code: str) -> list[Mark]:
    """By what a buyer is recognized: phones, else name and postal code; nothing where a stranger could have the same."""
    phones: list[Mark] = [(number,) for number in (mobile, phone) if identifying(number)]
    return phones or ([(name, postal_code)] if name and postal_code else [])


def _make(new: Iterable[tuple[Person, OrderRow]], seller: Seller) -> None:
    ids = insert_many(Buyer, [_columns(row, seller) for _person, row in new])
    for (person, _row), pk in zip(new, ids, strict=True):
        person.pk = pk


def _columns(row: OrderRow, seller: Seller) -> dict[str, Any]:
    return {
        "seller_id": seller.pk,
        "name": row.buyer_name,
        "name_kana": row.buyer_name_kana,
        "phone": row.buyer_phone,
        "mobile": row.buyer_mobile,
        "postal_code": row.postal_code,
    }
