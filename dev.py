#!/usr/bin/env python3
"""The commands of this project. Python 3.11 with pip is all they need; everything else goes into `.venv`."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = ROOT / "build"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("base", "embedded", "dev")}


class Verb(NamedTuple):
    """A command: the lock that it needs, the program that it hands over to, and what it is for."""

    lock: str
    module: str
    text: str


VERBS = {
    "run": Verb("embedded", "tests.run", "the whole console with a demo shop [--port N] [--data DIR]"),
    "test": Verb("dev", "tests.lanes", "every check and every test [--lane NAME] [pytest arguments]"),
    "check": Verb("dev", "tests.checks", "linters, types, import contracts, messages, rules without a test"),
    "shots": Verb("dev", "tests.shots", "pictures of every page into build/"),
    "bench": Verb("dev", "tests.bench", "what the pages cost, as ratios to the floor"),
    "storm": Verb("dev", "tests.storm", "races and faults at full size"),
}


class Problem(Exception):
    """Something that a person has to put right; its text says how."""


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    args, rest = parser().parse_known_args()
    if args.verb == "lock":
        lock(rest)
    else:
        environment(VERBS[args.verb].lock)
        hand_over(VERBS[args.verb].module, rest)


def parser() -> argparse.ArgumentParser:
    """A verb whose program is not there yet is not offered."""
    result = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    verbs = result.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, verb in VERBS.items():
        path = ROOT.joinpath(*verb.module.split("."))
        if path.with_suffix(".py").exists() or (path / "__main__.py").exists():
            verbs.add_parser(name, help=verb.text, add_help=False)
    verbs.add_parser("lock", help="renew requirements/*.txt [--upgrade]", add_help=False)
    return result


def hand_over(module: str, args: Sequence[str]) -> NoReturn:
    """Become `python -m module args` in the environment."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", module, *args])


def environment(lock_name: str) -> None:
    """Bring `.venv` to a lock, by hash. Nothing is done when it is there already; dev includes embedded.

    Raises Problem when every way of installing has failed.
    """
    with only_one_at_a_time():
        stamp = VENV / "lock.sha256"
        enough = [digest(LOCKS[name]) for name in {lock_name, "dev"}]
        if PYTHON.exists() and stamp.exists() and stamp.read_text() in enough:
            return
        print(f"Setting up {VENV.name} from {LOCKS[lock_name].relative_to(ROOT)} ...", flush=True)
        stamp.unlink(missing_ok=True)
        install(LOCKS[lock_name])
        stamp.write_text(digest(LOCKS[lock_name]))


def install(lock_file: Path) -> None:
    log = BUILD / "setup.log"
    log.write_text("")
    for way, commands in ways_to_install(lock_file):
        if all(logged(command, log) for command in commands):
            return
        print(f"  {way}: failed, trying the next way", flush=True)
    end = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise Problem(f"No way of installing worked. The end of {log}:\n{end}")


def ways_to_install(lock_file: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Debian leaves out ensurepip, some images leave out venv: each way needs another part to be there."""
    here, there, folder = sys.executable, str(PYTHON), str(VENV)
    wanted = ["--quiet", "--require-hashes", "-r", str(lock_file)]
    pip_install = ["install", "--no-input", "--disable-pip-version-check", *wanted]
    venv, virtualenv = [here, "-m", "venv", "--clear"], [here, "-m", "virtualenv", "--clear"]
    inner_pip, outer_pip = [there, "-m", "pip"], [here, "-m", "pip", "--python", there]
    if PYTHON.exists():
        yield "bringing up to date what is there", [[*inner_pip, *pip_install]]
    yield "venv", [[*venv, folder], [*inner_pip, *pip_install]]
    yield "venv with the pip outside", [[*venv, "--without-pip", folder], [*outer_pip, *pip_install]]
    if uv := shutil.which("uv"):
        uv_install = [uv, "pip", "install", "--python", there, *wanted]
        yield "uv", [[uv, "venv", "--quiet", "--clear", "--python", here, folder], uv_install]
    yield "virtualenv", [[*virtualenv, folder], [*inner_pip, *pip_install]]


def lock(args: Sequence[str]) -> None:
    """Write the locks, each with the versions of the smaller one; no registry's address gets into them."""
    environment("dev")
    compile_lock = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    compile_lock += ["--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url"]
    smaller: list[str] = []
    for name, path in LOCKS.items():
        print(f"requirements/{name}.txt", flush=True)
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"]
        subprocess.run([*compile_lock, *smaller, *args, *files], cwd=ROOT, check=True)
        smaller = ["--constraint", str(path)]


def logged(command: Sequence[str], log: Path) -> bool:
    """Run a command with its output at the end of a log; whether it went well."""
    with open(log, "ab") as file:
        file.write(f"$ {' '.join(command)}\n".encode())
        file.flush()
        with contextlib.suppress(FileNotFoundError):
            return subprocess.run(command, cwd=ROOT, stdout=file, stderr=file).returncode == 0
    return False


def digest(path: Path) -> str:
    """Of a lock file and the Python that it is installed for."""
    return hashlib.sha256(str(sys.version_info[:2]).encode() + path.read_bytes()).hexdigest()


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Two commands started together must not build `.venv` into each other."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "setup.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well read this file
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    try:
        main()
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit(130)
