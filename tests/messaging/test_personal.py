"""Personal data is marked before a note is sent (R-B3)."""

import pytest

from messaging import personal
from messaging.personal import ADDRESS, CHARACTERS_KEPT, LOG_IN, MAIL, NAME, PAYMENT, PHONE, known_of, marks, pieces
from tests.factories import OrderFactory


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("連絡先は yun@example.co.jp です", MAIL, "yun@example.co.jp"),
        ("お電話は090-1234-5678までお願いします", PHONE, "090-1234-5678"),
        ("お電話は０９０－１２３４－５６７８まで", PHONE, "０９０－１２３４－５６７８"),
        ("연락처는 010-1234-5678 입니다", PHONE, "010-1234-5678"),
        ("电话13812345678请联系", PHONE, "13812345678"),
        ("Call +81 90 1234 5678 please", PHONE, "+81 90 1234 5678"),
        ("カード番号は4111 1111 1111 1111です", PAYMENT, "4111 1111 1111 1111"),
        ("口座番号 1234567 にお振り込みください", PAYMENT, "口座番号 1234567"),
        ("국민은행 계좌 123456-01-234567", PAYMENT, None),
        ("请汇到账号 6222020200112233", PAYMENT, None),
        ("パスワードはabcd1234です", LOG_IN, "パスワードはabcd1234"),
        ("아이디: hong77", LOG_IN, "아이디: hong77"),
        ("〒273-0017へお送りします", ADDRESS, "〒273-0017"),
        ("千葉県船橋市西浦1-2-3に発送します", ADDRESS, None),
        ("서울특별시 강남구 테헤란로 123 으로 보냅니다", ADDRESS, "서울특별시 강남구 테헤란로 123"),
        ("寄到广东省深圳市南山区科技园路", ADDRESS, None),
        ("Ship to 221 Baker Street today", ADDRESS, "221 Baker Street"),
        ("青山 花子様、お世話になっております", NAME, "青山 花子様"),
        ("홍길동님 안녕하세요", NAME, "홍길동님"),
        ("王小明先生您好", NAME, "王小明先生"),
        ("Dear Mr. Smith, thank you", NAME, "Mr. Smith"),
    ],
)
def test_what_looks_like_personal_data_is_marked(text: str, kind: str, marked: str | None) -> None:
    """R-B3: in four languages."""
    found = marks(text)
    assert [mark.kind for mark in found] == [kind]
    if marked:
        assert text[found[0].start : found[0].end] == marked


@pytest.mark.parametrize(
    "text",
    [
        "お客様、ご注文番号638358846の商品が在庫切れとなりました。",
        "고객님 안녕하세요. 고객님의 주문 638771003은 2026-08-04에 발송됩니다.",
        "구매자님께 안내드립니다. 송장번호 1234-5678-9012",
        "送り状番号は 0000-0012-0000 です。8月4日(火)に発送します。",
        "Your order 638358846 (2 pcs, ¥2,480) ships on 2026-08-04.",
        "亲爱的顾客，您的订单638990120将于8月4日发货。",
        "",
    ],
)
def test_what_a_note_is_made_of_is_not_marked(text: str) -> None:
    """R-B3: order numbers, tracking numbers, days and money are no personal data."""
    assert marks(text) == []


@pytest.mark.django_db
def test_what_the_console_knows_of_the_buyer_is_found_word_for_word() -> None:
    """R-B3"""
    order = OrderFactory(recipient_name="東 真央", address="船橋 西浦 1-2-3")
    found = pieces("東真央の 船橋西浦1-2-3 宛て", known_of([order]))
    assert [(piece.text, bool(piece.label)) for piece in found] == [
        ("東真央", True),
        ("の ", False),
        ("船橋西浦1-2-3", True),
        (" 宛て", False),
    ]


def test_a_mail_address_is_found_behind_any_number_of_letters() -> None:
    """R-B3: as much of its local part as a mail address may have."""
    [mark] = marks("a" * 5000 + "@example.jp")
    assert (mark.kind, mark.end - mark.start) == (MAIL, 64 + len("@example.jp"))


def test_strangers_characters_do_not_fill_the_memory() -> None:
    """R-B3"""
    marks("".join(map(chr, range(0x4E00, 0x4E00 + 3 * CHARACTERS_KEPT))))
    assert personal._plain_character.cache_info().currsize <= CHARACTERS_KEPT
