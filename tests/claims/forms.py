"""What a form on a page carries."""

import re
from html import unescape

CARRIED = re.compile(r'<input type="(?:hidden|checkbox)" name="([\w-]+)" value="([^"]*)"')


def hidden_of(page: str) -> dict[str, list[str]]:
    """The values of the hidden fields and of what is ticked, by name."""
    found: dict[str, list[str]] = {}
    for name, value in CARRIED.findall(page):
        found.setdefault(name, []).append(unescape(value))
    return found
