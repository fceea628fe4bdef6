"""The training copy's shops, people and goods. Everything here is invented."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from claims.demo.columns import JAPANESE_DETAIL, JAPANESE_DETAIL_45, KOREAN_DETAIL
from orders.money.payouts import BankAccount
from orders.states import AccountType
from qsm.accounts.models import Member, PaymentMethod, Role, Seller, User

PASSWORD = "demo-console-2026"  # nosec B105 the training copy's, printed at its start
SELLER, BUYER, OPERATOR = "seller@demo.invalid", "buyer@demo.invalid", "operator@demo.invalid"
STAFF, VIEWER = "staff@demo.invalid", "viewer@demo.invalid"
SELLER_KO, SELLER_SMALL = "seller-ko@demo.invalid", "seller-small@demo.invalid"

BANK_ACCOUNT: BankAccount = {
    "bank": "見本銀行",
    "branch": "本店",
    "account_type": AccountType.ORDINARY,
    "account_number": "0000001",
    "account_holder": "アオヤマ ハナコ",
}
LOG_INS = (
    ("seller", SELLER),
    ("buyer", BUYER),
    ("operator", OPERATOR),
    ("staff of the same shop", STAFF),
    ("viewer of the same shop", VIEWER),
    ("seller, Korean", SELLER_KO),
    ("seller, Chinese", SELLER_SMALL),
)


class Goods(NamedTuple):
    """A product: its name and option, the shop's code, price in yen, stock and what is special about its sale."""

    name: str
    option: str
    code: str
    price: int
    stock: int
    sale: str = ""


class Person(NamedTuple):
    """A buyer as files have one."""

    name: str
    kana: str
    postal_code: str
    address: str
    mobile: str


@dataclass(frozen=True)
class Shop:
    """A shop of the training copy and the form of its files. `first` numbers: order, cart, product."""

    slug: str
    name: str
    language: str
    country: str
    owner: tuple[str, str]
    payment: str
    columns: Sequence[str]
    file_language: str
    encoding: str
    first: tuple[int, int, int]
    orders: int
    goods: tuple[Goods, ...]


def rows_of(file: str) -> list[dict[str, str]]:
    """The rows of a table beside this module."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _goods() -> dict[str, tuple[Goods, ...]]:
    """The goods of each shop, by its slug."""
    goods: dict[str, tuple[Goods, ...]] = {}
    for row in rows_of("goods.csv"):
        sold = Goods(row["name"], row["option"], row["code"], int(row["price"]), int(row["stock"]), row["sale"])
        goods[row["shop"]] = (*goods.get(row["shop"], ()), sold)
    return goods


PEOPLE = tuple(Person(**row) for row in rows_of("people.csv"))
GOODS = _goods()
SHOPS = (
    Shop(
        slug="demo",
        name="あおぞら雑貨店",
        language="ja",
        country="JP",
        owner=(SELLER, "鈴木 店長"),
        payment=PaymentMethod.CARD,
        columns=JAPANESE_DETAIL,
        file_language="ja",
        encoding="cp932",
        first=(638_000_100, 210_300_000, 900_000_000),
        orders=260,
        goods=GOODS["demo"],
    ),
    Shop(
        slug="demo-ko",
        name="하늘상점",
        language="ko",
        country="KR",
        owner=(SELLER_KO, "김하늘"),
        payment=PaymentMethod.CASH,
        columns=KOREAN_DETAIL,
        file_language="ko",
        encoding="utf-8-sig",
        first=(648_000_100, 220_300_000, 910_000_000),
        orders=116,
        goods=GOODS["demo-ko"],
    ),
    Shop(
        slug="demo-small",
        name="小熊杂货铺",
        language="zh-hans",
        country="CN",
        owner=(SELLER_SMALL, "熊小梅"),
        payment=PaymentMethod.EXTERNAL,
        columns=JAPANESE_DETAIL_45,
        file_language="ja",
        encoding="utf-8-sig",
        first=(658_000_100, 230_300_000, 920_000_000),
        orders=24,
        goods=GOODS["demo-small"],
    ),
)


def make_people() -> dict[str, Seller]:
    """The shops by slug, their people, a buyer and an operator; what is there already stays."""
    shops = {shop.slug: _shop(shop) for shop in SHOPS}
    for email, name, role in ((STAFF, "田中 担当", Role.STAFF), (VIEWER, "監査 担当", Role.VIEWER)):
        Member.objects.get_or_create(user=_person(email, name), seller=shops["demo"], defaults={"role": role})
    _person(BUYER, "青山 花子")
    _person(OPERATOR, "運営者", is_staff=True, is_superuser=True)
    return shops


def _shop(shop: Shop) -> Seller:
    email, name = shop.owner
    facts = {
        "name": shop.name,
        "language": shop.language,
        "country": shop.country,
        "notice_email": email,
        "payment_of_imports": shop.payment,
    }
    seller, _made = Seller.objects.get_or_create(slug=shop.slug, defaults=facts)
    user = _person(email, name, language=shop.language)
    Member.objects.get_or_create(user=user, seller=seller, defaults={"role": Role.OWNER})
    return seller


def _person(email: str, name: str, **facts: object) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name, **facts)
