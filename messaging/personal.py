"""Personal data in a text: marked before it is sent, never a reason not to send it (R-B3).

Patterns find what looks like mail addresses, phones, postal addresses, cards and accounts, IDs and passwords, and names with
an honorific, in Japanese, Korean, Chinese and English; what the console knows of the buyer it finds word for word. A text
without personal data may be marked too: whoever writes decides. The patterns are ours, the marketplace publishes none.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import pgettext_lazy

from orders.models import Order
from qsm.lib.machine import Text

NAME, ADDRESS, MAIL, PHONE, PAYMENT, LOG_IN = "name", "address", "mail", "phone", "payment", "log_in"
LABELS: dict[str, Text] = {
    NAME: pgettext_lazy("personal data", "name"),
    ADDRESS: pgettext_lazy("personal data", "address"),
    MAIL: pgettext_lazy("personal data", "mail address"),
    PHONE: pgettext_lazy("personal data", "phone number"),
    PAYMENT: pgettext_lazy("personal data", "card or bank account"),
    LOG_IN: pgettext_lazy("personal data", "ID or password"),
}
# Words with an honorific that name nobody.
NOBODY = re.compile(r"客|皆|購入者|買主|担当|고객|구매자|판매자|회원|담당자|선생|사장|점주|买家|卖家")
HAN = "一-龥々"
PREFECTURE = f"(?:北海道|東京都|京都府|大阪府|[{HAN}]{{2,3}}県)"
PROVINCE = "(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충청|충북|충남|전라|전북|전남|경상|경북|경남|제주)"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE if kind != NAME else 0))
    for kind, pattern in (
        (MAIL, r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
        (
            LOG_IN,
            r"(?:パスワード|暗証番号|비밀번호|비번|密码|password|passcode)\s*(?:[:=は]|is|是|는|은)?\s*[!-~]{4,}",
        ),
        (LOG_IN, r"(?:\bID|アイディー|아이디|用户名|user ?name)\s*(?:[:=は]|是|는|은)\s*[!-~]{3,}"),
        (
            PAYMENT,
            r"(?:口座|계좌|账号|账户|银行卡|銀行|은행|银行|account|bank)[^\d\n]{0,15}\d[\d -]{4,22}\d",
        ),
        (ADDRESS, rf"{PREFECTURE}\s?[{HAN}ぁ-んァ-ヶー\s]{{1,12}}[市区郡町村][^\s、。\n]{{0,24}}"),
        (ADDRESS, rf"{PROVINCE}\S*\s+\S+[시군구]\s+\S+?(?:로|길|동|읍|면)(?:\s?[\d-]+)?"),
        (
            ADDRESS,
            rf"[{HAN}]{{2,8}}(?:省|自治区|市)[{HAN}]{{1,8}}(?:市|区|县)[{HAN}\d]{{1,20}}(?:路|街|道|号|弄|室)\d*",
        ),
        (ADDRESS, r"\b\d{1,5}\s+(?:[a-z]+\s){1,3}(?:street|st|avenue|ave|road|rd|boulevard|lane|drive)\b"),
        (ADDRESS, r"〒\s?\d{3}-?\d{4}|(?<![\d-])\d{3}-\d{4}(?![\d-])"),
        (NAME, rf"[{HAN}ァ-ヶー]{{1,5}}(?:[  ][{HAN}ぁ-んァ-ヶー]{{1,5}})?\s?(?:様|さま|さん|殿)"),
        (NAME, r"[가-힣]{2,4}\s?(?:님|씨)(?![가-힣]{2})"),
        (NAME, rf"[{HAN}]{{1,3}}(?:先生|女士|小姐)"),
        (NAME, r"\b(?:Mr|Ms|Mrs|Dr)\.?\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?"),
    )
)
NUMBER = re.compile(r"(?<![\d-])\+?\d[\d() .-]{7,21}\d(?![\d-])")
CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")
CHARACTERS_KEPT = 4096  # more than people write in a day, less than strangers can send
SHORTEST_KNOWN = 2  # characters: a shorter name would be found in every text


class Mark(NamedTuple):
    """A place in a text, and what kind of personal data it looks like."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `label` says what it looks like, nothing for what may be sent."""

    text: str
    label: Text = ""


def pieces(text: str, known: Iterable[tuple[str, str]] = ()) -> list[Piece]:
    """The whole text in parts, marked and unmarked. known: (kind, words) that are personal data in any case."""
    parts, place = [], 0
    for mark in marks(text, known):
        parts += [Piece(text[place : mark.start]), Piece(text[mark.start : mark.end], LABELS[mark.kind])]
        place = mark.end
    return [part for part in [*parts, Piece(text[place:])] if part.text]


def marks(text: str, known: Iterable[tuple[str, str]] = ()) -> list[Mark]:
    """Where the text holds personal data, in its order; of two that overlap the one that begins first, or is longer."""
    plain = _plain(text)
    found = [*_known(plain, known), *_by_pattern(plain), *_numbers(plain)]
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def known_of(orders: Sequence[Order]) -> set[tuple[str, str]]:
    """What the console knows of the people behind these orders."""
    return {
        (kind, words)
        for order in orders
        for kind, words in (
            (NAME, order.buyer.name),
            (NAME, order.recipient_name),
            (ADDRESS, order.address),
            (PHONE, order.recipient_phone),
            (PHONE, order.recipient_mobile),
            (MAIL, order.buyer.email),
        )
        if len(words) >= SHORTEST_KNOWN
    }


def _plain(text: str) -> str:
    """The same text in plain characters, place for place: full-width digits and letters are read as well."""
    return "".join(_plain_character(character) for character in text)


@lru_cache(CHARACTERS_KEPT)
def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _known(plain: str, known: Iterable[tuple[str, str]]) -> Iterator[Mark]:
    """Word for word, whatever the spaces between the parts of a name or an address."""
    for kind, words in known:
        parts = [re.escape(part) for part in _plain(words).split()]
        if parts:
            for match in re.finditer(r"\s*".join(parts), plain):
                yield Mark(*match.span(), kind)


def _by_pattern(plain: str) -> Iterator[Mark]:
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if kind != NAME or not NOBODY.search(match[0]):
                yield Mark(*match.span(), kind)


def _numbers(plain: str) -> Iterator[Mark]:
    for match in NUMBER.finditer(plain):
        digits = "".join(character for character in match[0] if character.isdigit())
        if _is_card(digits):
            yield Mark(*match.span(), PAYMENT)
        elif _is_phone(digits, international=match[0].startswith("+")):
            yield Mark(*match.span(), PHONE)


def _is_phone(digits: str, *, international: bool) -> bool:
    """Of Japan, Korea or China, or with a country's code: order and tracking numbers don't look like these."""
    if international:
        return 9 <= len(digits) <= 15
    return (digits.startswith("0") and 9 <= len(digits) <= 11) or bool(CHINESE_MOBILE.fullmatch(digits))


def _is_card(digits: str) -> bool:
    """14 to 16 digits, with the check digit that all cards have."""
    if not 14 <= len(digits) <= 16 or digits[0] not in "3456":
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
