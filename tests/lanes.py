"""`dev.py test`: every check and every test, lane by lane, each with its log and report in build/.

A lane fails when a test fails, when it ran nothing, or when it skipped something for a reason not known here.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field

from dev import BUILD, PYTHON, Problem
from tests.checks.runner import run_checks
from tests.machine import chromium, need_cjk_fonts
from tests.postgres import Postgres
from tests.processes import Process, tail
from tests.run import compile_messages

KNOWN_SKIPS = ("PostgreSQL only", "SQLite only")
TWO_AT_ONCE = ("-n", "2")
MINUTE = 60.0  # seconds
NO_TEST = 5  # pytest's exit code when nothing was selected
TIME_TO_TEAR_DOWN = 30.0  # seconds


@dataclass(frozen=True)
class Lane:
    """Which tests (rules, service, browser), on which database, and for how many seconds at most."""

    name: str
    tests: str
    database: str
    limit: float
    options: tuple[str, ...] = ()


LANES = (
    Lane("sqlite", "rules", "sqlite", 12 * MINUTE, TWO_AT_ONCE),
    Lane("postgres", "rules", "postgres", 16 * MINUTE, TWO_AT_ONCE),
    Lane("service-sqlite", "service", "sqlite", 8 * MINUTE),
    Lane("service-postgres", "service", "postgres", 8 * MINUTE),
    Lane("browser", "browser", "postgres", 12 * MINUTE),
)


@dataclass
class Result:
    """What a lane came to. `problems` are failures that are not of one test."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def failures(self) -> int:
        return self.failed + len(self.problems)

    def __str__(self) -> str:
        counts = f"passed {self.passed:5}  failed {self.failures:3}  skipped {self.skipped:3}"
        line = f"{self.name:17} {counts}  {self.seconds:4.0f} s"
        return "\n".join([line, *(f"    {problem}" for problem in self.problems)])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py test", description=__doc__)
    parser.add_argument("--lane", help="check, sqlite, postgres, service or browser; without it all of them")
    args, pytest_args = parser.parse_known_args(arguments)
    lanes = [lane for lane in LANES if lane.name.startswith(args.lane or "")]
    if not lanes and args.lane != "check":
        parser.error(f"there is no lane {args.lane}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results = [check_lane()] if args.lane in (None, "check") else []
    compile_messages(BUILD / "logs" / "messages.log")
    with contextlib.ExitStack() as servers:
        postgres: list[Postgres] = []
        for lane in lanes:
            if lane.database == "postgres" and not postgres:
                postgres.append(servers.enter_context(Postgres()))
            results.append(pytest_lane(lane, postgres, pytest_args))
    return summary(results)


def check_lane() -> Result:
    print("\n=== check", flush=True)
    began = time.monotonic()
    outcomes = run_checks()
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    return Result("check", len(outcomes) - failed, failed, seconds=time.monotonic() - began)


def pytest_lane(lane: Lane, postgres: Sequence[Postgres], pytest_args: Sequence[str]) -> Result:
    """Run the tests of a lane; what pytest prints is shown and kept in build/LANE.log."""
    print(f"\n=== {lane.name}", flush=True)
    began = time.monotonic()
    try:
        need_machine_for(lane)
        process = pytest_process(lane, postgres, pytest_args)
        in_time = followed(process, lane.limit)
    except Problem as problem:
        return Result(lane.name, problems=[str(problem)])
    result = read_report(lane)
    result.seconds = time.monotonic() - began
    result.problems += problems_of(result, process.exit_code, bool(pytest_args))
    if not in_time:
        result.problems.append(f"stopped after {lane.limit:.0f} s; the end of its log:\n{tail(process.log)}")
    return result


def need_machine_for(lane: Lane) -> None:
    """Raises Problem with the command to type when the machine lacks something."""
    if lane.tests == "browser":
        chromium()
        need_cjk_fonts()


def pytest_process(lane: Lane, postgres: Sequence[Postgres], pytest_args: Sequence[str]) -> Process:
    name = f"qsm_{lane.name.replace('-', '_')}"
    on_sqlite = f"sqlite:///{BUILD / 'tests' / name}.sqlite3"
    url = postgres[0].url(name) if lane.database == "postgres" else on_sqlite
    env = {**os.environ, "LANE": lane.tests, "DATABASE_URL": url}
    report, log = BUILD / f"{lane.name}.xml", BUILD / f"{lane.name}.log"
    for path in (report, log):
        path.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pytest", *lane.options, f"--junitxml={report}", *pytest_args]
    if sys.stdout.isatty():
        command.append("--color=yes")
    return Process(lane.name, command, env=env, log=log, stop_signal=signal.SIGINT)


def followed(process: Process, limit: float) -> bool:
    """Start a process, show its log as it grows, and wait for it; whether it ended within so many seconds."""
    process.start()
    deadline = time.monotonic() + limit
    try:
        with open(process.log, "rb") as log:
            while process.alive and time.monotonic() < deadline:
                show(log.read())
                time.sleep(0.2)
            show(log.read())
            return not process.alive
    finally:
        process.stop(TIME_TO_TEAR_DOWN)


def show(output: bytes) -> None:
    sys.stdout.buffer.write(output)
    sys.stdout.flush()


def read_report(lane: Lane) -> Result:
    report = BUILD / f"{lane.name}.xml"
    if not report.exists():
        return Result(lane.name, problems=[f"pytest wrote no report; see {BUILD / lane.name}.log"])
    result = Result(lane.name)
    for suite in ET.parse(report).getroot().iter("testsuite"):
        count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        result.failed += count["failures"] + count["errors"]
        result.skipped += count["skipped"]
        result.passed += max(count["tests"] - count["failures"] - count["errors"] - count["skipped"], 0)
        reasons = {skip.get("message", "") for skip in suite.iter("skipped")}
        result.problems += [f"skipped: {reason}" for reason in sorted(reasons) if reason not in KNOWN_SKIPS]
    return result


def problems_of(result: Result, exit_code: int | None, selected_by_hand: bool) -> list[str]:
    """What the counts don't show."""
    if result.passed + result.failed == 0:
        return [] if selected_by_hand and exit_code == NO_TEST else ["it ran no test"]
    if exit_code and not result.failed:
        return [f"pytest ended with code {exit_code}"]
    return []


def summary(results: Sequence[Result]) -> int:
    print("\n=== all lanes")
    for result in results:
        print(result)
    passed, failed = sum(result.passed for result in results), sum(result.failures for result in results)
    if not passed and not failed:
        failed = 1
        print("no test was selected")
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
