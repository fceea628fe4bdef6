"""What files cost the plain tools: `csv`, XlsxWriter, psycopg's COPY and cursors, without anything of ours."""

import csv
import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import xlsxwriter

from qsm.lib import clock
from tests.bench.floors import ALL_ORDER_ROWS

Row = tuple[Any, ...]


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


def import_floor_all(path: Path, shop: int) -> int:
    """The same file read by `csv`, and by COPY all rows that an import makes, into their own tables with all constraints:
    carts, buyers (a phone each), orders, events. In one transaction, and nothing is compared."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database, open(path, encoding="cp932", newline="") as file:
        read = list(csv.reader(file))[1:]
        carts = copied(database, "orders_cart", "seller_id, number", {row[CART]: (shop, row[CART]) for row in read})
        phones = {row[PHONE]: (shop, row[-4], row[PHONE], row[14]) for row in read}
        buyers = copied(database, "orders_buyer", "seller_id, name, mobile, postal_code", phones)
        rows = {row[1]: (shop, buyers[row[PHONE]], carts[row[CART]], *floor_row(row, shop)[3:]) for row in read}
        orders = copied(database, "orders_order", FLOOR_COLUMNS, rows)
        now = clock.real()
        events = {
            number: (shop, pk, "order.imported", 1, 1, "system", "PREPARING", now, now, clock.day_of(now))
            for number, pk in orders.items()
        }
        copied(database, "events_event", EVENT_COLUMNS, events)
    return len(read)


CART, PHONE = 2, -2
EVENT_COLUMNS = "seller_id, order_id, name, seq, version, party, to_state, occurred_at, recorded_at, business_date"


def copied(database: psycopg.Connection, table: str, columns: str, rows: dict[str, Row]) -> dict[str, int]:
    """COPY rows; the id of each by its key."""
    sequence = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, {len(rows)})"
    ids = [pk for (pk,) in database.execute(sequence)]
    with database.cursor().copy(f"COPY {table} (id, {columns}) FROM STDIN") as copy:
        for pk, row in zip(ids, rows.values(), strict=True):
            copy.write_row((pk, *row))
    return dict(zip(rows, ids, strict=True))


def moment(cell: str) -> datetime:
    return datetime.strptime(cell, "%Y/%m/%d %H:%M:%S").replace(tzinfo=clock.JST)


def xlsx_floor(path: Path, shop: int) -> int:
    """The columns of the grid from a cursor to XlsxWriter, numbers as numbers, the rest as text."""
    return to_xlsx(path, grid_rows(shop))


def csv_floor(path: Path, shop: int) -> int:
    """The same to `csv`."""
    return to_csv(path, grid_rows(shop), "utf-8-sig")


def form_floor(path: Path, shop: int) -> int:
    """The values of the marketplace's 45 columns from a cursor to `csv`, in cp932."""
    return to_csv(path, read(FORM_ROWS, shop), "cp932")


def form_xlsx_floor(path: Path, shop: int) -> int:
    """The same to XlsxWriter."""
    return to_xlsx(path, read(FORM_ROWS, shop))


def to_xlsx(path: Path, rows: Iterable[Row]) -> int:
    line = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, place, cell)
                elif text := as_text(cell):
                    sheet.write_string(line, place, text)
    return line


def to_csv(path: Path, rows: Iterable[Row], encoding: str) -> int:
    with open(path, "w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        return sum(bool(writer.writerow([as_text(cell) for cell in row])) for row in rows)


def as_text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(clock.JST):%Y/%m/%d %H:%M:%S}"
    return f"{cell:%Y/%m/%d}" if isinstance(cell, date) else str(cell or "")


def grid_rows(shop: int) -> Iterator[Row]:
    """The twelve columns that the page's first tab shows, in its order."""
    for _id, number, _version, _ordered, _as, _held, _until, state, ship_date, cart, *rest in read(
        ALL_ORDER_ROWS, shop
    ):
        yield (state, ship_date, number, cart, *rest)


FORM_ROWS = """
SELECT o.state, o.number, cart.number, o.carrier, o.tracking_number, o.shipped_at, o.ordered_at, o.paid_at,
       o.more ->> 'お届け希望日', o.ship_date, o.delivered_at, o.delivery_method, o.product_code, o.product_name, o.quantity,
       o.option, o.option_code, o.more ->> 'おまけ', o.recipient_name, o.recipient_kana, o.recipient_phone,
       o.recipient_mobile, o.address, o.postal_code, o.country, o.more ->> '送料の決済', o.more ->> '決済サイト', 'JPY',
       o.paid_yen, o.price_yen, o.discount_yen, o.total_yen, o.more ->> '供給原価の合計', buyer.name, buyer.name_kana,
       o.delivery_request, buyer.phone, buyer.mobile, o.seller_product_code, o.more ->> 'JANコード', o.more ->> '規格番号',
       o.more ->> 'プレゼント贈り主', o.more ->> '外部広告', o.more ->> '素材', o.more ->> 'ギフト注文'
FROM orders_order AS o
JOIN orders_cart AS cart ON cart.id = o.cart_id
JOIN orders_buyer AS buyer ON buyer.id = o.buyer_id
WHERE o.seller_id = %(shop)s ORDER BY o.ordered_at DESC, o.id DESC
"""


def read(statement: str, shop: int) -> Iterator[Row]:
    """The rows of a statement in constant memory."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database, database.cursor("rows") as cursor:
        cursor.itersize = 2000
        cursor.execute(statement, {"shop": shop})
        yield from cursor


FLOORS = (import_floor, import_floor_all, xlsx_floor, csv_floor, form_floor, form_xlsx_floor)
