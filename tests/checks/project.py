"""What Django says about the project, and whether the locks fit together."""

import re

from dev import LOCKS
from tests.checks.commands import manage
from tests.postgres import Postgres

PRODUCTION = {
    "DEMO": "0",
    "SITE_URL": "https://console.example",
    "DATABASE_URL": "postgres://qsm@127.0.0.1:1/qsm",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}
APPS = ("accounts", "events", "orders", "messaging", "claims")
PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.M)


def deployable() -> list[str]:
    return manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)


def migrations_are_made() -> list[str]:
    return manage("makemigrations", "--check", "--dry-run")


def migrations_are_safe() -> list[str]:
    """The previous release must work on the new tables: judged by the SQL for PostgreSQL."""
    with Postgres() as postgres:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.checks.migration_settings"}
        settings["DATABASE_URL"] = postgres.create("lint")
        options = ["--project-root-path", ".", "--no-cache", "--sql-analyser", "postgresql", "--quiet", "ok"]
        return manage("lintmigrations", *options, "--include-apps", *APPS, **settings)


def locks_agree() -> list[str]:
    """What is developed with is what is shipped: the same version in every lock."""
    smaller: dict[str, str] = {}
    problems = []
    for path in LOCKS.values():
        pinned = dict(PINNED.findall(path.read_text()))
        problems += [
            f"{path.name}: {package} is {pinned.get(package)}, in the smaller lock {version}"
            for package, version in smaller.items()
            if pinned.get(package) != version
        ]
        smaller = pinned
    return problems
