"""The training copy: a shop with people, orders from a made-up file in the real form, and cancels that wait.

Everything in it is invented. The file goes through the same import as a seller's, the cancels through the same door.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from claims.kinds import cancel
from claims.models import Claim
from claims.states import CancelReason
from orders.files import import_file
from orders.models import Buyer, Order
from orders.states import OrderState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.models import Member, Role, Seller, User
from qsm.events.door import change
from qsm.lib import clock
from qsm.lib.files import csv_lines

SLUG = "demo"
PASSWORD = "demo-console-2026"  # nosec B105 the training copy's, printed at its start
SELLER, BUYER, OPERATOR = "seller@demo.invalid", "buyer@demo.invalid", "operator@demo.invalid"
ROWS = 60
OF_OUR_BUYER = 10
FIRST_CANCEL = 4
# fmt: off
JAPANESE_DETAIL = (
    "配送状態", "注文番号", "カート番号", "配送会社", "送り状番号", "発送日", "注文日",
    "入金日", "お届け希望日", "発送予定日", "配送完了日", "配送方法", "商品番号", "商品名",
    "数量", "オプション情報", "オプションコード", "おまけ", "受取人名", "受取人名(フリガナ)", "受取人電話番号",
    "受取人携帯電話番号", "住所", "郵便番号", "国家", "送料の決済", "決済サイト", "通貨",
    "購入者決済金額", "販売価格", "割引額", "注文金額の合計", "供給原価の合計", "購入者名", "購入者名(フリガナ)",
    "配送要請事項", "購入者電話番号", "購入者携帯電話番号", "販売者商品コード", "JANコード", "規格番号", "プレゼント贈り主",
    "外部広告", "素材",
)
# fmt: on
GOODS = (
    ("折りたたみ傘 ネイビー 55cm", "Color: Navy", "UM-118", 2480),
    ("オーガニックTシャツ 白", "Size: L", "TS-0042-L", 1650),
    ("ステンレスボトル 500ml", "Color: Mint", "BT-500-M", 2200),
    ("リネンのテーブルクロス", "140×180cm", "LN-140", 3980),
    ("木製カッティングボード", "", "WD-07", 2980),
    ("今治フェイスタオル 3枚組", "Color: Gray", "TW-3G", 1980),
)
PEOPLE = (
    ("青山 花子", "アオヤマ ハナコ", "100-0001", "東京都 千代田区 千代田 1-1", "+81-90-0000-0001"),
    ("川島 太一", "カワシマ タイチ", "273-0017", "千葉県 船橋市 西浦 1-2-3", "+81-90-0000-0002"),
    ("森下 ゆい", "モリシタ ユイ", "530-0001", "大阪府 大阪市 北区 梅田 3-4-5", "+81-90-0000-0003"),
    ("秋田 宏", "アキタ ヒロシ", "810-0001", "福岡県 福岡市 中央区 天神 6-7", "+81-90-0000-0004"),
    ("冬野 真理", "フユノ マリ", "060-0001", "北海道 札幌市 中央区 北一条西 8-9", "+81-90-0000-0005"),
)
# Orders without a parcel, by their place in the file; both are new ones.
METHODS = {14: "訪問受取", 21: "オンラインサービス"}
STATES = ("新規注文", "配送準備", "配送準備", "配送準備", "配送遅延", "配送中", "配送完了")


def build(folder: Path) -> None:
    """Make the training copy, or what an earlier try left undone: people, a file of orders in `folder`, some cancels."""
    shop = _people()
    path = folder / f"DeliveryManagement_detail_{clock.now().astimezone(clock.JST):%Y%m%d_%H%M}.csv"
    path.write_bytes(b"".join(csv_lines([JAPANESE_DETAIL, *_rows()], "cp932")))
    result = import_file(path, seller=shop, by=SYSTEM)
    if result.errors:
        raise ValueError(f"the demo's own file has errors, the first: {result.errors[0]}")
    _give_to_our_buyer(shop)
    _request_cancels(shop)


def _people() -> Seller:
    shop, _made = Seller.objects.get_or_create(slug=SLUG, defaults={"name": "あおぞら雑貨店", "notice_email": SELLER})
    seller = _person(SELLER, "鈴木 店長")
    Member.objects.get_or_create(user=seller, seller=shop, defaults={"role": Role.OWNER})
    _person(BUYER, "青山 花子")
    _person(OPERATOR, "運営", is_staff=True, is_superuser=True)
    return shop


def _person(email: str, name: str, **rights: bool) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name, **rights)


def _rows() -> Iterator[list[str]]:
    chance = random.Random(20260801)  # nosec B311 the same made-up shop each time
    for place in range(ROWS):
        state = STATES[place % len(STATES)]
        who = PEOPLE[0] if place < OF_OUR_BUYER else chance.choice(PEOPLE[1:])
        yield _row(place, state, who, chance)


def _row(place: int, state: str, who: tuple[str, ...], chance: random.Random) -> list[str]:
    cells = {
        "配送状態": state,
        "配送方法": METHODS.get(place, ""),
        **_numbers(place),
        **_recipient_and_buyer(who),
        **_goods(chance),
        **_days(place, state, chance),
    }
    return [cells.get(header, "") for header in JAPANESE_DETAIL]


def _numbers(place: int) -> dict[str, str]:
    return {"注文番号": f"{638_000_100 + place * 37}", "カート番号": f"{210_300_000 + place // 2}"}


def _recipient_and_buyer(who: tuple[str, ...]) -> dict[str, str]:
    name, kana, postal_code, address, mobile = who
    person = {"名": name, "名(フリガナ)": kana, "電話番号": "+81--", "携帯電話番号": mobile}
    both = {f"{side}{label}": value for side in ("受取人", "購入者") for label, value in person.items()}
    return {**both, "住所": address, "郵便番号": f"'{postal_code}", "国家": "JP"}


def _goods(chance: random.Random) -> dict[str, str]:
    kind = chance.randrange(len(GOODS))
    product, option, code, price = GOODS[kind]
    quantity = chance.choice((1, 1, 1, 2))
    money = {"販売価格": price, "割引額": 0, "注文金額の合計": price * quantity, "購入者決済金額": price * quantity}
    words = {"商品名": product, "オプション情報": option, "販売者商品コード": code, "通貨": "JPY"}
    return words | {"商品番号": f"{900_000_000 + kind}", "数量": str(quantity)} | {k: str(v) for k, v in money.items()}


def _days(place: int, state: str, chance: random.Random) -> dict[str, str]:
    ordered = clock.now().astimezone(clock.JST) - timedelta(days=place // 4 + 1, minutes=chance.randrange(600))
    days = {"注文日": _moment(ordered), "入金日": _moment(ordered)}
    if state != "新規注文":
        ship_day = ordered.date() if state == "配送遅延" else clock.today() + timedelta(days=place % 5 + 1)
        days["発送予定日"] = f"{ship_day:%Y/%m/%d}"
    if state in {"配送中", "配送完了"}:
        days |= {"配送会社": "ゆうパック", "送り状番号": f"0000-{place:04}-0000"}
        days["発送日"] = _moment(ordered + timedelta(days=1))
    if state == "配送完了":
        days["配送完了日"] = _moment(ordered + timedelta(days=2))
    return days


def _moment(moment: datetime) -> str:
    return f"{moment:%Y/%m/%d %H:%M:%S}"


def _give_to_our_buyer(shop: Seller) -> None:
    """The demo's buyer has proved to be the first of the made-up people."""
    user = User.objects.get(email=BUYER)
    Buyer.objects.for_actor(SYSTEM).filter(seller=shop, name=PEOPLE[0][0]).update(user=user, email=BUYER)


def _request_cancels(shop: Seller) -> None:
    reasons = (
        CancelReason.FOUND_CHEAPER,
        CancelReason.ORDERED_TWICE,
        CancelReason.CHANGE_OF_MIND,
        CancelReason.WRONG_OPTION,
    )
    texts = (
        "もっと安い商品を見つけたから",
        "同じ商品を二回注文してしまいました。",
        "",
        "サイズを間違えました。Mサイズに変更できますか。",
    )
    waiting = (
        Order.objects.for_actor(SYSTEM)
        .filter(seller=shop, state=OrderState.PREPARING, ship_date__gte=clock.today())
        .order_by("pk")
    )
    # One of our buyer's, the others of other people.
    chosen = waiting.select_related("buyer")[FIRST_CANCEL : FIRST_CANCEL + len(reasons)]
    for order, reason, text in zip(chosen, reasons, texts, strict=True):
        by = Actor(Party.BUYER, user_id=order.buyer.user_id)
        with change(by):
            cancel.request(order=order, seen=order.version, by=by, reason=reason, text=text)


def is_built() -> bool:
    """Whether the training copy has been made before."""
    return Seller.objects.filter(slug=SLUG).exists() and Claim.objects.for_actor(SYSTEM).exists()
