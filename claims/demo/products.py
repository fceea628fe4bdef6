"""The shops' products, as a file that goes through the product list's own import."""

from pathlib import Path

from claims.demo.cast import Shop
from orders.products.imports import import_file
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller
from qsm.lib import clock
from qsm.lib.files import csv_lines

HEADINGS = {
    "ja": ("商品番号", "販売者商品コード", "商品名", "販売価格", "在庫数量", "販売状態", "販売開始日", "販売終了日"),
    "ko": ("상품코드", "판매자상품코드", "상품명", "판매가", "재고수량", "판매상태", "판매시작일", "판매종료일"),
}
STATES = {
    "ja": {"stopped": "販売終了", "awaiting": "承認待ち", "": "販売中"},
    "ko": {"stopped": "판매종료", "awaiting": "승인대기", "": "판매중"},
}
# From which day and until which day, counted from today.
PERIODS = {"ending": (-60, 3), "over": (-120, -9), "later": (6, 90)}


def take(shop: Shop, seller: Seller, folder: Path) -> None:
    """Bring the shop's products in. Raises ValueError when the demo's own file has an error."""
    path = folder / f"products_{shop.slug}.csv"
    rows = [list(HEADINGS[shop.file_language]), *(_row(shop, place) for place in range(len(shop.goods)))]
    path.write_bytes(b"".join(csv_lines(rows, shop.encoding)))
    result = import_file(path, seller=seller, by=SYSTEM)
    if result.errors:
        raise ValueError(f"the demo's own product file has errors, the first: {result.errors[0]}")


def _row(shop: Shop, place: int) -> list[str]:
    goods, states = shop.goods[place], STATES[shop.file_language]
    days = [f"{clock.after(clock.today(), ahead):%Y/%m/%d}" for ahead in PERIODS.get(goods.sale, ())] or ["", ""]
    state = states.get(goods.sale, states[""])
    return [str(shop.first[2] + place), goods.code, goods.name, str(goods.price), str(goods.stock), state, *days]
