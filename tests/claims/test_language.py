"""In which language a text for a buyer is plainly written (R-C15)."""

import pytest

from claims.language import other_than, written_in

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("在庫がなくなりました。申し訳ございません。", "ja"),
        ("申し訳ございません", "ja"),
        ("재고가 없어 취소합니다. 죄송합니다.", "ko"),
        ("非常抱歉，该商品目前缺货，我们将为您办理退款手续。", "zh"),
        ("We are sorry, the goods are gone.", "en"),
        ("Ｓｏｒｒｙ, no stock", "en"),
        ("在庫切れ", ""),  # four letters
        ("完売御礼", ""),  # might be Chinese as well
        ("ABC-123", ""),
        ("2026/08/13 12:00", ""),
        ("", ""),
        ("JANコード4901234567890の商品は完売しました", "ja"),
    ],
)
def test_the_scripts_tell(text: str, language: str) -> None:
    """R-C15"""
    assert written_in(text) == language


@pytest.mark.parametrize(
    ("country", "text", "other"),
    [
        ("JP", "재고가 없어 취소합니다.", "Korean"),
        ("JP", "在庫がありません。", ""),
        ("KR", "在庫がありません。", "Japanese"),
        ("US", "We are out of stock.", ""),
        ("US", "재고가 없어 취소합니다.", "Korean"),
        ("JP", "OK", ""),
    ],
)
def test_only_what_is_plainly_another_language_is_marked(country: str, text: str, other: str) -> None:
    """R-C15"""
    assert str(other_than(country, text)) == other
