"""An order file as sellers export it: Japanese detail, 44 columns, cp932, CRLF, every field quoted. All values are made up."""

import csv
import io
from datetime import date, timedelta

HEADER_LINE = (
    "配送状態 注文番号 カート番号 配送会社 送り状番号 発送日 注文日 入金日 お届け希望日 発送予定日 "
    "配送完了日 配送方法 商品番号 商品名 数量 オプション情報 オプションコード おまけ 受取人名 受取人名(フリガナ) "
    "受取人電話番号 受取人携帯電話番号 住所 郵便番号 国家 送料の決済 決済サイト 通貨 購入者決済金額 販売価格 "
    "割引額 注文金額の合計 供給原価の合計 購入者名 購入者名(フリガナ) 配送要請事項 購入者電話番号 購入者携帯電話番号 "
    "販売者商品コード JANコード 規格番号 プレゼント贈り主 外部広告 素材"
)
HEADERS = HEADER_LINE.split()
BUYER = "春野 あかり"
NUMBER = "638412905"  # of the order that the tests are about: this buyer's, in preparation
PRODUCT = "手編みウールマフラー"
PEOPLE = (BUYER, "夏川 のぼる", "秋山 みのり", "冬木 しずか", "中島 たくみ")
STATES = (
    "配送準備",
    "新規注文",
    "配送準備",
    "配送遅延",
    "配送中",
    "配送完了",
    "新規注文",
    "配送準備",
    "配送中",
    "配送完了",
)


def ten_rows(today: date) -> list[dict[str, str]]:
    """Orders of five people in every delivery state that an export holds, two of each person."""
    return [row(place, state, today) for place, state in enumerate(STATES)]


def row(place: int, state: str, today: date) -> dict[str, str]:
    """What one order says; columns that are not named are empty."""
    name = PEOPLE[place % len(PEOPLE)]
    ordered = f"{today - timedelta(days=3):%Y/%m/%d} 1{place}:12:16"
    plan = {"新規注文": "", "配送遅延": f"{today - timedelta(days=1):%Y/%m/%d}"}
    sent = {"配送会社": "ゆうパック", "送り状番号": f"1200-0000-10{place}0", "発送日": ordered}
    person = {
        "名": name,
        "名(フリガナ)": "",
        "電話番号": "+81--",
        "携帯電話番号": f"+81-90-1000-000{place % len(PEOPLE)}",
    }
    return {
        "配送状態": state,
        "注文番号": str(int(NUMBER) + place * 13),
        "カート番号": str(214_600_318 + place),
        "注文日": ordered,
        "入金日": ordered,
        "発送予定日": plan.get(state, f"{today + timedelta(days=3):%Y/%m/%d}"),
        "商品番号": str(905_112_000 + place),
        "商品名": PRODUCT if place == 0 else f"木のおもちゃ No.{place}",
        "数量": "2",
        "オプション情報": "Color: Ivory",
        "住所": f"長野県 松本市 城西 {place + 1}-2-3",
        "郵便番号": "'390-0872",
        "国家": "JP",
        "通貨": "JPY",
        "購入者決済金額": "6800",
        "販売価格": "3400",
        "割引額": "0",
        "注文金額の合計": "6800",
        "配送要請事項": "不在のときは管理人室へ",
        "販売者商品コード": f"MF-{place:03}",
        **{f"{who}{what}": value for who in ("受取人", "購入者") for what, value in person.items()},
        **(sent if state in {"配送中", "配送完了"} else {}),
        **({"配送完了日": ordered} if state == "配送完了" else {}),
    }


def as_bytes(rows: list[dict[str, str]]) -> bytes:
    """The file's contents."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADERS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("cp932")
