"""The product's settings, with the pages that only a bench has beside its own."""

from qsm.settings import *  # noqa: F403
from qsm.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates", BASE_DIR / "tests" / "bench" / "templates"]
