"""What people write in the training copy, each shop's in its language; buyers write Japanese."""

from dataclasses import dataclass

from claims.states import CancelReason

# Why buyers cancel, in their own words.
WHY = {
    CancelReason.FOUND_CHEAPER: "もっと安い商品を見つけたので、キャンセルをお願いします。",
    CancelReason.WRONG_OPTION: "サイズを間違えて注文しました。Mサイズに変更できなければキャンセルしたいです。",
    CancelReason.ORDERED_TWICE: "同じ商品を二回注文してしまいました。",
    CancelReason.CHANGE_OF_MIND: "",
    CancelReason.OTHER: "引っ越しが決まり、届け先で受け取れなくなりました。",
}


# Why the operator credits a balance.
CARD_EXPIRED = "カードの有効期限切れのため取り消せないと、決済会社から回答がありました。"


@dataclass(frozen=True)
class Words:
    """Pairs are title and text. What the shop writes to buyers is Japanese: the language of the order's country."""

    inquiry: tuple[str, str]
    letter: tuple[str, str]
    why = WHY
    rejection = "すでに梱包を終え、本日の集荷で発送いたします。ご了承くださいますようお願いいたします。"
    out_of_stock = (
        "ご注文の商品が在庫切れとなり、お届けできません。"
        "ご迷惑をおかけして申し訳ございません。代金は全額返金いたします。"
    )
    too_late = "配送が大幅に遅れているため、代金を全額返金いたします。ご迷惑をおかけし申し訳ございません。"
    note = ("ご注文の発送について", "入荷の都合により発送が遅れております。ご希望がございましたらご返信ください。")
    question = ("到着予定日について", "週末までに受け取りたいのですが、いつ頃届くでしょうか。よろしくお願いします。")
    answer = "お問い合わせありがとうございます。明日の午前中にお届けの予定です。今しばらくお待ちください。"


WORDS = {
    "ja": Words(
        inquiry=(
            "キャンセルが多く発生する場合の手続き",
            "仕入先の都合で、来週10件ほどキャンセルになる可能性があります。事前に必要な手続きがあれば教えてください。",
        ),
        letter=("練習用コンソールへようこそ", "ここの注文と人物はすべて架空のものです。自由に操作してお試しください。"),
    ),
    "ko": Words(
        inquiry=(
            "대량 취소가 발생하는 경우의 절차",
            "공급처 사정으로 다음 주에 10건 정도 취소가 발생할 수 있습니다. 사전에 필요한 절차가 있으면 알려 주세요.",
        ),
        letter=("연습용 콘솔에 오신 것을 환영합니다", "이곳의 주문과 인물은 모두 가상입니다. 자유롭게 조작해 보세요."),
    ),
    "zh-hans": Words(
        inquiry=(
            "发生大量取消时的手续",
            "由于供应商的原因，下周可能会有10件左右的取消。如需事先办理手续，请告知。",
        ),
        letter=("欢迎使用练习控制台", "这里的订单和人物均为虚构，请随意操作练习。"),
    ),
}


def words_of(language: str) -> Words:
    """What is written in a shop that reads this language."""
    return WORDS[language]


# Days ago, and the columns of an announcement.
ANNOUNCEMENTS: tuple[tuple[int, dict[str, str]], ...] = (
    (
        12,
        {
            "title_ja": "キャンセル拒否後の当日発送について",
            "text_ja": (
                "キャンセル要請を拒否した注文は、その日のうちに発送してください。"
                "発送されない場合は、運営者が確認のうえペナルティの対象となることがあります。"
            ),
            "title_ko": "취소거부 후 당일 발송 안내",
            "text_ko": (
                "취소요청을 거부한 주문은 당일 중에 발송해 주세요. "
                "발송하지 않은 경우 운영자 확인 후 페널티 대상이 될 수 있습니다."
            ),
            "title_zh": "关于拒绝取消后的当日发货",
            "text_zh": ("拒绝取消要求的订单请于当日发货。如未发货，经运营人员确认后可能会成为处罚对象。"),
            "title_en": "Ship on the same day after rejecting a cancel",
            "text_en": (
                "Please ship an order on the day on which you reject its cancel. "
                "If it is not shipped, an operator judges whether a penalty follows."
            ),
        },
    ),
    (
        3,
        {
            "title_ja": "年末年始の配送と営業日",
            "text_ja": (
                "土日と国民の祝日だけを営業日から除きます。12月29日から31日、1月2日と3日も平日であれば営業日に数えますので、"
                "この期間に届く注文の発送予定日にご注意ください。"
            ),
            "title_ko": "연말연시 배송 및 영업일 안내",
            "text_ko": (
                "토요일, 일요일과 일본의 공휴일만 영업일에서 제외됩니다. 12월 29일부터 31일, 1월 2일과 3일은 평일이면 영업일에 "
                "포함되므로 이 기간에 접수되는 주문의 발송예정일에 유의해 주세요."
            ),
            "title_zh": "年末年初的配送与营业日",
            "text_zh": (
                "只有周六、周日和日本的法定节假日不计入营业日。12月29日至31日以及1月2日、3日如为平日则计入营业日，"
                "请注意此期间订单的预计发货日。"
            ),
            "title_en": "Deliveries and business days at the turn of the year",
            "text_en": (
                "Only weekends and Japanese public holidays are no business days. December 29 to 31 and January 2 and 3 count "
                "when they are weekdays: mind the expected ship dates of orders from these days."
            ),
        },
    ),
    (
        0,
        {
            "title_ja": "お客様への連絡をお忘れなく",
            "text_ja": ("ショップの都合でキャンセルや返金をする場合は、事前に購入者へメッセージでお知らせください。"),
            "title_ko": "고객에게 사전 안내를 부탁드립니다",
            "text_ko": ("판매점 사유로 취소 또는 환불하는 경우 반드시 사전에 구매자에게 쪽지로 안내해 주세요."),
            "title_zh": "请事先联系顾客",
            "text_zh": "因店铺原因取消或退款时，请务必事先通过信息告知顾客。",
            "title_en": "Tell your customers beforehand",
            "text_en": ("When you cancel or refund for reasons of your own, please write to the buyer first."),
        },
    ),
)
