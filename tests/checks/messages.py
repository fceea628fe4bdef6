"""Every text for people exists in every language: Django reads the code, Babel reads the catalogs."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from dev import ROOT
from tests.checks.commands import console, failures
from tests.checks.sources import ROOMS, project_files
from tests.machine import need_xgettext

CATALOG = "qsm/locale/{}/LC_MESSAGES/django.po"
LANGUAGES = ("ja", "ko", "zh_Hans")  # the messages themselves are English


def complete() -> list[str]:
    """Raises Problem when xgettext can't be had."""
    need_xgettext()
    with tempfile.TemporaryDirectory(prefix="qsm-messages-") as folder:
        in_code, problems = read_code(Path(folder))
    found = {language: list(gaps(in_code, catalog_of(ROOT, language))) for language in LANGUAGES}
    problems += [
        f"{language}: {len(texts)} messages are missing, fuzzy, empty or unused"
        for language, texts in found.items()
        if texts
    ]
    return problems + [f"{language}: {text}" for language, texts in found.items() for text in texts]


def read_code(folder: Path) -> tuple[Catalog, list[str]]:
    """What the code says, collected in a copy without catalogs; and what stood in the way."""
    for path in project_files():
        if path.parts[0] in {*ROOMS, "templates", "manage.py"} and path.suffix != ".po":
            folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / path)
    command = ["manage.py", "makemessages", "--locale", "en", "--no-wrap"]
    command += ["--extension", "html,txt,py,jinja"]
    problems = failures(["python", *command], console(), cwd=folder)
    return catalog_of(folder, "en"), problems


def catalog_of(folder: Path, language: str) -> Catalog:
    """Empty when the file isn't there."""
    path = folder / CATALOG.format(language)
    if not path.exists():
        return Catalog()
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def gaps(in_code: Catalog, catalog: Catalog) -> Iterator[str]:
    for message in in_code:
        if message.id and (problem := gap(catalog.get(key(message), message.context), catalog)):
            yield f"{problem}: {short(message)}"
    for message in catalog:
        if message.id and in_code.get(key(message), message.context) is None:
            yield f"no longer in the code: {short(message)}"


def gap(translation: Message | None, catalog: Catalog) -> str:
    if translation is None:
        return "missing"
    if translation.fuzzy:
        return "fuzzy"
    strings = [translation.string] if isinstance(translation.string, str) else translation.string
    if not strings or not all(strings):
        return "empty"
    return "; ".join(str(error) for error in translation.check(catalog))


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def short(message: Message) -> str:
    where = ", ".join(f"{path}:{line}" for path, line in message.locations[:1])
    return f"{key(message)[:70]!r} {where}"
