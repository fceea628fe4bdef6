"""People in front of a running console: each has a browser with cookies of its own and sends the forms that pages show."""

import http.client
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from qsm.accounts.models import User
from tests.processes import PATIENCE

Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """What a browser gets: `text` is the page as bytes say it."""

    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def prose(self) -> str:
        """What a person reads: without tags, white space as one blank."""
        reader = Reader()
        reader.feed(self.text)
        return " ".join(" ".join(reader.words).split())

    def form(self, action: str) -> dict[str, str]:
        """What the form that is sent to `action` carries unseen. Raises AssertionError when the page has no such form."""
        reader = Reader()
        reader.feed(self.text)
        assert action in reader.forms, f"{self.status}: no form for {action!r} among {sorted(reader.forms)}"
        return dict(reader.forms[action])


class Reader(HTMLParser):
    """The words of a page, and its forms by the address that they are sent to ("" is the page's own)."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: dict[str, dict[str, str]] = {}
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.fields = self.forms.setdefault(unescape(values.get("action") or ""), {})
        elif tag == "input" and values.get("type") == "hidden":
            self.fields[values.get("name") or ""] = values.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Person:
    """Somebody at a console, logged in unless `user` is None; reads English unless told otherwise."""

    def __init__(self, url: str, user: User | None, language: str = "en") -> None:
        self.host, self.language, self.cookies = urlsplit(url).netloc, language, dict[str, str]()
        if user:
            door = Client()
            door.force_login(user)
            self.cookies[settings.SESSION_COOKIE_NAME] = door.cookies[settings.SESSION_COOKIE_NAME].value

    def at(self, url: str) -> "Person":
        """The same browser in front of another server of the same console."""
        twin = Person(url, None, self.language)
        twin.cookies = dict(self.cookies)
        return twin

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, str], *, htmx: bool = False) -> Answer:
        return self.ask("POST", path, form, {"HX-Request": "true"} if htmx else {})

    def filled(self, page: str, action: str, **fields: str) -> dict[str, str]:
        """Open a page and fill in its form for `action`; it's sent with `post`."""
        return self.get(page).form(action) | fields

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads."""
        assert answer.status in {302, 303}, f"{answer.status}: {answer.prose}"
        return self.get(answer.location.partition("#")[0])

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            connection.request(method, path, urlencode(form) if form else None, self.headers() | (headers or {}))
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def headers(self) -> dict[str, str]:
        return {
            "Accept-Language": self.language,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }


def at_once(deeds: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do all of them at the same moment, each in a thread of its own; the results in their order."""
    gate = threading.Barrier(len(deeds))

    def behind_the_gate(deed: Callable[[], Result]) -> Result:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(behind_the_gate, deeds))
