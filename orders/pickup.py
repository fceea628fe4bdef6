"""The code that a buyer shows when picking an order up at the shop (방문수령인증, R-O7).

It is never stored: it follows from the order and the site's secret, so that neither the shop nor a copy of the database
knows it. My page shows it to the buyer; `matches` compares in constant time, and `lifecycle.hand_over` limits the tries.
"""

import unicodedata

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from orders.models import Order

DIGITS = 6
MISSES_A_DAY = 5


def code_of(order: Order) -> str:
    """The six digits for the buyer's eyes."""
    return _code(order, settings.SECRET_KEY)


def matches(order: Order, entered: str) -> bool:
    """Whether this is the order's code, typed in any width, with spaces or hyphens; old secrets count while they are kept."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", entered) if sign.isdigit())
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_code(order, secret), digits) for secret in secrets)


def _code(order: Order, secret: str | bytes) -> str:
    mac = salted_hmac("orders.pickup", f"{order.seller_id}:{order.number}", secret=secret, algorithm="sha256")
    return f"{int.from_bytes(mac.digest()[:8]) % 10**DIGITS:0{DIGITS}}"
