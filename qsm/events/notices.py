"""How a room says what people are told when something happens: `NOTICES` in its `notices.py`, collected by messaging.

A notice is words and a function that finds their parameters; it is drawn in the reader's language when it is read or sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qsm.accounts.access import Party
from qsm.events.models import Event
from qsm.lib.machine import Text

INBOX, MAIL = "inbox", "mail"
# What a channel remarks of a reader whom it cannot reach.
NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Notice:
    """`event` is told to `to` through `channels`: a title and text with {placeholders}, which `facts(event)` fills.

    facts also gives `url`, a path of ours that the notice leads to, and may give `address`, where its mail goes in place of
    the reader's own.
    """

    event: str
    to: Party
    title: Text
    text: Text
    facts: Callable[[Event], Mapping[str, str]]
    channels: tuple[str, ...] = (INBOX, MAIL)
