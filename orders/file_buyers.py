"""Whose orders the rows of a file are: a buyer is matched, else made without a log-in (R-O10)."""

from collections.abc import Sequence

from django.db.models import Q

from orders.file_order import OrderRow
from orders.models import Buyer, Cart
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller

Mark = tuple[str, ...]


def carts_of(rows: Sequence[OrderRow], seller: Seller) -> dict[str, Cart]:
    """The carts of these rows by number; those that are missing are made."""
    numbers, carts = {row.cart_number for row in rows}, Cart.objects.for_actor(SYSTEM).filter(seller=seller)
    known = {cart.number: cart for cart in carts.filter(number__in=numbers)}
    new = [Cart(seller=seller, number=number) for number in sorted(numbers - known.keys())]
    return known | {cart.number: cart for cart in carts.bulk_create(new)}


def buyers_of(rows: Sequence[OrderRow], seller: Seller) -> dict[int, Buyer]:
    """The buyer of each line: matched by phone, else by name and postal code, else made without a log-in."""
    known = _known(rows, seller)
    buyers: dict[int, Buyer] = {}
    for row in rows:
        marks = _marks(row.buyer_mobile, row.buyer_phone, row.buyer_name, row.postal_code)
        buyer = next((known[mark] for mark in marks if mark in known), None) or _new(row, seller)
        known |= dict.fromkeys(marks, buyer)
        buyers[row.line] = buyer
    new = {id(buyer): buyer for buyer in buyers.values() if buyer.pk is None}
    Buyer.objects.for_actor(SYSTEM).bulk_create(new.values())
    return buyers


def _known(rows: Sequence[OrderRow], seller: Seller) -> dict[Mark, Buyer]:
    phones = {phone for row in rows for phone in (row.buyer_mobile, row.buyer_phone) if phone}
    nameless = {row.buyer_name for row in rows if not (row.buyer_mobile or row.buyer_phone)}
    matching = Q(mobile__in=phones) | Q(phone__in=phones) | Q(name__in=nameless)
    known: dict[Mark, Buyer] = {}
    for buyer in Buyer.objects.for_actor(SYSTEM).filter(matching, seller=seller).order_by("-pk"):
        known |= dict.fromkeys(_marks(buyer.mobile, buyer.phone, buyer.name, buyer.postal_code), buyer)
    return known


def _marks(mobile: str, phone: str, name: str, postal_code: str) -> list[Mark]:
    """By what a buyer is recognized; name and postal code only where there is no phone."""
    return [(number,) for number in (mobile, phone) if number] or [(name, postal_code)]


def _new(row: OrderRow, seller: Seller) -> Buyer:
    return Buyer(
        seller=seller,
        name=row.buyer_name,
        name_kana=row.buyer_name_kana,
        phone=row.buyer_phone,
        mobile=row.buyer_mobile,
        postal_code=row.postal_code,
    )
