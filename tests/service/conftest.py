"""One console runs for all tests of this folder; a test that breaks it finds it whole again."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from qsm.events.models import Delivery
from tests.processes import Process
from tests.push_service import PushService
from tests.servers import NO_PUSH_SERVICE, Console, MailServer, Valkey
from tests.service.people import PATIENCE

USUAL = "django.core.wsgi:get_wsgi_application()"


class PostOffice(MailServer):
    """A mail server that can be made to stop inside a message: before it keeps it, or before it says that it did."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses_before_keeping = self.pauses_before_answering = False
        self.handed_over = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.handed_over += 1
        if self.pauses_before_keeping:
            await asyncio.sleep(PATIENCE)
        answer = await super().handle_DATA(server, session, envelope)
        if self.pauses_before_answering:
            await asyncio.sleep(PATIENCE)
        return answer

    def empty(self) -> None:
        """As new, open for mail."""
        self.messages.clear()
        self.refusal, self.delay, self.handed_over = None, 0.0, 0
        self.pauses_before_keeping = self.pauses_before_answering = False
        if not self.controller:
            self.start()


@dataclass
class Street:
    """A console with its neighbours."""

    console: Console
    broker: Valkey
    post: PostOffice
    push: PushService

    @property
    def url(self) -> str:
        return self.console.url

    @contextmanager
    def another_worker(self, application: str, **names: str) -> Iterator[None]:
        """A worker with another Celery application for the time of a block; then it is killed."""
        usual = self.console.processes["worker"]
        command = [application if part == "qsm.celery" else part for part in usual.command]
        worker = Process("other-worker", command, env=usual.env | names, log=usual.log)
        worker.start()
        try:
            yield
        finally:
            worker.kill()

    def mend(self) -> None:
        """Whatever a test has broken runs again."""
        self.post.empty()
        self.push.be_kind()
        self.broker.thaw()
        if not self.broker.process.alive:
            self.broker.start()
        for name, process in self.console.processes.items():
            if not process.alive:
                self.console.start(name)


@pytest.fixture(scope="session")
def streets() -> Iterator[list[Street]]:
    """The one street of this session, once it has been built; torn down at the end."""
    built: list[Street] = []
    yield built
    for street in built:
        street.console.stop()
        street.post.stop()
        street.push.stop()
        street.broker.stop()


@pytest.fixture
def street(
    database_url: str, static_files: Path, streets: list[Street], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Web, worker and beat with short waits, their broker, mail server and push service, all running."""
    if not streets:
        broker, post, push = Valkey(), PostOffice(), PushService()
        names = {"REDIS_URL": broker.url, "EMAIL_URL": post.url, "SECRET_KEY": settings.SECRET_KEY}
        names["PUSH_SERVICES"] = f"{NO_PUSH_SERVICE} {push.url}"
        names["DJANGO_SETTINGS_MODULE"] = "tests.service.short_waits"
        broker.start()
        post.start()
        push.start()
        folder = tmp_path_factory.mktemp("console")
        streets.append(Street(Console(database_url, folder, static=static_files, **names), broker, post, push))
        streets[0].console.start()
    yield streets[0]
    streets[0].mend()
    Delivery.objects.all().delete()  # so that no worker is at work while the tables are emptied


OtherWeb = Callable[..., Console]


@pytest.fixture
def other_web(street: Street, database_url: str, static_files: Path, tmp_path: Path) -> Iterator[OtherWeb]:
    """A console whose web server has another application or environment: `other_web("module:factory()", NAME=value)`.

    It is not started. It loads the application before it forks, so that a killed process of it is replaced at once.
    """
    with ExitStack() as at_the_end:

        def build(application: str = USUAL, **names: str) -> Console:
            names = {"DATABASE_URL": database_url, "SECRET_KEY": settings.SECRET_KEY, **names}
            console = Console(names.pop("DATABASE_URL"), tmp_path / "other", static=static_files, **names)
            web = console.processes["web"]
            web.command = [application if part == USUAL else part for part in web.command] + ["--preload"]
            at_the_end.callback(console.stop)
            return console

        yield build
