"""`manage.py invariants`: what must always hold, checked over all rows; exit 1 when something does not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from qsm.events.invariants import violations


class Command(BaseCommand):
    help = "Check what must always hold, such as that refunds never exceed what was paid. Run it hourly."

    def handle(self, **_options: Any) -> None:
        """Django calls this."""
        found = violations()
        for line in found:
            self.stdout.write(line)
        if found:
            sys.exit(1)
        self.stdout.write("All invariants hold.")
