"""The lives of the made-up orders: when each was placed, paid, prepared, sent, delivered; and its row in a file of any moment.

The same orders each time, around today.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation

from claims.demo.cast import PEOPLE, Goods, Person, Shop
from claims.demo.columns import NAMES
from orders.states import DELAYED, DeliveryMethod, OrderState
from qsm.lib import clock

JAPANESE_CARRIERS = ("ゆうパック", "ヤマト宅急便", "佐川急便", "ネコポス")
REQUESTS = ("", "", "", "", "不在の場合は宅配ボックスへお願いします。", "午前中希望")
# How many of a hundred orders end where, and their age in days today.
FATES = (
    ("delivered", 19, (4, 12)),
    ("shipping", 16, (1, 5)),
    ("preparing", 18, (0, 3)),
    ("delayed", 3, (3, 4)),
    ("new", 6, (0, 1)),
    ("processing", 1, (0, 0)),
    ("unpaid", 4, (0, 8)),
)
THE_REST = ("received", (9, 20))
# The orders that the story is about, by age: their ship date is far enough ahead for a claim to wait.
ASKED = (6, 6, 6, 5, 4, 3, 2, 2, 1, 1, 3, 2)
OF_A_SMALL_SHOP = (0, 5, 9)
# The training buyer's orders, by age in hours; the newest are being prepared: what one can do about an order, one can do there.
OURS = (
    ("received", 260),
    ("asked-ours-0", 150),
    ("asked-ours-1", 125),
    ("delivered", 110),
    ("shipping", 50),
    ("new", 5),
    ("unpaid", 4),
    *(("preparing", 3) for _each in range(9)),
)
CHECKED_AFTER = timedelta(minutes=40)
DAYS_TO_DISPATCH = {"shipping": 0.4, "delivered": 1.0, "received": 1.2}
# The newest orders that are not sent but picked up, or provided online, wait for the shop.
WAITING_OTHERWISE = {"pickup": DeliveryMethod.PICKUP, "online": DeliveryMethod.ONLINE}
METHODS = {7: DeliveryMethod.UNTRACKED, 19: DeliveryMethod.PICKUP, 29: DeliveryMethod.ONLINE}


@dataclass(frozen=True)
class Life:
    """One order. Moments are UTC; None: it did not come to that."""

    fate: str
    is_ours: bool
    number: str
    cart: str
    product: str
    goods: Goods
    quantity: int
    person: Person
    method: str
    request: str
    ordered: datetime
    paid: datetime | None = None
    planned: datetime | None = None
    ship_date: date | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    received: datetime | None = None
    carrier: str = ""

    def has_changed(self, since: datetime, now: datetime) -> bool:
        """Whether something happened after one moment and until another."""
        checked = self.paid and self.paid + CHECKED_AFTER
        moments = (self.ordered, self.paid, checked, self.planned, self.shipped, self.delivered, self.received)
        return any(moment is not None and since < moment <= now for moment in moments)

    def state(self, now: datetime) -> OrderState:
        """Where the order stands at a moment."""
        steps = (
            (self.received, OrderState.RECEIVED),
            (self.delivered, OrderState.DELIVERED),
            (self.shipped, OrderState.SHIPPING),
            (self.planned, OrderState.PREPARING),
            (self.paid and self.paid + CHECKED_AFTER, OrderState.NEW),
            (self.paid, OrderState.PROCESSING),
        )
        return next((state for moment, state in steps if moment and moment <= now), OrderState.AWAITING_PAYMENT)


def lives(shop: Shop) -> list[Life]:
    """The shop's orders, oldest first; their numbers grow with time."""
    chance = random.Random(f"20260801 {shop.slug}")  # nosec B311 the same made-up shop each time
    drafts = sorted(_drafts(shop, chance), key=lambda draft: draft[1])
    return [_life(shop, place, *draft, chance) for place, draft in enumerate(drafts)]


def _drafts(shop: Shop, chance: random.Random) -> Iterator[tuple[str, datetime, bool]]:
    """For each order its fate, its moment, and whether it is the training buyer's."""
    ours = OURS if shop.slug == "demo" else ()
    for place, (fate, hours) in enumerate(ours):
        yield fate, clock.now() - timedelta(hours=hours, minutes=-4 * place), True
    for fate, ages in _spread(shop, shop.orders - len(ours)):
        yield fate, _moment(chance.randint(*ages), chance.randrange(9 * 60, 22 * 60)), False


def _spread(shop: Shop, number: int) -> list[tuple[str, tuple[int, int]]]:
    """So many fates with their ages; a small shop has a part of the story, and what left it too late (R-O8)."""
    is_small = shop.orders < 100
    told = [
        (f"asked-{place}", (age, age)) for place, age in enumerate(ASKED) if not is_small or place in OF_A_SMALL_SHOP
    ]
    told += [(fate, (0, 0)) for fate in WAITING_OTHERWISE]
    late = [("late", (8, 8))] * (2 if is_small else 0)
    rest = number - len(told) - len(late)
    spread = [(fate, ages) for fate, weight, ages in FATES for _each in range(max(1, round(rest * weight / 100)))]
    return told + late + spread + [THE_REST] * (rest - len(spread))


def _moment(age: int, minutes: int) -> datetime:
    """Some minutes after midnight of a day, some hours ago at least."""
    moment = clock.start_of(clock.after(clock.today(), -age)) + timedelta(minutes=minutes)
    return min(moment, clock.now() - timedelta(minutes=240 + minutes % 60))


def _life(shop: Shop, place: int, fate: str, ordered: datetime, is_ours: bool, chance: random.Random) -> Life:
    first_order, first_cart, first_product = shop.first
    kind = chance.randrange(len(shop.goods))
    method = WAITING_OTHERWISE.get(fate, DeliveryMethod.TRACKED)
    if fate in {"received", "delivered"} and not is_ours:
        method = METHODS.get(place % 31, method)
    return Life(
        fate=fate,
        is_ours=is_ours,
        number=str(first_order + place * 37),
        cart=str(first_cart + place // 2),
        product=str(first_product + kind),
        goods=shop.goods[kind],
        quantity=chance.choice((1, 1, 1, 2)),
        person=PEOPLE[0] if is_ours else PEOPLE[1 + (place // 2) % (len(PEOPLE) - 1)],
        method=method,
        request=chance.choice(REQUESTS),
        ordered=ordered,
        **_course(fate, ordered, method, chance),
    )


def _course(fate: str, ordered: datetime, method: str, chance: random.Random) -> dict[str, Any]:
    """The moments of a life up to its fate."""
    if fate == "unpaid":
        return {}
    paid = ordered + timedelta(minutes=5)
    if fate == "processing":
        return {"paid": clock.now() - timedelta(minutes=50)}
    course: dict[str, Any] = {"paid": paid}
    if fate in {"new", *WAITING_OTHERWISE}:
        return course
    ahead = {"delayed": -1, "late": -4}.get(fate) or (6 if fate.startswith("asked") else chance.randint(2, 5))
    course |= {"planned": paid + timedelta(minutes=50), "ship_date": clock.after(clock.today(), ahead)}
    if fate not in DAYS_TO_DISPATCH:
        return course
    shipped = min(ordered + timedelta(days=DAYS_TO_DISPATCH[fate]), clock.now() - timedelta(minutes=20))
    course |= {"shipped": shipped, "ship_date": clock.day_of(shipped)}
    course |= {
        "carrier": "" if method in {DeliveryMethod.PICKUP, DeliveryMethod.ONLINE} else chance.choice(JAPANESE_CARRIERS)
    }
    if fate == "shipping":
        return course
    delivered = min(shipped + timedelta(days=2), clock.now() - timedelta(minutes=10))
    course["delivered"] = delivered
    if fate == "received":
        course["received"] = min(delivered + timedelta(days=chance.randint(1, 5)), clock.now() - timedelta(minutes=5))
    return course


def rows(shop: Shop, all_lives: list[Life], since: datetime, now: datetime) -> Iterator[list[str]]:
    """The file of a moment: the heading and a row for each order to which something happened since the last file."""
    yield list(shop.columns)
    side = 1 if shop.file_language == "ko" else 0
    with translation.override(shop.file_language):
        for life in all_lives:
            if life.has_changed(since, now):
                cells = {NAMES[key][side]: value for key, value in _cells(life, now).items()}
                yield [cells.get(header, "") for header in shop.columns]


def _cells(life: Life, now: datetime) -> dict[str, str]:
    state = life.state(now)
    is_late = state == OrderState.PREPARING and life.ship_date is not None and life.ship_date < clock.day_of(now)
    total = life.goods.price * life.quantity
    return {
        "state": str(DELAYED if is_late else state.label),
        "number": life.number,
        "cart": life.cart,
        "method": str(DeliveryMethod(life.method).label),
        "product": life.product,
        "product_name": life.goods.name,
        "option": life.goods.option,
        "seller_code": life.goods.code,
        "quantity": str(life.quantity),
        "price": str(life.goods.price),
        "discount": "0",
        "total": str(total),
        "paid_yen": str(total if life.paid and life.paid <= now else 0),
        "currency": "JPY",
        "country": "JP",
        "site": "JP",
        "request": life.request,
        **_moments(life, now),
        **_people(life.person),
    }


def _moments(life: Life, now: datetime) -> dict[str, str]:
    came = {"ordered": life.ordered, "paid": life.paid, "shipped": life.shipped, "delivered": life.delivered}
    cells = {key: _written(moment) for key, moment in came.items() if moment and moment <= now}
    if life.planned and life.planned <= now and life.ship_date:
        cells["ship_date"] = f"{life.ship_date:%Y/%m/%d}"
    if life.shipped and life.shipped <= now and life.carrier:
        cells |= {"carrier": life.carrier, "tracking": f"0000-{life.number[-4:]}-{life.cart[-4:]}"}
    return cells


def _people(person: Person) -> dict[str, str]:
    """Recipient and buyer; a phone that was left blank, and the apostrophe that marks a postal code as text."""
    cells = {"address": person.address, "postal_code": f"'{person.postal_code}"}
    for side in ("recipient", "buyer"):
        cells |= {side: person.name, f"{side}_kana": person.kana, f"{side}_phone": "+81--"}
        cells[f"{side}_mobile"] = person.mobile
    return cells


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(clock.JST):%Y/%m/%d %H:%M:%S}"
