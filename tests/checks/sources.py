"""The files that the checks read: those under version control, and new ones that are not ignored."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from dev import ROOT

Node = TypeVar("Node", bound=ast.AST)
ROOMS = ("qsm", "orders", "messaging", "claims")


@cache
def project_files() -> tuple[Path, ...]:
    """Relative paths. git says which, so that nothing generated is judged."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if ROOT.joinpath(path).is_file()))


def python_files() -> list[Path]:
    """Ours, migrations aside: those are generated."""
    return [path for path in project_files() if path.suffix == ".py" and "migrations" not in path.parts]


def room_files() -> list[Path]:
    """The code of the product itself: no tests, no tools."""
    return [path for path in python_files() if path.parts[0] in ROOMS]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))


@cache
def text_of(path: Path) -> str:
    return ROOT.joinpath(path).read_text(encoding="utf-8")


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, kind))
