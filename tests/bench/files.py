"""Files in and out: ours beside the floor, each in a process of its own, so that its peak memory is its own."""

import json
import subprocess
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.utils import translation

from dev import PYTHON, ROOT, Problem
from orders.states import OrderState
from qsm.accounts.models import Seller
from qsm.lib.files import csv_lines
from tests.bench.report import AT_MOST, Line, Reach

SMALL_FILE, LARGE_FILE = 10_000, 100_000
EXPORTING = "shop4"
# The columns of the marketplace's file that orders are made of, as SQL over the orders of a shop.
COLUMNS = {
    "配送状態": "%(state)s",
    "注文番号": "(900000000 + o.id)::text",
    "カート番号": "(400000000 + o.cart_id)::text",
    "注文日": "to_char(o.ordered_at AT TIME ZONE 'Asia/Tokyo', 'YYYY/MM/DD HH24:MI:SS')",
    "入金日": "to_char(o.ordered_at AT TIME ZONE 'Asia/Tokyo', 'YYYY/MM/DD HH24:MI:SS')",
    "発送予定日": "to_char(current_date + 5, 'YYYY/MM/DD')",
    "商品番号": "o.product_code",
    "商品名": "o.product_name",
    "数量": "o.quantity::text",
    "オプション情報": "o.option",
    "受取人名": "o.recipient_name",
    "受取人名(フリガナ)": "o.recipient_kana",
    "受取人携帯電話番号": "'+81-80-' || o.buyer_id",
    "住所": "o.address",
    "郵便番号": "o.postal_code",
    "国家": "o.country",
    "購入者決済金額": "o.paid_yen::text",
    "販売価格": "o.price_yen::text",
    "割引額": "o.discount_yen::text",
    "注文金額の合計": "o.total_yen::text",
    "購入者名": "o.recipient_name",
    "購入者名(フリガナ)": "o.recipient_kana",
    "購入者携帯電話番号": "'+81-80-' || o.buyer_id",
    "販売者商品コード": "o.seller_product_code",
}


class Cost(NamedTuple):
    """What a job took: seconds, and at its peak so many MB."""

    seconds: float
    peak_mb: float
    rows: int


def files(env: dict[str, str], database_url: str, folder: Path) -> list[Line]:
    """Imports of both sizes into shops of their own, and exports of the larger, against what the plain tools take."""
    small, large = folder / "small.csv", folder / "large.csv"
    write_order_file(small, database_url, SMALL_FILE)
    write_order_file(large, database_url, LARGE_FILE)
    few, again, many = (
        (cost("import_ours", path, env, shop), cost("import_floor", path, env, shop))
        for path, shop in ((small, "shop3"), (small, "shop3"), (large, EXPORTING))
    )
    return [
        *lines(f"import of {few[0].rows:,} rows", *few, "csv + COPY", times=3, most_mb=200),
        *lines(f"import of the same {again[0].rows:,} rows again", *again, "csv + COPY", most_mb=200),
        *lines(f"import of {many[0].rows:,} rows", *many, "csv + COPY", times=3, most_mb=200),
        beside(many[0], cost("import_floor_all", large, env, "shop5"), "csv + COPY of all tables"),
        *(line for job, name in EXPORTS.items() for line in export(job, name, folder / "out", env)),
    ]


EXPORTS = {
    "xlsx": "XLSX",
    "csv": "CSV",
    "form": "the marketplace's 45 columns",
    "form_xlsx": "the marketplace's 45 columns as XLSX",
}


def export(job: str, name: str, out: Path, env: dict[str, str]) -> list[Line]:
    """One way out beside the plain tools in the same columns."""
    ours, floor = (cost(f"{job}_{side}", out, env, EXPORTING) for side in ("ours", "floor"))
    tool = "cursor to XlsxWriter" if "xlsx" in job else "cursor to csv"
    return lines(f"export of {ours.rows:,} rows, {name}", ours, floor, tool, times=1.3, most_mb=150)


def beside(ours: Cost, floor: Cost, compared_with: str) -> Line:
    """The time of an import beside another floor, which judges nothing."""
    return lines(f"the same, {ours.rows:,} rows", ours, floor, compared_with, most_mb=200)[0]


def write_order_file(path: Path, database_url: str, rows: int) -> None:
    """A file as the marketplace exports it: new orders, with as many carts and buyers as the filled ones have."""
    with translation.override("ja"):
        params = {"state": str(OrderState.PREPARING.label), "most": rows}
    sql = f"""
        SELECT {", ".join(COLUMNS.values())} FROM orders_order AS o ORDER BY o.id LIMIT %(most)s
    """
    with psycopg.connect(database_url) as database, open(path, "wb") as file:
        file.writelines(csv_lines([list(COLUMNS), *database.execute(sql, params)], "cp932"))


def cost(job: str, path: Path, env: dict[str, str], slug: str) -> Cost:
    """Run one job of `tests.bench.jobs` for a shop. Raises Problem when it fails."""
    shop = Seller.objects.get(slug=slug)
    command = [str(PYTHON), "-m", "tests.bench.jobs", job, str(path), str(shop.pk)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"{job} failed:\n{done.stderr[-2000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def lines(
    name: str, ours: Cost, floor: Cost, compared_with: str, *, most_mb: float, times: float | None = None
) -> list[Line]:
    """The time against the floor, and the peak memory."""
    time = Line(
        name,
        ours.seconds * 1000,
        "ms",
        ratio=ours.seconds / floor.seconds,
        compared_with=f"{compared_with}, {floor.seconds * 1000:,.0f} ms",
        reach=Reach(AT_MOST, times) if times else None,
    )
    return [time, Line(f"{name}, peak memory", ours.peak_mb, "MB", reach=Reach(AT_MOST, most_mb))]
