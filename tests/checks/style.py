"""The rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.checks.sources import nodes, project_files, python_files, room_files, text_of

FILE_LIMIT = 300  # lines
TESTS_LIMIT = 500  # a file of tests mirrors one of the source, and has a table for each line of it
FUNCTION_LIMIT = 40  # lines without the docstring
CLOCK = Path("qsm/lib/clock.py")
DOOR = Path("qsm/events/door.py")
CLOCK_READS = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "date.today",
    "datetime.today",
    "datetime.now",
    "datetime.utcnow",
    "time.time",
    "functions.Now",
    "Now",
}
AUTOMATIC_TIMES = {"auto_now", "auto_now_add"}
# Put together here, so that this file names none of them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "(com|org)"),
        ("(unpkg|jsdelivr|cdnjs|(ajax|fonts).googleapis)", "(com|net)"),
        ("deb", "debian", "org"),
        ("crates", "io"),
    )
]


def sizes() -> list[str]:
    return [*long_files(python_files()), *long_functions(python_files())]


def long_files(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        most = TESTS_LIMIT if path.name.startswith("test_") else FILE_LIMIT
        if (lines := len(text_of(path).splitlines())) > most:
            yield f"{path}: {lines} lines (at most {most})"


def long_functions(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for node in nodes(path, ast.FunctionDef):
            if (lines := function_lines(node)) > FUNCTION_LIMIT:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines (at most {FUNCTION_LIMIT})"


def function_lines(node: ast.FunctionDef) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    documented = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - documented


def one_clock() -> list[str]:
    """R-T3: one module gives "now"."""
    paths = [path for path in room_files() if path != CLOCK]
    return [*clock_reads(paths), *automatic_times(paths)]


def clock_reads(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for node in nodes(path, ast.Call):
            name = ".".join(ast.unparse(node.func).split(".")[-2:])
            if name in CLOCK_READS:
                yield f"{path}:{node.lineno}: {name}() (only {CLOCK} reads a clock)"


def automatic_times(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for node in nodes(path, ast.keyword):
            if node.arg in AUTOMATIC_TIMES:
                yield f"{path}:{node.value.lineno}: {node.arg} (only {CLOCK} reads a clock)"


def row_access() -> list[str]:
    """R-A1: `unscoped` is named only where rows of all shops are the task."""
    return [*unscoped_names(path for path in room_files() if not may_name_unscoped(path))]


def may_name_unscoped(path: Path) -> bool:
    """The door locks rows of any shop, the job and operators see all; the others start from an actor."""
    names = {"lifecycle.py", "imports.py", "withdrawal.py", "tasks.py", "admin.py"}
    return path.name in names or path.parent.name in {"kinds", "money"} or path == DOOR


def unscoped_names(paths: Iterable[Path]) -> Iterator[str]:
    """A model may define it (`unscoped = ...`) and name it as its base manager, but not start from it."""
    for path in paths:
        for node in nodes(path, ast.Attribute):
            if node.attr == "unscoped":
                yield f"{path}:{node.lineno}: {ast.unparse(node)} (start from objects.for_actor(actor))"


def state_writes() -> list[str]:
    """R-A3: the state of an order or a claim is written by the machine, by import and by demo only."""
    return [*states_set(path for path in room_files() if not may_set_state(path))]


def may_set_state(path: Path) -> bool:
    """The sweep's own states of deliveries (qsm/events) are no states of orders or claims."""
    names = {"lifecycle.py", "withdrawal.py", "machine.py", "demo.py"}
    elsewhere = path.parent.name in {"kinds", "money"} or path.parts[:2] == ("qsm", "events")
    return path.name in names or elsewhere or "import" in path.stem


def states_set(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        found: list[ast.Assign | ast.Call] = [node for node in nodes(path, ast.Assign) if assigns_state(node)]
        for node in [*found, *(node for node in nodes(path, ast.Call) if updates_state(node))]:
            yield f"{path}:{node.lineno}: {ast.unparse(node)[:80]} (an action of lifecycle does that)"


def assigns_state(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)


def updates_state(node: ast.Call) -> bool:
    """`rows.update(state=...)`."""
    is_update = isinstance(node.func, ast.Attribute) and node.func.attr == "update"
    return is_update and any(keyword.arg == "state" for keyword in node.keywords)


def registry_addresses() -> list[str]:
    """Nothing is loaded from other hosts: no file names one that serves packages or scripts."""
    pattern = re.compile("|".join(host.replace(".", r"\.") for host in REGISTRIES))
    return [f"{path}: {found[0]}" for path in project_files() if (found := pattern.search(readable(path)))]


def readable(path: Path) -> str:
    try:
        return text_of(path)
    except UnicodeDecodeError:
        return ""
