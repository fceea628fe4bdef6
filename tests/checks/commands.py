"""How the checks start another program of `.venv`."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dev import BUILD, ROOT, VENV
from tests.run import NO_BROKER, console_env

END_OF_TRACEBACK = 6  # lines that say what happened


def failures(command: Sequence[str], env: dict[str, str] | None = None, cwd: Path = ROOT) -> list[str]:
    """Nothing when a command goes well, else the lines that it printed. A program is looked for in .venv."""
    program, *args = command
    done = subprocess.run(
        [str(VENV / "bin" / program), *args],
        cwd=cwd,
        env=env or dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if not done.returncode:
        return []
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if any(line.startswith("Traceback") for line in lines):
        lines = lines[-END_OF_TRACEBACK:]
    return lines or [f"{program} ended with code {done.returncode}"]


def manage(*args: str, **settings: str) -> list[str]:
    """The failures of a management command."""
    return failures(["python", "manage.py", *args], {**console(), **settings})


def console() -> dict[str, str]:
    """What the settings need before Django starts; nothing is asked of these servers."""
    return console_env(BUILD / "checks", 80, REDIS_URL=NO_BROKER)
