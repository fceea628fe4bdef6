"""In which language a text for a buyer is plainly written (R-C15)."""

import pytest
from django.urls import reverse

from claims.language import other_than, written_in
from claims.states import TEXT_MAX
from tests.claims.doings import shop_browser
from tests.factories import requested_cancel

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


@pytest.mark.django_db
def test_it_is_marked_while_somebody_writes() -> None:
    """R-C15: the forms of one claim and of many ask for it as they are typed into; the page without script has the popup."""
    claim = requested_cancel()
    shop = shop_browser(claim.seller)
    url = reverse("claims:language")
    pages = [
        shop.get(reverse("claims:page", args=[claim.pk])),
        shop.get(reverse("claims:reject_many"), {"ticked": claim.pk}),
        shop.get(reverse("claims:cancel_orders"), {"ticked": claim.order_id}),
    ]
    for page in pages:
        assert f'hx-post="{url}"' in page.content.decode()
        assert f'"countries": "{claim.order.country}"' in page.content.decode()
    marked = shop.post(url, {"countries": "JP,KR", "text": "재고가 없어 취소합니다."}).content.decode()
    assert marked.count("The text is in Korean, but the buyer reads Japanese.") == 1
    assert shop.post(url, {"countries": "JP", "memo": "在庫がありません。"}).content.decode().strip() == ""
    assert shop.get(url).headers["Location"] == reverse("claims:list")


@pytest.mark.django_db
def test_no_more_is_looked_at_than_may_be_sent() -> None:
    """R-C15: a made-up form has no worker look through megabytes, and says each thing once."""
    shop, url = shop_browser(requested_cancel().seller), reverse("claims:language")
    too_late = "。" * TEXT_MAX + "재고가 없어 취소합니다."
    assert "Korean" not in shop.post(url, {"countries": "JP", "text": too_late}).content.decode()
    marked = shop.post(url, {"countries": "US,GB,FR,TW,HK", "text": "재고가 없어 취소합니다."}).content.decode()
    assert marked.count("but the buyer reads English") == marked.count("but the buyer reads Chinese") == 1
