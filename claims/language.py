"""In which language a text is plainly written, told by its scripts (R-C15).

Our own small detector, for one question only: is a text for a buyer plainly in another language than the order's country
reads? Kana means Japanese, hangul Korean, Chinese characters alone Chinese, Latin letters alone English. What is short,
mixed, or could be both is not judged: a few Chinese characters without kana may be Japanese as well.
"""

import unicodedata
from collections import Counter

from django.utils.translation import gettext_lazy as _

from qsm.lib.machine import Text

LANGUAGES: dict[str, Text] = {
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "zh": _("Chinese"),
    "en": _("English"),
}
# Where another language is read, English is understood.
OF_COUNTRY = {"JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh", "HK": "zh"}
SCRIPTS = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "LATIN": "en"}
# So many letters at least make a language plain; Chinese characters alone are common in short Japanese texts too.
LEAST, LEAST_CHINESE = 5, 12


def language_for(country: str) -> str:
    """The language that buyers read in a country (ISO code, two letters)."""
    return OF_COUNTRY.get(country, "en")


def written_in(text: str) -> str:
    """The language that a text is plainly written in: ja, ko, zh or en; nothing where it is not plain."""
    found = Counter(filter(None, map(_script, text)))
    if found["ja"] and found["ja"] + found["zh"] > found["ko"]:
        return "ja" if found["ja"] + found["zh"] >= LEAST else ""
    if found["ko"] >= LEAST and found["ko"] > found["zh"]:
        return "ko"
    if found["zh"] >= LEAST_CHINESE and not found["ko"]:
        return "zh"
    return "en" if found["en"] >= LEAST and not (found["ko"] or found["zh"]) else ""


def other_than(country: str, text: str) -> Text:
    """The name of the language that a text is plainly in, where it is not the one read in `country`; else nothing."""
    language = written_in(text)
    return LANGUAGES[language] if language and language != language_for(country) else ""


def _script(letter: str) -> str | None:
    """By the first word of the character's name, e.g. HIRAGANA LETTER A; full-width Latin letters count as Latin."""
    if not letter.isalpha():
        return None
    return SCRIPTS.get(unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").split(" ")[0].split("-")[0])
