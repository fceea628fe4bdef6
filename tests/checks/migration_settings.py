"""The settings with the migration linter, which is a tool of development only."""

from qsm.settings import *  # noqa: F403
from qsm.settings import INSTALLED_APPS as APPS

INSTALLED_APPS = [*APPS, "django_migration_linter"]
