"""A lane's result: nothing is skipped, lost or empty in silence."""

import sys

import pytest

from dev import BUILD
from tests import lanes
from tests.lanes import Lane, Result
from tests.processes import Process

LANE = Lane("sample", "rules", "sqlite", 1.0)
REPORT = """<testsuites><testsuite tests="6" failures="1" errors="1" skipped="2">
<testcase><skipped message="PostgreSQL only"/></testcase>
<testcase><skipped message="{reason}"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.setattr(lanes, "BUILD", tmp_path)
    return tmp_path / "sample.xml"


def test_counts_are_those_of_the_report(report):
    report.write_text(REPORT.format(reason="SQLite only"))
    result = lanes.read_report(LANE)
    assert (result.passed, result.failed, result.skipped, result.problems) == (2, 2, 2, [])


def test_a_skip_for_another_reason_fails_the_lane(report):
    report.write_text(REPORT.format(reason="later"))
    assert lanes.read_report(LANE).problems == ["skipped: later"]


def test_a_lane_without_a_report_has_failed(report):
    assert lanes.read_report(LANE).failures == 1


@pytest.mark.parametrize(
    ("result", "code", "by_hand", "problems"),
    [
        (Result("a", passed=1), 0, False, []),
        (Result("a", passed=1, failed=1), 1, False, []),
        (Result("a", passed=1), 3, False, ["pytest ended with code 3"]),
        (Result("a"), 5, False, ["it ran no test"]),
        (Result("a", skipped=3), 0, False, ["it ran no test"]),
        (Result("a"), 5, True, []),
    ],
)
def test_what_counts_do_not_show(result, code, by_hand, problems):
    assert lanes.problems_of(result, code, by_hand) == problems


@pytest.mark.parametrize(
    ("results", "line", "code"),
    [
        ([Result("a", passed=2), Result("b", passed=3, skipped=1)], "5 passed, 0 failed", 0),
        ([Result("a", passed=2, failed=1), Result("b", problems=["x"])], "2 passed, 2 failed", 1),
        ([Result("a")], "0 passed, 1 failed", 1),
    ],
)
def test_the_last_line_is_the_sum(capsys, results, line, code):
    assert lanes.summary(results) == code
    assert capsys.readouterr().out.splitlines()[-1] == line


def test_a_lane_that_takes_too_long_is_stopped(capsysbinary):
    command = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]
    process = Process("slow", command, env={}, log=BUILD / "logs" / "slow.log")
    assert not lanes.followed(process, 1.0)
    assert not process.alive
