"""The training copy: three shops with made-up orders of the last weeks, and what people did about them.

It is played from the oldest moment to the newest, each at its own business time, so that histories, deadlines and what is
late are as in a shop that has been at work for weeks. Orders come in made-up export files, in the marketplace's own forms and
through the same import as a seller's; everything else through the same actions. All of it is invented.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from claims import refunds
from claims.demo import products
from claims.demo.cast import BUYER, LOG_INS, OPERATOR, PASSWORD, PEOPLE, SELLER, SHOPS, Shop, make_people
from claims.demo.columns import JAPANESE_DETAIL, KOREAN_DETAIL
from claims.demo.orders import Life, lives, rows
from claims.demo.story import Step, Told, announce
from claims.models import Claim
from messaging.announcements.models import Announcement
from orders.files import import_file
from orders.models import Buyer
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller, User
from qsm.events import deliveries
from qsm.events.demo_clock import run_day
from qsm.lib import clock
from qsm.lib.files import csv_lines
from qsm.lib.machine import Refused

__all__ = [
    "BUYER",
    "JAPANESE_DETAIL",
    "KOREAN_DETAIL",
    "LOG_INS",
    "OPERATOR",
    "PASSWORD",
    "SELLER",
    "build",
    "is_built",
]

# Days ago on which each shop took its first file; it took one each morning since.
FIRST_FILE = 9


def build(folder: Path) -> None:
    """Make the training copy, or what an earlier try left undone. Files are kept in `folder`."""
    shops = make_people()
    steps = [step for shop in SHOPS for step in _steps(shop, shops[shop.slug], folder)]
    for step in sorted(steps, key=lambda step: step.moment):
        # What an earlier try has left in another state stays as it is.
        with clock.at(step.moment), suppress(Refused):
            step.do()
    with clock.anew():
        run_day()
        announce()
        for consumer in ("inbox", "penalties"):
            deliveries.sweep(consumer, seconds=30)


def is_built() -> bool:
    """Whether the training copy has been made before: the announcements come last."""
    return Announcement.objects.exists() and Claim.objects.for_actor(SYSTEM).exists()


def _steps(shop: Shop, seller: Seller, folder: Path) -> Iterator[Step]:
    """The shop's files, its products, its story, and each morning's job with what arrives in inboxes."""
    all_lives = lives(shop)
    yield Step(0, 1, lambda: products.take(shop, seller, folder))
    taking = _Taking(shop, seller, all_lives, folder)
    for days in range(FIRST_FILE, -1, -1):
        yield Step(days, 8 if days else 0, taking)
    yield from Told(shop, seller, all_lives).steps()
    if shop is SHOPS[-1]:
        for days in range(1, FIRST_FILE):
            yield Step(days, 20, _evening)


class _Taking:
    """Takes a file of the moment at which it is called, with what has changed since the last, into the shop."""

    def __init__(self, shop: Shop, seller: Seller, all_lives: list[Life], folder: Path) -> None:
        self.shop, self.seller, self.all_lives, self.folder = shop, seller, all_lives, folder
        self.since = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> None:
        now = clock.now()
        path = self.folder / f"{self.shop.slug}_{file_name(now)}"
        lines = rows(self.shop, self.all_lives, self.since, now)
        path.write_bytes(b"".join(csv_lines(lines, self.shop.encoding)))
        result = import_file(path, seller=self.seller, by=SYSTEM)
        if result.errors:
            raise ValueError(f"the demo's own file has errors, the first: {result.errors[0]}")
        _give_to_our_buyer(self.seller)
        self.since = now


def _evening() -> None:
    """What a day made due, what the gateway answers, and the notices of the day."""
    run_day()
    refunds.poll()
    for consumer in ("inbox", "penalties"):
        deliveries.sweep(consumer, seconds=30)


def _give_to_our_buyer(seller: Seller) -> None:
    """The training buyer has proved to be the first of the made-up people."""
    user = User.objects.get(email=BUYER)
    Buyer.objects.for_actor(SYSTEM).filter(seller=seller, name=PEOPLE[0].name, user=None).update(user=user, email=BUYER)


def file_name(moment: datetime) -> str:
    """As the marketplace names its files."""
    return f"DeliveryManagement_detail_{moment.astimezone(clock.JST):%Y%m%d_%H%M}.csv"
