"""Files and real processes: many at once bring each order once, and a killed one is carried on (R-O6, decision 0010).

The same check against an import without its locks finds what it is there to find.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orders import file_runs
from orders.file_states import FileStage
from orders.models import Buyer, Cart, FileImport, Order
from qsm.accounts.models import Seller
from qsm.events.models import Event
from tests.factories import SellerFactory
from tests.orders.test_files import ROW, write
from tests.run import NO_BROKER, console_env

pytestmark = pytest.mark.service
AT_ONCE = 4
ATTEMPTS = 3  # of a race that an unsafe import nearly always loses
PATIENCE = 120.0


@dataclass(frozen=True)
class Machine:
    """Where commands run: on the test database, each in a process of its own."""

    env: dict[str, str]

    def start(self, *command: str) -> "subprocess.Popen[str]":
        return subprocess.Popen([sys.executable, *command], env=self.env, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def machine(database_url: str, tmp_path: Path) -> Machine:
    env = console_env(tmp_path / "commands", 80, REDIS_URL=NO_BROKER, DATABASE_URL=database_url)
    return Machine({**os.environ, **env})


def rows(count: int) -> list[dict[str, str]]:
    return [{**ROW, "注文番号": str(7_000_000 + n), "カート番号": str(8_000_000 + n // 2)} for n in range(count)]


def violations(seller: Seller, count: int, answers: list[tuple[int, str]]) -> list[str]:
    """What is wrong after imports of the same rows at once."""
    failed = [code for code, _out in answers if code]
    taken: list[dict[str, Any]] = [json.loads(out) for code, out in answers if not code]
    created = sum(one["created"] for one in taken)
    known = {
        "failed": len(failed),
        "created": created,
        "orders": Order.unscoped.filter(seller=seller).count(),
        "events": Event.unscoped.filter(seller=seller).count(),
        "carts": Cart.unscoped.filter(seller=seller).count(),
        "buyers": Buyer.unscoped.filter(seller=seller).count(),
    }
    right = {"failed": 0, "created": count, "orders": count, "events": count, "carts": count // 2, "buyers": 1}
    return [f"{name}: {known[name]}, not {value}" for name, value in right.items() if known[name] != value]


def import_at_once(machine: Machine, path: Path, seller: Seller, *module: str) -> list[tuple[int, str]]:
    started = [
        machine.start(*module, "import_orders", str(path), "--shop", seller.slug, "--json") for _ in range(AT_ONCE)
    ]
    return [(process.wait(PATIENCE), output) for process in started for output in [process.communicate()[0]]]


def test_the_same_file_at_once_brings_each_order_once(machine: Machine, tmp_path: Path) -> None:
    """R-O6: and each cart and buyer; the others find what the first one made."""
    seller, path = SellerFactory(), write(tmp_path / "orders.csv", *rows(40))
    answers = import_at_once(machine, path, seller, "manage.py")
    assert violations(seller, 40, answers) == []


def test_the_check_finds_an_import_without_locks(machine: Machine, tmp_path: Path) -> None:
    """The negative control."""
    found = []
    for _ in range(ATTEMPTS):
        seller, path = SellerFactory(), write(tmp_path / "orders.csv", *rows(40))
        found = violations(seller, 40, import_at_once(machine, path, seller, "-m", "tests.service.unsafe_import"))
        if found:
            break
    assert found


def test_an_import_that_is_killed_is_carried_on_exactly_once(machine: Machine, tmp_path: Path) -> None:
    """R-O6: what was confirmed is taken whole, whoever dies."""
    count, path = 8000, write(tmp_path / "orders.csv", *rows(8000))
    seller = SellerFactory()
    process = machine.start("manage.py", "import_orders", str(path), "--shop", seller.slug)
    until = time.monotonic() + PATIENCE
    while not Order.unscoped.filter(seller=seller).exists() and time.monotonic() < until:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert 0 < Order.unscoped.filter(seller=seller).count() < count
    FileImport.unscoped.update(leased_until=None)
    while FileImport.unscoped.filter(stage=FileStage.TAKING).exists() and time.monotonic() < until:
        file_runs.sweep()
    [run] = FileImport.unscoped.all()
    assert (run.stage, run.counts) == (FileStage.DONE, {"created": count})
    assert Order.unscoped.filter(seller=seller).count() == Event.unscoped.filter(seller=seller).count() == count
