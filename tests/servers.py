"""Real servers for tests and benches, on free loopback ports. Each ends only what it started."""

import asyncio
import os
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev import BUILD, PYTHON
from tests.postgres import Postgres
from tests.processes import LOOPBACK, PATIENCE, Process, Server, free_port, tail, wait_for
from tests.run import (
    NO_BROKER,
    broker_command,
    console_commands,
    console_env,
    console_process,
    health,
    prepare,
    step_of_setup,
    wait_until_healthy,
)

# Browsers of tests may name it, and no name server knows it.
NO_PUSH_SERVICE = "https://push.test"
__all__ = ["NO_PUSH_SERVICE", "Console", "MailServer", "Postgres", "Valkey", "wait_for"]


class Valkey(Server):
    """A Redis-compatible broker. Killed and started again it has its port and has forgotten everything."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        log = BUILD / "logs" / f"valkey-{self.port}.log"
        self.process = Process("valkey", broker_command(self.port), env=dict(os.environ), log=log)
        self.kill, self.freeze, self.thaw = self.process.kill, self.process.freeze, self.process.thaw

    def start(self) -> None:
        self.process.start()
        wait_for(self.answers)

    def answers(self) -> bool:
        self.process.check_alive()
        with suppress(redis.ConnectionError), redis.Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        self.process.thaw()
        self.process.stop()


class MailServer(Server):
    """An SMTP server that keeps what it accepts. Stopped, it refuses connections; `start()` opens it again.

    `refusal` is the answer to every message, such as `451 later` or `550 no`; `delay` is in seconds.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://{LOOPBACK}:{self.port}"
        self.messages: list[EmailMessage] = []
        self.refusal: str | None = None
        self.delay = 0.0
        self.controller: Controller | None = None

    def start(self) -> None:
        self.controller = Controller(self, hostname=LOOPBACK, port=self.port, ready_timeout=PATIENCE)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay)
        if self.refusal:
            return self.refusal
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.messages.append(message_from_bytes(content, policy=policy.default))
        return "250 Kept"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    def wait_for_messages(self, count: int, seconds: float = PATIENCE) -> list[EmailMessage]:
        """Raises TimeoutError when fewer have come by then."""
        wait_for(lambda: len(self.messages) >= count, seconds)
        return self.messages


class Console(Server):
    """Web, worker and beat on a database that is migrated, and on a broker; the same commands as production.

    Settings given by name (REDIS_URL, EMAIL_URL, DEMO ...) replace those of `dev.py run`.
    """

    def __init__(self, database_url: str, folder: Path, *, static: Path | None = None, **settings: str) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"http://{LOOPBACK}:{self.port}"
        settings = {"REDIS_URL": NO_BROKER, **settings, "DATABASE_URL": database_url}
        self.env = console_env(folder, self.port, **settings)
        if static and not (folder / "static").exists():
            (folder / "static").symlink_to(static)
        commands = console_commands(self.port, folder)
        self.processes = {name: console_process(name, command, self.env, folder) for name, command in commands.items()}

    def prepare(self) -> str:
        """Messages, static files, tables and the demo shop, as `dev.py run` does; the log-ins printed."""
        return prepare(self.env, self.folder)

    def start(self, *names: str) -> None:
        """Start some of web, worker and beat; without names all, and wait until healthy."""
        for name in names or self.processes:
            self.processes[name].start()
        if not names:
            wait_until_healthy(self.url, list(self.processes.values()))
        elif "web" in names:
            wait_for(self.answers)

    def answers(self) -> bool:
        """Whether the web process answers at all, healthy or not."""
        self.processes["web"].check_alive()
        return health(self.url).startswith(("healthy", "503"))

    def healthy(self) -> bool:
        return health(self.url) == "healthy"

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def stop(self) -> None:
        """At once: nothing of it is kept. What a gentle end does is asked of a process (`ask_to_stop`)."""
        for process in self.processes.values():
            process.kill()

    def manage(self, *args: str) -> str:
        """Run a management command on this console's database; what it printed. Raises Problem."""
        return step_of_setup([str(PYTHON), "manage.py", *args], self.folder / "logs" / "manage.log", self.env)

    def log(self, name: str, lines: int = 50) -> str:
        return tail(self.processes[name].log, lines)
