"""The list of checks, and how they are run and reported. A check is a function that returns its problems."""

import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from dev import BUILD, Problem
from tests.checks import linters, messages, project, rules, style, templates, words

Check = Callable[[], list[str]]
SHOWN = 15  # problems of one check; all of them are in build/checks/
AT_ONCE = 2

# The slow ones first.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("types (mypy)", linters.types),
    ("messages in ja, ko, zh-hans, en", messages.complete),
    ("one word for each concept", words.one_for_each_concept),
    ("migrations are safe", project.migrations_are_safe),
    ("migrations are made", project.migrations_are_made),
    ("settings for production", project.deployable),
    ("imports go downward", linters.imports),
    ("lint (ruff)", linters.lint),
    ("format (ruff)", linters.formatted),
    ("security (bandit)", linters.security),
    ("template format (djade)", linters.template_format),
    ("templates under the strict CSP", templates.fit_the_policy),
    ("rules are the agreed ones", rules.same_as_agreed),
    ("every done rule has a test", rules.done_are_tested),
    ("sizes of files and functions", style.sizes),
    ("one clock", style.one_clock),
    ("every query starts from an actor", style.row_access),
    ("state moves through the machine", style.state_writes),
    ("locks agree", project.locks_agree),
    ("no registry's address", style.registry_addresses),
)


@dataclass(frozen=True)
class Outcome:
    name: str
    problems: list[str]
    seconds: float

    def __str__(self) -> str:
        if not self.problems:
            return f"ok      {self.name} ({self.seconds:.1f} s)"
        shown = self.problems[:SHOWN]
        if len(self.problems) > SHOWN:
            shown = [*shown, f"... and {len(self.problems) - SHOWN} more lines: {log_of(self.name)}"]
        return "\n".join([f"FAILED  {self.name} ({self.seconds:.1f} s)", *(f"        {line}" for line in shown)])


def run_checks(checks: Sequence[tuple[str, Check]] = CHECKS) -> list[Outcome]:
    """Run them two at a time and print each as it ends."""
    outcomes = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in as_completed([pool.submit(run_check, name, check) for name, check in checks]):
            outcomes.append(future.result())
            print(outcomes[-1], flush=True)
    return outcomes


def run_check(name: str, check: Check) -> Outcome:
    """A check that breaks down has failed; it must not take the others with it."""
    began = time.monotonic()
    try:
        problems = check()
    except Problem as problem:
        problems = str(problem).splitlines()
    except Exception:
        problems = traceback.format_exc().splitlines()
    log = log_of(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("\n".join(problems))
    return Outcome(name, problems, time.monotonic() - began)


def log_of(name: str) -> Path:
    return BUILD / "checks" / f"{''.join(c if c.isalnum() else '-' for c in name)}.log"
