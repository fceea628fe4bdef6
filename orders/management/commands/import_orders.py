"""`manage.py import_orders FILE --shop SLUG`: take an exported order file (R-O6)."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.file_staging import LeaseLost
from orders.files import Result, import_file
from qsm.accounts.access import SYSTEM
from qsm.accounts.models import Seller


class Command(BaseCommand):
    help = "Take an order file as the marketplace exports it; exit 1 when nothing could be taken, or --strict met an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Django calls this."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--shop", required=True, help="the shop's slug")
        parser.add_argument("--strict", action="store_true", help="take nothing of a file with an error")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *, file: Path, shop: str, strict: bool, json: bool, **_options: Any) -> None:
        """Django calls this. Raises CommandError for an unknown shop or file, and when nothing could be taken."""
        seller = Seller.objects.filter(slug=shop).first()
        if seller is None:
            raise CommandError(f"There is no shop {shop!r}.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            result = import_file(file, seller=seller, by=SYSTEM, strict=strict)
        except LeaseLost:
            raise CommandError("Somebody threw the file away, or took it over, while it was read.") from None
        self.stdout.write(as_json(result) if json else as_text(result))
        if result.nothing_taken or (strict and result.errors):
            raise CommandError("Nothing was taken.")


def as_json(result: Result) -> str:
    """`created updated unchanged kept errors:[{line,column,code,message}]`, for programs."""
    return json.dumps(
        {**asdict(result.taken), "errors": [_plain(error) for error in result.errors]}, ensure_ascii=False
    )


def as_text(result: Result) -> str:
    """The same for people."""
    taken = result.taken
    counts = f"new {taken.created}, updated {taken.updated}, unchanged {taken.unchanged}, left alone {len(taken.kept)}"
    errors = [f"line {error.line} {error.column}: {error.message} ({error.code})" for error in result.errors]
    return "\n".join([f"{result.name}: {counts}, errors {len(errors)}", *errors])


def _plain(error: Any) -> dict[str, Any]:
    return {name: getattr(error, name) for name in ("line", "column", "code", "message")}
