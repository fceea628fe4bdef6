"""Each concept is one word in each language: what the catalogs don't say, and the guides' own labels that keep it.

The words are those of the glossary and of the guides; which one is left where those have several is ours.
"""

import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from dev import ROOT
from tests.checks.messages import LANGUAGES, catalog_of, key, short

# By language: the word that is not ours, the one that is, and the texts (English) in which a guide prints it all the same.
LABELS_OF_REFUND = {"Cancel/Refund", "Refund waiting", "Refund done", "Cancels and refunds"}
WORDS: dict[str, tuple[tuple[str, str, set[str]], ...]] = {
    "ja": (
        ("払い?戻", "返金", LABELS_OF_REFUND),
        ("販売店", "ショップ", set()),
        ("出品者", "ショップ", {"Seller confirmed"}),
        ("運営(?!者|デスク)", "運営者", set()),
        ("代表者", "オーナー", set()),
    ),
    "ko": (
        ("상점", "판매점", set()),
        ("반환", "환불", set()),
        ("오너", "소유자", set()),
        ("스태프", "직원", set()),
        ("My ?페이지", "마이페이지", set()),
    ),
    "zh_Hans": (
        ("买家(?!已付款)", "顾客", set()),
        ("购买者", "顾客", {"Change of mind"}),
        ("投诉", "索赔", set()),
        ("运营(方|者)", "运营人员", set()),
        ("运单|物流", "快递", set()),
        ("订单(编?)号", "订购号码", set()),
        ("留言|消息", "信息", set()),
        ("店主|店员", "所有者, 员工", set()),
        ("My ?页面", "我的页面", set()),
    ),
}


def one_for_each_concept() -> list[str]:
    """The translations that have another word for something than all others."""
    found = ((language, mixtures(catalog_of(ROOT, language), language)) for language in LANGUAGES)
    return [f"{language}: {problem}" for language, problems in found for problem in problems]


def mixtures(catalog: Catalog, language: str) -> Iterator[str]:
    for message in catalog:
        for other, ours, labels in WORDS[language]:
            if message.id and key(message) not in labels and re.search(other, said(message)):
                yield f"{other} instead of {ours}: {short(message)}"


def said(message: Message) -> str:
    return message.string if isinstance(message.string, str) else " ".join(message.string or ())
