"""Settings and servers for the tests. A lane (tests/lanes.py) says which tests run, and on which database."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import override_settings

from dev import BUILD
from qsm.lib import clock
from tests.machine import chromium
from tests.run import NO_BROKER, compile_messages, console_env
from tests.servers import NO_PUSH_SERVICE, Console, MailServer, Valkey

LANE = os.environ.get("LANE", "rules")
MARKED = ("service", "browser")
BEFORE_MIDNIGHT = 240.0  # seconds
TRIES = 5
ELSEWHERE = {"postgres_only": ("postgresql", "PostgreSQL only"), "sqlite_only": ("sqlite", "SQLite only")}


def set_up_django() -> None:
    """With the environment of a console in build/, so that plain `pytest` works; a lane brings its own."""
    for name, value in console_env(BUILD / "tests", 80, REDIS_URL=NO_BROKER, PUSH_SERVICES=NO_PUSH_SERVICE).items():
        os.environ.setdefault(name, value)
    # Playwright keeps a loop running in the thread of the test, which then may not use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.STORAGES = {**django_settings.STORAGES, "staticfiles": plain}
    django.setup()


set_up_django()
from django.db.backends.base.operations import BaseDatabaseOperations  # noqa: E402 - only now

from qsm.events import triggers  # noqa: E402 - models can be imported only now

logging.getLogger("mail.log").setLevel(logging.WARNING)  # every step of every connection
hypothesis.settings.register_profile("tests", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "tests")


def pytest_configure(config: pytest.Config) -> None:
    """Tests read what people read, however they are started; processes that share the work find it done."""
    if not hasattr(config, "workerinput"):
        compile_messages(BUILD / "logs" / "messages.log")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what belongs to the lane; say of the rest on which database it runs."""
    wanted = [item for item in items if lane_of(item) == LANE]
    config.hook.pytest_deselected(items=[item for item in items if lane_of(item) != LANE])
    items[:] = wanted
    for item in items:
        for marker, (vendor, reason) in ELSEWHERE.items():
            if item.get_closest_marker(marker) and connection.vendor != vendor:
                item.add_marker(pytest.mark.skip(reason=reason))


def lane_of(item: pytest.Item) -> str:
    return next((name for name in MARKED if item.get_closest_marker(name)), "rules")


# --- database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite in a file: in memory it has no WAL, no second connection, and other locks."""
    database = django_settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def flush_past_the_triggers(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test ends with a flush, which append-only tables would refuse; it puts them back itself."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("_django_db_helper")  # so that this fixture ends before its flush
    yield
    triggers.remove()


def flush_patiently(usual: Callable[..., None]) -> Callable[..., None]:
    """Servers of the last test may hold rows while its tables are emptied; PostgreSQL ends one of two that block each other."""

    def flush(self: BaseDatabaseOperations, statements: list[str]) -> None:
        for _try in range(TRIES):
            with suppress(OperationalError):
                return usual(self, statements)
            time.sleep(1)
        return usual(self, statements)

    return flush


BaseDatabaseOperations.execute_sql_flush = flush_patiently(BaseDatabaseOperations.execute_sql_flush)  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def away_from_midnight(request: pytest.FixtureRequest) -> None:
    """A test of real servers takes its time, and they read the clock themselves: none begins shortly before the next day."""
    left = (clock.end_of(clock.day_of(clock.real())) - clock.real()).total_seconds()
    if LANE in MARKED and left < BEFORE_MIDNIGHT:
        time.sleep(left + 1)


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database as other processes reach it. What the test saves is committed: they see it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.fixture(autouse=True)
def forget_the_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the business time that another one left behind; and none counts a reading that time made stale."""
    from qsm.events import demo_clock

    monkeypatch.setattr(demo_clock, "FRESH_SECONDS", 3600.0)
    demo_clock.forget()
    yield
    demo_clock.forget()


# --- servers ---------------------------------------------------------------------------------------------


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `collectstatic` gathers, once for all consoles."""
    folder = tmp_path_factory.mktemp("static")
    hashed = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={**django_settings.STORAGES, "staticfiles": hashed}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def console(
    database_url: str, valkey: Valkey, mail_server: MailServer, static_files: Path, tmp_path: Path
) -> Iterator[Console]:
    """A console on the test database, not started: `console.start()`, or `console.start("web")`."""
    settings = {"REDIS_URL": valkey.url, "EMAIL_URL": mail_server.url}
    server = Console(database_url, tmp_path / "console", static=static_files, **settings)
    yield server
    server.stop()


# --- browser ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The Chromium that is on the machine; as root it cannot have a sandbox of its own."""
    names = ["disable-quic", "no-first-run", "disable-background-networking", "disable-component-update"]
    names += ["disable-sync", *(["no-sandbox"] if os.geteuid() == 0 else [])]
    args = [f"--{name}" for name in names]
    return {**browser_type_launch_args, "executable_path": str(chromium()), "args": args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1360, "height": 900}, "timezone_id": "Asia/Tokyo"}
