"""`manage.py` with an import whose locks are taken away: what the checker of races must be able to see fail.

The shop is not locked, on SQLite there is no transaction, and between reading and writing there is time for somebody else.
"""

import sys
import time
from types import SimpleNamespace
from typing import Any

import django
from django.core.management import execute_from_command_line

django.setup()

from django.db import connection  # noqa: E402 - models can be imported only now

from orders import imports  # noqa: E402
from qsm.events import door  # noqa: E402
from tests.service.unsafe import TIME_FOR_SOMEBODY_ELSE, no_transaction  # noqa: E402

create = imports._create


def create_late(*args: Any) -> None:
    """What was not there when it was looked for may be there now."""
    time.sleep(TIME_FOR_SOMEBODY_ELSE * 20)
    create(*args)


imports._create = create_late
imports.locked_shop = lambda seller: seller
if connection.vendor == "sqlite":
    door.transaction = SimpleNamespace(atomic=no_transaction)  # type: ignore[assignment]
execute_from_command_line(["manage.py", *sys.argv[1:]])
