"""The training copy's shops, people and goods. Everything here is invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from claims.demo.columns import JAPANESE_DETAIL, JAPANESE_DETAIL_45, KOREAN_DETAIL
from qsm.accounts.models import Member, PaymentMethod, Role, Seller, User

PASSWORD = "demo-console-2026"  # nosec B105 the training copy's, printed at its start
SELLER, BUYER, OPERATOR = "seller@demo.invalid", "buyer@demo.invalid", "operator@demo.invalid"
STAFF, VIEWER = "staff@demo.invalid", "viewer@demo.invalid"
SELLER_KO, SELLER_SMALL = "seller-ko@demo.invalid", "seller-small@demo.invalid"

LOG_INS = (
    ("seller", SELLER),
    ("buyer", BUYER),
    ("operator", OPERATOR),
    ("staff of the same shop", STAFF),
    ("viewer of the same shop", VIEWER),
    ("seller, Korean", SELLER_KO),
    ("seller, Chinese", SELLER_SMALL),
)


class Goods(NamedTuple):
    """A product: its name and option, the shop's code, price in yen, stock and what is special about its sale."""

    name: str
    option: str
    code: str
    price: int
    stock: int
    sale: str = ""


class Person(NamedTuple):
    """A buyer as files have one."""

    name: str
    kana: str
    postal_code: str
    address: str
    mobile: str


@dataclass(frozen=True)
class Shop:
    """A shop of the training copy and the form of its files. `first` numbers: order, cart, product."""

    slug: str
    name: str
    language: str
    country: str
    owner: tuple[str, str]
    payment: str
    columns: Sequence[str]
    file_language: str
    encoding: str
    first: tuple[int, int, int]
    orders: int
    goods: tuple[Goods, ...]


PEOPLE = (
    Person("青山 花子", "アオヤマ ハナコ", "100-0001", "東京都 千代田区 千代田 1-1", "+81-90-0000-0001"),
    Person("川島 太一", "カワシマ タイチ", "273-0017", "千葉県 船橋市 西浦 1-2-3", "+81-90-0000-0002"),
    Person("森下 ゆい", "モリシタ ユイ", "530-0001", "大阪府 大阪市 北区 梅田 3-4-5", "+81-90-0000-0003"),
    Person("秋田 宏", "アキタ ヒロシ", "810-0001", "福岡県 福岡市 中央区 天神 6-7", "+81-90-0000-0004"),
    Person("冬野 真理", "フユノ マリ", "060-0001", "北海道 札幌市 中央区 北一条西 8-9", "+81-90-0000-0005"),
    Person("白石 健", "シライシ ケン", "980-0011", "宮城県 仙台市 青葉区 上杉 2-2", "+81-90-0000-0006"),
    Person("藤沢 みのり", "フジサワ ミノリ", "460-0008", "愛知県 名古屋市 中区 栄 5-1", "+81-90-0000-0007"),
    Person("月岡 創", "ツキオカ ハジメ", "730-0011", "広島県 広島市 中区 基町 4-3", "+81-90-0000-0008"),
    Person("桐山 あかね", "キリヤマ アカネ", "604-8001", "京都府 京都市 中京区 河原町 7-7", "+81-90-0000-0009"),
    Person("浅井 蓮", "アサイ レン", "220-0012", "神奈川県 横浜市 西区 みなとみらい 9-1", "+81-90-0000-0010"),
    Person("野々村 灯", "ノノムラ アカリ", "900-0013", "沖縄県 那覇市 牧志 3-3", "+81-90-0000-0011"),
    Person("水城 大地", "ミズキ ダイチ", "380-0823", "長野県 長野市 南千歳 1-8", "+81-90-0000-0012"),
    Person("羽田 紗季", "ハネダ サキ", "760-0023", "香川県 高松市 寿町 2-4", "+81-90-0000-0013"),
    Person("小池 玄", "コイケ ゲン", "950-0087", "新潟県 新潟市 中央区 東大通 6-2", "+81-90-0000-0014"),
)
JAPANESE_GOODS = (
    Goods("折りたたみ傘 ネイビー 55cm", "Color: Navy", "UM-118", 2480, 64),
    Goods("オーガニックTシャツ 白", "Size: L", "TS-0042-L", 1650, 120),
    Goods("ステンレスボトル 500ml", "Color: Mint", "BT-500-M", 2200, 8),
    Goods("リネンのテーブルクロス", "140×180cm", "LN-140", 3980, 31, "ending"),
    Goods("木製カッティングボード", "", "WD-07", 2980, 0),
    Goods("今治フェイスタオル 3枚組", "Color: Gray", "TW-3G", 1980, 5),
    Goods("コットンブランケット", "Color: Ivory", "BL-20", 5480, 40),
    Goods("ガラスの一輪挿し", "", "VS-3", 1580, 18, "ending"),
    Goods("ほうじ茶ティーバッグ 30個", "", "TE-30", 1280, 210),
    Goods("陶器のマグカップ", "Color: Blue", "MG-11", 1780, 0),
    Goods("夏用ガーゼケット", "Color: White", "GK-7", 3280, 22, "over"),
    Goods("竹のランチボックス", "", "LB-5", 2680, 14, "stopped"),
    Goods("名入れキーホルダー", "刺しゅうあり", "KH-1", 1880, 99),
    Goods("冬のルームシューズ", "Size: M", "RS-M", 2380, 75, "awaiting"),
    Goods("新作 ウールストール", "Color: Camel", "ST-2", 6480, 30, "later"),
)
KOREAN_GOODS = (
    Goods("접이식 우산 네이비 55cm", "Color: Navy", "KUM-118", 2480, 45),
    Goods("유기농 티셔츠 화이트", "Size: L", "KTS-42", 1650, 88),
    Goods("스테인리스 보틀 500ml", "Color: Mint", "KBT-5", 2200, 3),
    Goods("핸드크림 세트 4종", "", "KHC-4", 1980, 150),
    Goods("마스크팩 30매", "", "KMP-30", 2780, 0),
    Goods("린넨 에코백", "Color: Ivory", "KEB-1", 1480, 60, "ending"),
    Goods("수면 양말 5켤레", "Size: Free", "KSS-5", 1280, 33, "over"),
    Goods("유자차 1kg", "", "KYT-1", 1880, 24, "awaiting"),
)
SMALL_GOODS = (
    Goods("茉莉花茶 100g", "", "CJ-100", 1380, 40),
    Goods("竹制茶具套装", "Color: Natural", "CT-1", 4980, 6),
    Goods("丝绸发带", "Color: Red", "CS-3", 980, 0),
)
SHOPS = (
    Shop(
        slug="demo",
        name="あおぞら雑貨店",
        language="ja",
        country="JP",
        owner=(SELLER, "鈴木 店長"),
        payment=PaymentMethod.CARD,
        columns=JAPANESE_DETAIL,
        file_language="ja",
        encoding="cp932",
        first=(638_000_100, 210_300_000, 900_000_000),
        orders=260,
        goods=JAPANESE_GOODS,
    ),
    Shop(
        slug="demo-ko",
        name="하늘상점",
        language="ko",
        country="KR",
        owner=(SELLER_KO, "김하늘"),
        payment=PaymentMethod.CASH,
        columns=KOREAN_DETAIL,
        file_language="ko",
        encoding="utf-8-sig",
        first=(648_000_100, 220_300_000, 910_000_000),
        orders=116,
        goods=KOREAN_GOODS,
    ),
    Shop(
        slug="demo-small",
        name="小熊杂货铺",
        language="zh-hans",
        country="CN",
        owner=(SELLER_SMALL, "熊小梅"),
        payment=PaymentMethod.EXTERNAL,
        columns=JAPANESE_DETAIL_45,
        file_language="ja",
        encoding="utf-8-sig",
        first=(658_000_100, 230_300_000, 920_000_000),
        orders=24,
        goods=SMALL_GOODS,
    ),
)


def make_people() -> dict[str, Seller]:
    """The shops by slug, their people, a buyer and an operator; what is there already stays."""
    shops = {shop.slug: _shop(shop) for shop in SHOPS}
    for email, name, role in ((STAFF, "田中 担当", Role.STAFF), (VIEWER, "監査 担当", Role.VIEWER)):
        Member.objects.get_or_create(user=_person(email, name), seller=shops["demo"], defaults={"role": role})
    _person(BUYER, "青山 花子")
    _person(OPERATOR, "運営者", is_staff=True, is_superuser=True)
    return shops


def _shop(shop: Shop) -> Seller:
    email, name = shop.owner
    facts = {
        "name": shop.name,
        "language": shop.language,
        "country": shop.country,
        "notice_email": email,
        "payment_of_imports": shop.payment,
    }
    seller, _made = Seller.objects.get_or_create(slug=shop.slug, defaults=facts)
    user = _person(email, name, language=shop.language)
    Member.objects.get_or_create(user=user, seller=seller, defaults={"role": Role.OWNER})
    return seller


def _person(email: str, name: str, **facts: object) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name, **facts)
