"""`dev.py shots`: pictures of every page in four languages, light and dark, narrow and wide, and a sheet of all of them."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, ViewportSize, sync_playwright

from dev import BUILD, Problem
from tests.browser.pages import STOPS, log_in, make_history
from tests.browser.people import LOCALES
from tests.browser.stop import BUYER, NOBODY, OPERATOR, SELLER, Stop
from tests.machine import chromium, need_cjk_fonts
from tests.servers import Console, Valkey

SHOTS = BUILD / "shots"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>body {{ font: 14px sans-serif }} a {{ display: inline-block; margin: 4px; vertical-align: top }}
img {{ height: 240px; max-width: 480px; object-fit: cover; object-position: top; border: 1px solid gray }}</style>
{pages}</html>"""


def main(wanted: list[str]) -> int:
    """Names of pages as arguments choose some of them."""
    stops = [stop for stop in STOPS if not wanted or stop.name in wanted]
    need_cjk_fonts()
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, Valkey() as broker:
        database, mail = f"sqlite:///{folder}/shots.sqlite3", f"file://{folder}/mail"
        console = Console(database, Path(folder), REDIS_URL=broker.url, EMAIL_URL=mail)
        console.prepare()
        with console:
            take_all(console.url, stops)
    sheet = SHOTS / "index.html"
    sheet.write_text(SHEET.format(pages="\n".join(lines_of_sheet(stops))))
    print(f"{len([*SHOTS.glob('*.png')])} pictures: {sheet}")
    return 0


def take_all(url: str, stops: list[Stop]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), chromium_sandbox=False)
        states = stage(browser, url)
        for language, locale in LOCALES.items():
            readers = {who: reader(browser, url, locale, state) for who, state in states.items()}
            for stop in stops:
                for size in stop.sizes:
                    take(stop, readers[stop.who], language, size)
        browser.close()


def reader(browser: Browser, url: str, locale: str, state: StorageState | None = None) -> Page:
    """A page of somebody with a browser of their own, who reads one language."""
    return browser.new_context(base_url=url, locale=locale, timezone_id="Asia/Tokyo", storage_state=state).new_page()


def stage(browser: Browser, url: str) -> dict[str, StorageState]:
    """Everybody is logged in and something has happened; what each browser remembers."""
    readers = {who: reader(browser, url, LOCALES["ja"]) for who in (NOBODY, SELLER, BUYER, OPERATOR)}
    for who, page in readers.items():
        log_in(page, who)
    make_history(readers)
    return {who: page.context.storage_state() for who, page in readers.items()}


def take(stop: Stop, page: Page, language: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    stop.open(page)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=SHOTS / name_of(stop, size, language, scheme), full_page=not stop.is_popup)
    page.emulate_media(color_scheme="light")


def name_of(stop: Stop, size: ViewportSize, language: str, scheme: str) -> str:
    return f"{stop.name}-{size['width']}-{language}-{scheme}.png"


def lines_of_sheet(stops: list[Stop]) -> Iterator[str]:
    for stop in stops:
        yield f"<h2>{escape(stop.name)}</h2>"
        for size, scheme in product(stop.sizes, SCHEMES):
            names = [name_of(stop, size, language, scheme) for language in LOCALES]
            yield "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"\n{problem}")
