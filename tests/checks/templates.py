"""Templates under a strict Content-Security-Policy: what a browser would refuse is found here."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.checks.sources import project_files, text_of

REFUSED = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "inline style": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "evaluated by htmx": re.compile(r"\shx-on[:\w-]*\s*=|\bhx-vals\s*=\s*['\"]js:", re.I),
    "javascript: address": re.compile(r"(href|src|action)\s*=\s*['\"]\s*javascript:", re.I),
    "another host": re.compile(r"<(script|link|img|iframe)\b[^>]*(src|href)\s*=\s*['\"](https?:)?//", re.I),
    "marked safe": re.compile(r"\|\s*safe\b|\{%\s*autoescape off"),
}
DATA_BLOCK = re.compile(r"<script[^>]*type=[\"']application/json[\"'][^>]*>", re.I)


def fit_the_policy() -> list[str]:
    return [*refused(path for path in project_files() if is_template(path))]


def is_template(path: Path) -> bool:
    return "templates" in path.parts and path.suffix in {".html", ".jinja", ".j2", ".svg"}


def refused(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        text = DATA_BLOCK.sub("", text_of(path))
        for what, pattern in REFUSED.items():
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path}:{line}: {what}: {' '.join(found[0].split())[-60:]}"
