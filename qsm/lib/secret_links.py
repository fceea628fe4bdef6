"""Links that let in whoever has them stay out of the log."""

import re

from structlog.typing import EventDict, WrappedLogger

_LINK = re.compile(r"/(join|welcome)/[^/\s\"'?]+")


def masked(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """The log's entry with `…` for what an invitation's link is opened by (R-A2, R-O10); a processor of structlog."""
    return {key: _LINK.sub(r"/\1/…", said) if isinstance(said, str) else said for key, said in entry.items()}
