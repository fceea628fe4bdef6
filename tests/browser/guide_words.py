"""Words that the sellers' guide 001 prints."""

from typing import NamedTuple


class Guide(NamedTuple):
    """Words that the guide prints, so that a slip in the catalogs is seen; in Japanese those of the glossary."""

    deliveries: str
    new: str
    shipping_request: str
    write: str
    about: str
    notes: str
    mails: str
    process: str
    cancel: str
    out_of_stock: str
    changed_mind: str
    refund: str
    late: str
    memo: str
    done: str
    requested: str
    buyer_changed_mind: str
    one: str
    tabs: tuple[str, ...]


GUIDES = {
    "ko": Guide(
        deliveries="배송관리",
        new="신규주문",
        shipping_request="배송요청",
        write="고객에게 쪽지 보내기",
        about="취소/환불",
        notes="쪽지 발송",
        mails="Email 발송",
        process="취소처리",
        cancel="취소/환불처리",
        out_of_stock="품절",
        changed_mind="구매의사취소",
        refund="반품/환불처리",
        late="배송지연",
        memo="판매자 메모",
        done="취소처리가 완료되었습니다.",
        requested="취소요청",
        buyer_changed_mind="구매자변심",
        one="해당 주문건만 취소처리",
        tabs=("발송예정일 입력", "발송처리", "취소처리", "방문수령인증", "온라인 서비스 제공"),
    ),
    "ja": Guide(
        deliveries="配送管理",
        new="新規注文",
        shipping_request="配送要請",
        write="お客様へのメッセージ",
        about="キャンセル/払い戻し",
        notes="メッセージ送信",
        mails="Eメール送信",
        process="キャンセル処理",
        cancel="キャンセル/返金処理",
        out_of_stock="在庫なし",
        changed_mind="購入意思の取り消し",
        refund="返品/返金処理",
        late="配送遅延",
        memo="販売者メモ",
        done="キャンセル処理が完了しました。",
        requested="キャンセル要請",
        buyer_changed_mind="購入者都合",
        one="該当注文のみキャンセル",
        tabs=("発送予定日の入力", "発送処理", "キャンセル処理", "訪問受取の認証", "オンラインサービスの提供"),
    ),
}
