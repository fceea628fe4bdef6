"""The words in the cells of order files, both ways: in any of the four languages in, in the file's own out."""

from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils import translation

from orders.machine import ORDER
from orders.states import DELAYED, SHIPPING_REQUEST, SHIPPING_REQUEST_LABEL, DeliveryMethod, OrderState
from qsm.lib.files import CellError, cells
from qsm.lib.machine import Text

# What a shipping request is, its ship date says (R-O6).
REQUEST = "request"
ENDED = frozenset(state for state in OrderState if state not in ORDER.initial)
COUNTRIES = {
    "": "JP",
    "JAPAN": "JP",
    "日本": "JP",
    "일본": "JP",
    "KOREA": "KR",
    "韓国": "KR",
    "한국": "KR",
    "CHINA": "CN",
    "中国": "CN",
}
YEN = {"", "JPY", "YEN", "円", "日本円", "엔", "日元", "¥"}


@cache
def state_words() -> dict[str, str]:
    """The words for delivery states in our four languages: those of real files are not public, so all are taken."""
    states = [(OrderState(state).label, state) for state in OrderState]
    return _in_all_languages([*states, (DELAYED, OrderState.PREPARING.value), (SHIPPING_REQUEST_LABEL, REQUEST)])


@cache
def method_words() -> dict[str, str]:
    """The words for delivery methods in our four languages."""
    return _in_all_languages([(method.label, method.value) for method in DeliveryMethod])


@cache
def state_word(state: str, language: str) -> str:
    """What a file calls a state: 配送要請 for all that wait for their dispatch, as the marketplace's grid says it."""
    with translation.override(language):
        return str(SHIPPING_REQUEST_LABEL if state in SHIPPING_REQUEST else OrderState(state).label)


@cache
def method_word(method: str, language: str) -> str:
    """What a file calls a delivery method."""
    with translation.override(language):
        return str(DeliveryMethod(method).label)


def country(cell: str) -> str:
    """A country by name or code; none is Japan. Raises CellError for a word that is neither."""
    name = cells.tidy(cell).upper()
    if name in COUNTRIES:
        return COUNTRIES[name]
    if len(name) == 2 and name.isascii() and name.isalpha():
        return name
    raise CellError("unknown_word", cell=cell, known=", ".join(filter(None, COUNTRIES)))


def currency(cell: str) -> str:
    """Yen, whatever it is called. Raises CellError for another currency (R-M2)."""
    if cells.tidy(cell).upper() not in YEN:
        raise CellError("other_currency", cell=cell)
    return "JPY"


def _in_all_languages(labels: Sequence[tuple[Text, str]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(label): value for label, value in labels}
    return words
