"""People in front of a browser, and the words of the catalogs in the language that they read."""

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from playwright.sync_api import Locator, Page

from qsm.lib.machine import Text

# What a browser in each of our languages asks for.
LOCALES = {"ja": "ja-JP", "ko": "ko-KR", "zh-hans": "zh-CN", "en": "en-US"}


@dataclass(frozen=True)
class Person:
    """Somebody with a browser of their own who reads one language."""

    page: Page
    language: str

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page."""
        return str(self.page.evaluate("location.origin"))

    def says(self, text: Text, context: str = "", **values: object) -> str:
        """A text of ours (an English msgid, or a lazy one) as the catalogs have it in this person's language."""
        with translation.override(self.language):
            if isinstance(text, Promise):
                found = str(text)
            elif context:
                found = pgettext(context, text)
            else:
                found = gettext(text)
        return found % values if values else found

    def ship_today(self) -> re.Pattern[str]:
        """The mark of R-C8, with any number of hours."""
        with translation.override(self.language):
            mark = ngettext("Ship today · %(hours)d hour left", "Ship today · %(hours)d hours left", 12)
        return re.compile(re.escape(mark % {"hours": 12}).replace("12", r"\d+"))

    def log_in(self, email: str, password: str) -> None:
        """Through the log-in page."""
        self.page.goto("/accounts/login/")
        self.page.locator("[name=login]").fill(email)
        self.page.locator("[name=password]").fill(password)
        self.button("Log in").click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def link(self, text: Text, within: Locator | None = None) -> Locator:
        return (within or self.page.locator("body")).get_by_role("link", name=self.says(text), exact=True)

    def button(self, text: Text, context: str = "", within: Locator | None = None) -> Locator:
        return (within or self.page.locator("main")).get_by_role("button", name=self.says(text, context), exact=True)

    def counter(self, label: Text, count: int) -> Locator:
        """A label and its number, which are one link."""
        return self.page.get_by_role("link", name=f"{self.says(label)} {count}", exact=True)

    def row(self, number: str) -> Locator:
        """The grid's row of an order number."""
        return self.page.locator("tr[data-href]").filter(has_text=number)

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    @property
    def popup(self) -> Locator:
        return self.page.get_by_role("dialog")

    def facts(self) -> dict[str, str]:
        """What the panel says: label → value."""
        labels, values = self.panel.locator("dt"), self.panel.locator("dd")
        return dict(zip(labels.all_inner_texts(), values.all_inner_texts(), strict=True))
