"""What of a phone number tells one person from another (R-O10)."""

import re

from qsm.lib.files.cells import tidy

COUNTRIES = ("81", "82", "86")
# Without the zero in front: a landline of Seoul has 8, the longest number that there is 15.
_LENGTH = range(8, 16)
_MASKED = re.compile(r"[*xX●○]")


def identifying(number: str) -> str:
    """The digits by which a number is compared, +81-90-… and 090-… alike; "" where it identifies nobody.

    Nobody is identified by words (`非公開`), by masked digits (`090-****-0001`) or by a stand-in: too few or too many digits,
    or a subscriber's number of one digit only (`000-0000-0000`, `090-0000-0000`).
    """
    written = tidy(number)
    digits = "".join(sign for sign in written if sign.isdigit())
    for country in COUNTRIES:
        if written.startswith(f"+{country}"):
            digits = digits.removeprefix(country)
    digits = digits.lstrip("0")
    usable = len(digits) in _LENGTH and len(set(digits[-8:])) > 1
    return digits if usable and not _MASKED.search(written) else ""
