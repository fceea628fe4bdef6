"""How an address is asked, and what there is to say of the answer. Nothing that an answer changed stays."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.http import HttpResponse, QueryDict

from tests.access.world import MARKER, Actor
from tests.taken_back import taken_back

TOKENS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=name="key" value=")[\w-]+|nonce-[\w+/=-]+')
OF_THE_MOMENT = {"Date", "Expires", "X-Request-ID"}
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# The session of who is answered, and the limits of the log-in: both belong to the frame, not to the work.
OF_THE_FRAME = {"django_session", "cache"}


@dataclass
class Asked:
    """One answer: the tables that were written to, and the names that the view looked up in query and body."""

    path: str
    response: HttpResponse
    written: set[str] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        content = b"".join(self.response) if self.response.streaming else self.response.content  # type: ignore[attr-defined]
        return content.decode(errors="replace")

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def shows_the_marker(self) -> bool:
        return MARKER in self.text or "qx7731" in self.text

    def seen(self) -> tuple[int, list[tuple[str, str]], str]:
        """All of it, without what is new each time."""
        headers = [(name, value) for name, value in self.response.headers.items() if name not in OF_THE_MOMENT]
        # A signed cookie ends with the second in which it was signed.
        signed = {name: morsel.value.partition(":")[0] for name, morsel in self.response.cookies.items()}
        cookies = [(name, "" if name == "csrftoken" else value) for name, value in signed.items()]
        return self.status, [*((name, TOKENS.sub("", value)) for name, value in headers), *cookies], self.plain

    @property
    def plain(self) -> str:
        return TOKENS.sub("", self.text)


def ask(actor: Actor, method: str, path: str, query: str = "", form: Mapping[str, Any] | None = None) -> Asked:
    """Ask as this person's browser would, in English, and take back what it changed."""
    cookies = deepcopy(actor.client.cookies)
    with taken_back():
        answer = asked(actor, method, path, query, form)
    actor.client.cookies = cookies
    return answer


def asked(actor: Actor, method: str, path: str, query: str = "", form: Mapping[str, Any] | None = None) -> Asked:
    """The same, and what it changed stays."""
    written: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITES.match(sql):
            written.add(match[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch), looked_up() as names:
        send = getattr(actor.client, method.lower())
        data = {"data": form or {}} if method == "POST" else {}
        response = send(path + query, headers={"Accept-Language": "en"}, **data)
        answer = Asked(path, response)
        answer.text  # a streamed answer is read while it is watched  # noqa: B018
    answer.written, answer.looked_up = written - OF_THE_FRAME, names
    return answer


@contextmanager
def looked_up() -> Iterator[set[str]]:
    """The names that anybody looks up in the query or the body of a request."""
    names: set[str] = set()
    usual_item, usual_list, usual_in = QueryDict.__getitem__, QueryDict.getlist, QueryDict.__contains__

    def item(self: Any, key: Any) -> Any:
        names.add(str(key))
        return usual_item(self, key)

    def values(self: Any, key: Any, default: Any = None) -> Any:
        names.add(str(key))
        return usual_list(self, key, default)

    def contains(self: Any, key: Any) -> bool:
        names.add(str(key))
        return usual_in(self, key)

    with (
        patch.object(QueryDict, "__getitem__", item, create=True),
        patch.object(QueryDict, "getlist", values, create=True),
        patch.object(QueryDict, "__contains__", contains, create=True),
    ):
        yield names
