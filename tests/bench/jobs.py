"""One job with files, measured: `python -m tests.bench.jobs JOB FILE SHOP`.

Prints seconds, the peak memory of this process or its child in MB, and the number of rows, as JSON.
"""

import csv
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import django
import psycopg
import xlsxwriter

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
from qsm.lib import clock  # noqa: E402
from qsm.lib.files import csv_lines  # noqa: E402
from tests.bench.floors import ALL_ORDER_ROWS  # noqa: E402


def import_ours(path: Path, shop: int) -> int:
    """The product's import: parsed in a child, checked, carts, buyers, orders and events written."""
    result = import_file(path, seller=Seller.objects.get(pk=shop), by=SYSTEM)
    if result.errors:
        raise SystemExit(f"{len(result.errors)} errors, the first: {result.errors[0]}")
    taken = result.taken
    return taken.created + taken.updated + taken.unchanged


def import_floor(path: Path, shop: int) -> int:
    """The same file read by `csv`, numbers and times converted, and one COPY into a table with the same indexes."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database, open(path, encoding="cp932", newline="") as file:
        database.execute("DROP TABLE IF EXISTS floor; CREATE TABLE floor (LIKE orders_order INCLUDING ALL)")
        reader = csv.reader(file)
        next(reader)
        with database.cursor().copy(f"COPY floor ({FLOOR_COLUMNS}) FROM STDIN") as copy:
            for row in reader:
                copy.write_row(floor_row(row, shop))
        return reader.line_num - 1


# Of the table, in the order of `floor_row`.
FLOOR_COLUMNS = """
    seller_id, buyer_id, cart_id, more, held_as, cancel_barred, version, recipient_phone, option_code, delivery_request,
    delivery_method, carrier, tracking_number, delay_type, delay_memo, state, number, ordered_at, paid_at, ship_date,
    product_code, product_name, quantity, option, recipient_name, recipient_kana, recipient_mobile, address, postal_code,
    country, paid_yen, price_yen, discount_yen, total_yen, seller_product_code
"""


def floor_row(cells: list[str], shop: int) -> tuple[Any, ...]:
    state, number, _cart, ordered, paid, ship_date, code, name, quantity, option, who, kana, *rest = cells
    mobile, address, postal_code, country, paid_yen, price, discount, total, _name, _kana, _mobile, own_code = rest
    constants = (shop, 1, 1, "{}", "", False, 1, "", "", "", "tracked", "", "", "", "")
    return (
        *constants,
        *("PREPARING" if state else "", int(number), moment(ordered), moment(paid)),
        *(
            datetime.strptime(ship_date, "%Y/%m/%d").date(),
            code,
            name,
            int(quantity),
            option,
            who,
            kana,
            mobile,
            address,
        ),
        *(postal_code.strip("'"), country, int(paid_yen), int(price), int(discount), int(total), own_code),
    )


def moment(cell: str) -> datetime:
    return datetime.strptime(cell, "%Y/%m/%d %H:%M:%S").replace(tzinfo=clock.JST)


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
    orders, form = orders_of(shop), Form.DETAIL_JA
    values = ORDERS.order_of(orders, QueryDict()).read_all(orders.values_list(*paths(form)))
    with open(path, "wb") as file:
        file.writelines(csv_lines(chain([header(form)], lines(form, values)), "cp932"))
    return orders.count()


def xlsx_floor(path: Path, shop: int) -> int:
    """The columns of the grid from a cursor to XlsxWriter, numbers as numbers, the rest as text."""
    lines = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for lines, row in enumerate(rows_of(shop), 1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(lines, place, cell)
                else:
                    sheet.write_string(lines, place, as_text(cell))
    return lines


def csv_floor(path: Path, shop: int) -> int:
    """The same to `csv`."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        return sum(bool(writer.writerow([as_text(cell) for cell in row])) for row in rows_of(shop))


def rows_of(shop: int) -> Iterator[tuple[Any, ...]]:
    """The twelve columns that the page's first tab shows, in its order, in constant memory."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database, database.cursor("rows") as cursor:
        cursor.itersize = 2000
        cursor.execute(ALL_ORDER_ROWS, {"shop": shop})
        for _id, number, _version, _ordered, _as, _held, _until, state, ship_date, cart, *rest in cursor:
            *others, shipped_at, own_code = rest
            yield (state, ship_date, number, cart, *others, shipped_at and shipped_at.astimezone(clock.JST), own_code)


def as_text(cell: Any) -> str:
    return f"{cell:%Y/%m/%d}" if isinstance(cell, date) else str(cell or "")


def orders_of(shop: int) -> QuerySet[Order]:
    return Order.objects.for_actor(Actor(Party.SELLER, seller_id=shop))


SHOWN = VIEWS["summary"].columns
JOBS: dict[str, Callable[[Path, int], int]] = {
    job.__name__: job for job in (import_ours, import_floor, xlsx_ours, xlsx_floor, csv_ours, csv_floor, form_ours)
}


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
