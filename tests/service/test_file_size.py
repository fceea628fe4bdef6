"""A file of the largest size that is taken in, by the command, while somebody of the same shop goes on working (R-O6).

What is limited are memory and how long others wait for the database, not how long the import takes.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from orders import lifecycle
from orders.models import Order, StagedPiece
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Seller
from qsm.events.door import change
from qsm.events.models import Event
from qsm.lib.files import Limits
from tests.factories import OrderFactory, SellerFactory
from tests.orders.test_files import ROW, write
from tests.service.test_file_races import Machine, machine

__all__ = ["machine"]
pytestmark = pytest.mark.service
ROWS = Limits().rows
MOST_MB = 200.0
# SQLite gives up after thirty.
LONGEST_WAIT = 5.0  # seconds
PAUSE = 0.2  # seconds
PATIENCE = 600.0  # seconds


@dataclass
class Watch:
    """What was seen while the import ran: the peak memory of each of its processes, and what a write had to wait."""

    peaks: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def look(self, process: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess, FileNotFoundError, StopIteration):
            for each in [process, *process.children(recursive=True)]:
                self.peaks[each.pid] = peak_mb(each.pid)

    def write(self, order: Order, by: Actor) -> None:
        """Go on working: a change of an order of the same shop."""
        began = time.monotonic()
        with change(by):
            lifecycle.readdress(
                order=order, seen=1 + len(self.waits), by=by, address="東京都", recipient_name=f"{began}"
            )
        self.waits.append(time.monotonic() - began)


def peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def whole_file(path: Path) -> Path:
    """Two orders in a cart, and five of a buyer."""
    rows = (
        {
            **ROW,
            "注文番号": str(700_000_000 + n),
            "カート番号": str(800_000_000 + n // 2),
            "購入者携帯電話番号": f"+81-90-{n // 5}",
        }
        for n in range(ROWS)
    )
    return write(path, *rows)


def test_the_largest_file_leaves_memory_and_others_alone(machine: Machine, tmp_path: Path) -> None:
    """R-O6: every row is taken, within 200 MB a process, and nobody waits for long meanwhile."""
    seller = SellerFactory()
    order, watch = OrderFactory(seller=seller), Watch()
    command = ["manage.py", "import_orders", str(whole_file(tmp_path / "orders.csv")), "--shop", seller.slug]
    started = machine.start(*command)
    process, until = psutil.Process(started.pid), time.monotonic() + PATIENCE
    while started.poll() is None and time.monotonic() < until:
        watch.look(process)
        watch.write(order, Actor(Party.SELLER, seller_id=seller.pk))
        time.sleep(PAUSE)
    assert started.wait(PATIENCE) == 0
    assert len(watch.peaks) > 1
    assert max(watch.peaks.values()) < MOST_MB
    assert max(watch.waits) < LONGEST_WAIT
    assert nothing_is_lost(seller, len(watch.waits))


def nothing_is_lost(seller: Seller, writes: int) -> bool:
    events = Event.objects.for_actor(SYSTEM).filter(seller=seller)
    counts = {name: events.filter(name=name).count() for name in ("order.imported", "order.readdressed")}
    orders = Order.objects.for_actor(SYSTEM).filter(seller=seller).count()
    return (orders, counts) == (ROWS + 1, {"order.imported": ROWS, "order.readdressed": writes}) and (
        not StagedPiece.objects.exists()
    )
