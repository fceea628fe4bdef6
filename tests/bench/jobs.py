"""One job with files, measured: `python -m tests.bench.jobs JOB FILE SHOP`.

Prints seconds, the peak memory of this process or its child in MB, and the number of rows, as JSON.
"""

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db.models import QuerySet  # noqa: E402 - models can be imported only now
from django.http import QueryDict  # noqa: E402
from django.utils import translation  # noqa: E402

from orders.file_columns import Form  # noqa: E402
from orders.file_exports import header, lines, paths  # noqa: E402
from orders.files import import_file  # noqa: E402
from orders.grids import ORDERS, VIEWS  # noqa: E402
from orders.models import Order  # noqa: E402
from qsm.accounts.access import SYSTEM, Actor, Party  # noqa: E402
from qsm.accounts.models import Seller  # noqa: E402
from qsm.lib.files import csv_lines  # noqa: E402
from qsm.lib.files.xlsx_writing import xlsx_file  # noqa: E402
from tests.bench.file_floors import FLOORS  # noqa: E402


def import_ours(path: Path, shop: int) -> int:
    """The product's import: parsed in a child, checked, carts, buyers, orders and events written."""
    result = import_file(path, seller=Seller.objects.get(pk=shop), by=SYSTEM)
    if result.errors:
        raise SystemExit(f"{len(result.errors)} errors, the first: {result.errors[0]}")
    taken = result.taken
    return taken.created + taken.updated + taken.unchanged


def xlsx_ours(path: Path, shop: int) -> int:
    """All orders of the shop as the delivery page exports them."""
    with ORDERS.xlsx(orders_of(shop), QueryDict(), columns=SHOWN) as file, open(path, "wb") as copy:
        shutil.copyfileobj(file, copy)
    return orders_of(shop).count()


def csv_ours(path: Path, shop: int) -> int:
    """The same as CSV."""
    with open(path, "wb") as file:
        file.writelines(ORDERS.csv(orders_of(shop), QueryDict(), columns=SHOWN))
    return orders_of(shop).count()


def form_ours(path: Path, shop: int) -> int:
    """The same in the marketplace's detail form, 45 columns in cp932."""
    with open(path, "wb") as file:
        file.writelines(csv_lines(chain([header(FORM)], form_rows(shop)), "cp932"))
    return orders_of(shop).count()


def form_xlsx_ours(path: Path, shop: int) -> int:
    """The same as Excel."""
    with xlsx_file(header(FORM), form_rows(shop)) as file, open(path, "wb") as copy:
        shutil.copyfileobj(file, copy)
    return orders_of(shop).count()


def form_rows(shop: int) -> Iterator[tuple[Any, ...]]:
    orders = orders_of(shop)
    return lines(FORM, ORDERS.order_of(orders, QueryDict()).read_all(orders.values_list(*paths(FORM))))


def orders_of(shop: int) -> QuerySet[Order]:
    return Order.objects.for_actor(Actor(Party.SELLER, seller_id=shop))


SHOWN = VIEWS["summary"].columns
FORM = Form.DETAIL_JA
OURS = (import_ours, xlsx_ours, csv_ours, form_ours, form_xlsx_ours)
JOBS: dict[str, Callable[[Path, int], int]] = {job.__name__: job for job in (*OURS, *FLOORS)}


def main(job: str, path: str, shop: str) -> None:
    translation.activate("ja")
    began = time.perf_counter()
    rows = JOBS[job](Path(path), int(shop))
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "rows": rows}))


def peak_mb() -> float:
    """Of this process and the largest of its children. The former's from /proc: what getrusage says of it begins with
    the peak of whoever started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
