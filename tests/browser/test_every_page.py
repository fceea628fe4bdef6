"""Every page in four languages: accessible in light and dark, within its policy, and never wider than a phone."""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, Request

from claims import demo
from tests.browser import pages
from tests.browser.conftest import NewPerson
from tests.browser.desk import DJANGOS_OWN
from tests.browser.pages import STOPS
from tests.browser.people import LOCALES
from tests.browser.stop import BUYER, NOBODY, OPERATOR, PHONE, SELLER, Stop
from tests.servers import MailServer

pytestmark = pytest.mark.browser

# target-size is of WCAG 2.2 and off by default. In dark only colors differ, and those are the same in every language.
Schemes = dict[Literal["light", "dark"], dict[str, Any]]
EVERY_RULE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLORS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
LIGHT: Schemes = {"light": EVERY_RULE}
SCHEMES = {"ja": LIGHT | {"dark": COLORS}}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# Addresses without a page of their own: they answer with a redirect or a file, or to machines.
NO_PAGES = {
    "claims:export",
    "claims:note",
    "healthz",
    "invitation_withdraw",
    "messaging:add_device",
    "messaging:file",
    "messaging:my_file",
    "messaging:push_worker",
    "messaging:remove_device",
    "messaging:send_again",
    "my_claims:take_back",
    "orders:grid_file",
    "orders:history",
    "my_orders:receive",
    "products:csv",
    "shop",
}


@pytest.mark.parametrize("language", LOCALES)
def test_every_page(
    language: str, person: NewPerson, post: MailServer, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Of the demo shop; a page that is not among the stops fails the last of the subtests."""
    demo.build(tmp_path)
    readers = {who: person(language).page for who in (NOBODY, SELLER, BUYER, OPERATOR)}
    asked: set[str] = set()
    for who, page in readers.items():
        pages.log_in(page, who)
        page.on("request", lambda request: asked.add(name_of(request)))
    pages.make_history(readers)
    for stop in STOPS:
        with subtests.test(page=stop.name):
            # Operators get Django's theme: its dark colors are Django's.
            schemes = LIGHT if stop.who == OPERATOR else SCHEMES.get(language, LIGHT)
            check(stop, readers[stop.who], schemes)
    with subtests.test("no page is left out"):
        assert set(own_names(get_resolver())) - NO_PAGES - asked == set()


def check(stop: Stop, page: Page, schemes: Schemes) -> None:
    page.set_viewport_size(stop.sizes[0])
    stop.open(page)
    page.evaluate(AXE_SCRIPT)
    problems: list[str] = []
    for scheme, rules in schemes.items():
        page.emulate_media(color_scheme=scheme)
        excused = DJANGOS_OWN if stop.who == OPERATOR else {}
        problems += [f"{scheme}: {problem}" for problem in violations(page, rules, excused)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    assert problems == []
    assert page.evaluate(FITS)


def violations(page: Page, options: dict[str, Any], excused: Container[str] = ()) -> Iterator[str]:
    """What axe finds, one line for each element, but for rules that are not ours to keep."""
    for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
        for node in violation["nodes"] if violation["id"] not in excused else ():
            yield f"{violation['id']} at {node['target']}: {node['failureSummary']}"


def name_of(request: Request) -> str:
    """What the address of a request is called; "" for static files."""
    path = urlsplit(request.url).path
    return "" if path.startswith("/static/") else resolve(path).view_name


def own_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """What our own addresses are called; allauth's and the admin's are theirs."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.lookup_str.startswith(("claims.", "messaging.", "orders.", "qsm.")):
                yield f"{namespace}{pattern.name}"
        elif pattern.app_name != "admin":
            yield from own_names(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
