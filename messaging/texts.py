"""How people and sides of a conversation read."""

import re

from django.utils.translation import gettext as _

from messaging.states import Kind
from qsm.accounts.access import Party
from qsm.events.history import PARTIES

LATIN = re.compile(r"[A-Za-z]")
# Who asks and who answers, by kind.
SIDES = {
    Kind.NOTE: (Party.BUYER, Party.SELLER),
    Kind.QUESTION: (Party.BUYER, Party.SELLER),
    Kind.INQUIRY: (Party.SELLER, Party.OPERATOR),
    Kind.HELP: (Party.BUYER, Party.OPERATOR),
    Kind.LETTER: (Party.OPERATOR, Party.SELLER),
}


def masked(name: str) -> str:
    """A name as lists show it (R-B6): `yun***`. Of a name in another script one character is left: `青***`."""
    name = name.strip()
    shown = 3 if LATIN.match(name) and len(name) > 3 else 1
    return f"{name[:shown]}***" if name else ""


def sender(kind: str, buyer: str | None, shop: str | None) -> str:
    """Who asks in a conversation, as a list shows it."""
    match SIDES[Kind(kind)][0]:
        case Party.BUYER:
            return masked(buyer or "")
        case Party.SELLER:
            return shop or ""
    return str(PARTIES[Party.OPERATOR])


def from_side(kind: str) -> str:
    """The side that asks."""
    return str(PARTIES[SIDES[Kind(kind)][0]])


def to_side(kind: str) -> str:
    """The side that answers."""
    return str(PARTIES[SIDES[Kind(kind)][1]])


def numbers_of(numbers: list[str]) -> str:
    """Several orders for the text of an inquiry, for a conversation is bound to one order at most."""
    return f"{_('Order number')}: {', '.join(numbers)}\n\n" if len(numbers) > 1 else ""
