"""`dev.py test`: every check and every test, lane by lane, each with its log and report in build/.

A lane fails when a test fails, when it ran nothing, or when it skipped something for a reason not known here. Where a
strange machine can get between a test and its servers, a few that failed run once more, alone; what then passes is
called FLAKY in the summary and in build/flaky.txt, so that one hiccup neither hides nor stops a release.
"""

import argparse
import contextlib
import os
import signal
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dev import BUILD, PYTHON, Problem
from tests.checks.runner import run_checks
from tests.machine import chromium, need_cjk_fonts
from tests.postgres import Postgres
from tests.processes import Process, tail

KNOWN_SKIPS = ("PostgreSQL only", "SQLite only")
TWO_AT_ONCE = ("-n", "2")
MINUTE = 60.0  # seconds
TESTS_FAILED, NO_TEST = 1, 5  # pytest's exit codes
FEW = 5  # failed tests; more of them are no hiccup
TIME_TO_TEAR_DOWN = 60.0  # seconds
ONLY_FAILED = ("--last-failed", "--last-failed-no-failures", "none")


@dataclass(frozen=True)
class Lane:
    """Which tests (rules, service, browser), on which database, and for how many seconds at most."""

    name: str
    tests: str
    database: str
    limit: float
    options: tuple[str, ...] = ()

    @property
    def tries_again(self) -> bool:
        """Tests of rules have no servers to wait for: one that fails now and then is wrong."""
        return self.tests != "rules"


# Each limit is several times what its lane takes: it ends what hangs, not what is slow.
LANES = (
    Lane("sqlite", "rules", "sqlite", 20 * MINUTE, TWO_AT_ONCE),
    Lane("postgres", "rules", "postgres", 20 * MINUTE, TWO_AT_ONCE),
    Lane("service-sqlite", "service", "sqlite", 15 * MINUTE, TWO_AT_ONCE),
    Lane("service-postgres", "service", "postgres", 15 * MINUTE, TWO_AT_ONCE),
    Lane("browser", "browser", "postgres", 20 * MINUTE, TWO_AT_ONCE),
)


@dataclass
class Result:
    """What a lane came to. `problems` are failures that are not of one test; `flaky` tests passed when run once more."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    flaky: list[str] = field(default_factory=list)

    @property
    def failures(self) -> int:
        return self.failed + len(self.problems)

    def __str__(self) -> str:
        counts = f"passed {self.passed:5}  failed {self.failures:3}  skipped {self.skipped:3}"
        line = f"{self.name:17} {counts}  {self.seconds:4.0f} s"
        remarks = [*self.problems, *(f"FLAKY: {name} failed, then passed alone" for name in self.flaky)]
        return "\n".join([line, *(f"    {remark}" for remark in remarks)])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py test", description=__doc__)
    parser.add_argument("--lane", help="check, sqlite, postgres, service or browser; without it all of them")
    args, pytest_args = parser.parse_known_args(arguments)
    lanes = [lane for lane in LANES if lane.name.startswith(args.lane or "")]
    if not lanes and args.lane != "check":
        parser.error(f"there is no lane {args.lane}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    results = [check_lane()] if args.lane in (None, "check") else []
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
    """Run the tests of a lane, where it tries again those that failed once more; what pytest prints is shown."""
    began = time.monotonic()
    try:
        need_machine_for(lane)
        result, code = pytest_run(lane, lane.name, postgres, pytest_args)
        rest = lane.limit - (time.monotonic() - began)
        if lane.tries_again and code == TESTS_FAILED and len(result.broken) <= FEW and not result.problems:
            again = replace(lane, limit=rest)
            result = both(result, *pytest_run(again, f"{lane.name}-again", postgres, [*pytest_args, *ONLY_FAILED]))
    except Problem as problem:
        return Result(lane.name, problems=[str(problem)])
    result.seconds = time.monotonic() - began
    return result


def both(first: Result, again: Result, code: int | None) -> Result:
    """What two runs came to, the second of those that had failed in the first."""
    if again.problems or code not in {0, TESTS_FAILED}:
        return replace(first, problems=[*first.problems, *again.problems])
    flaky = [name for name in first.broken if name not in again.broken]
    return replace(first, passed=first.passed + again.passed, failed=again.failed, broken=again.broken, flaky=flaky)


def pytest_run(
    lane: Lane, name: str, postgres: Sequence[Postgres], pytest_args: Sequence[str]
) -> tuple[Result, int | None]:
    """Run pytest once, with its log and report under this name in build/; what it came to, and its exit code."""
    print(f"\n=== {name}", flush=True)
    process = pytest_process(lane, name, postgres, pytest_args)
    in_time = followed(process, lane.limit)
    result = read_report(lane.name, BUILD / f"{name}.xml")
    result.problems += problems_of(result, process.exit_code, bool(pytest_args))
    if not in_time:
        result.problems.append(f"stopped after {lane.limit:.0f} s; the end of its log:\n{tail(process.log)}")
    return result, process.exit_code


def need_machine_for(lane: Lane) -> None:
    """Raises Problem with the command to type when the machine lacks something."""
    if lane.tests == "browser":
        chromium()
        need_cjk_fonts()


def pytest_process(lane: Lane, name: str, postgres: Sequence[Postgres], pytest_args: Sequence[str]) -> Process:
    database = f"qsm_{lane.name.replace('-', '_')}"
    on_sqlite = f"sqlite:///{BUILD / 'tests' / database}.sqlite3"
    url = postgres[0].url(database) if lane.database == "postgres" else on_sqlite
    env = {**os.environ, "LANE": lane.tests, "DATABASE_URL": url}
    report, log = BUILD / f"{name}.xml", BUILD / f"{name}.log"
    for path in (report, log):
        path.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pytest", "-o", f"cache_dir={BUILD / 'pytest' / lane.name}", *lane.options]
    command += [f"--junitxml={report}", *pytest_args]
    if sys.stdout.isatty():
        command.append("--color=yes")
    return Process(name, command, env=env, log=log, stop_signal=signal.SIGINT)


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


def read_report(lane_name: str, report: Path) -> Result:
    if not report.exists():
        return Result(lane_name, problems=[f"pytest wrote no report; see {report.with_suffix('.log')}"])
    result = Result(lane_name)
    for suite in ET.parse(report).getroot().iter("testsuite"):
        count = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
        result.failed += count["failures"] + count["errors"]
        result.skipped += count["skipped"]
        result.passed += max(count["tests"] - count["failures"] - count["errors"] - count["skipped"], 0)
        result.broken += dict.fromkeys(name_of(case) for case in suite.iter("testcase") if is_broken(case))
        reasons = {skip.get("message", "") for skip in suite.iter("skipped")}
        result.problems += [f"skipped: {reason}" for reason in sorted(reasons) if reason not in KNOWN_SKIPS]
    return result


def name_of(case: ET.Element) -> str:
    return f"{case.get('classname')}.{case.get('name')}"


def is_broken(case: ET.Element) -> bool:
    return any(part.tag in {"failure", "error"} for part in case)


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
    note_flaky([f"{result.name}: {name}" for result in results for name in result.flaky])
    print(f"{'all':17} {sum(result.seconds for result in results):53.0f} s")
    passed, failed = sum(result.passed for result in results), sum(result.failures for result in results)
    if not passed and not failed:
        failed = 1
        print("no test was selected")
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def note_flaky(names: Sequence[str]) -> None:
    """What passed only when run once more is kept where the next person looks; no file, no hiccup."""
    path = BUILD / "flaky.txt"
    path.unlink(missing_ok=True)
    if names:
        path.write_text("".join(f"{name}\n" for name in names))
        print(f"\nFLAKY: {len(names)}. Mend them: {path}, and the logs of the lanes beside it.")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
