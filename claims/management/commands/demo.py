"""`manage.py demo`: make the training copy and say how to log in."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims import demo


class Command(BaseCommand):
    help = "Make the training copy, if it is not there yet, and print its log-ins."

    def handle(self, **_options: Any) -> None:
        """Django calls this. Raises CommandError outside demo mode."""
        if not settings.DEMO:
            raise CommandError("The training copy is for DEMO=1 only.")
        if not demo.is_built():
            folder = Path(settings.DATA_DIR) / "demo"
            folder.mkdir(parents=True, exist_ok=True)
            demo.build(folder)
        for who, email in demo.LOG_INS:
            self.stdout.write(f"{who:24} {email:26} {demo.PASSWORD}")
