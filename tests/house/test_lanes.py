"""A lane's result: nothing is skipped, lost or empty in silence."""

import sys

import pytest

from dev import BUILD
from tests import lanes
from tests.lanes import Lane, Result
from tests.processes import Process

RULES, SERVICE = (Lane("sample", tests, "sqlite", 60.0) for tests in ("rules", "service"))
REPORT = """<testsuites><testsuite tests="6" failures="1" errors="1" skipped="2">
<testcase classname="tests.a" name="test_one"><failure message="no"/></testcase>
<testcase classname="tests.a" name="test_two"><error message="no"/></testcase>
<testcase><skipped message="PostgreSQL only"/></testcase>
<testcase><skipped message="{reason}"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.setattr(lanes, "BUILD", tmp_path)
    return tmp_path / "sample.xml"


def test_counts_are_those_of_the_report(report):
    report.write_text(REPORT.format(reason="SQLite only"))
    result = lanes.read_report("sample", report)
    assert (result.passed, result.failed, result.skipped, result.problems) == (2, 2, 2, [])
    assert result.broken == ["tests.a.test_one", "tests.a.test_two"]


def test_a_skip_for_another_reason_fails_the_lane(report):
    report.write_text(REPORT.format(reason="later"))
    assert lanes.read_report("sample", report).problems == ["skipped: later"]


def test_a_lane_without_a_report_has_failed(report):
    assert lanes.read_report("sample", report).failures == 1


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


HICCUP = """
import pathlib
def test_hiccup(): assert pathlib.Path({sign!r}).exists() or pathlib.Path({sign!r}).touch()
def test_wrong(subtests):
    with subtests.test(page=1):
        assert {wrong}
def test_right(): pass
"""


def ran(lane, folder, wrong):
    """A lane of three tests, the first of which fails the first time only."""
    tests = folder / "test_sample.py"
    tests.write_text(HICCUP.format(sign=str(folder / "sign"), wrong=wrong))
    return lanes.pytest_lane(lane, [], [f"--rootdir={folder}", "-p", "no:xdist", "-p", "no:django", str(tests)])


@pytest.mark.parametrize(("wrong", "failed", "code"), [("True", 0, 0), ("False", 2, 1)], ids=["all is well", "not all"])
def test_what_fails_once_is_called_flaky_and_what_fails_twice_has_failed(report, capsys, wrong, failed, code):
    result = ran(SERVICE, report.parent, wrong)
    assert (result.failed, result.problems, result.flaky) == (failed, [], ["test_sample.test_hiccup"])
    assert lanes.summary([result]) == code
    assert "FLAKY: test_sample.test_hiccup failed, then passed alone" in capsys.readouterr().out
    assert (report.parent / "flaky.txt").read_text() == "sample: test_sample.test_hiccup\n"


def test_tests_of_rules_have_one_try(report):
    result = ran(RULES, report.parent, "True")
    assert (result.failed, result.flaky) == (1, [])
    assert lanes.summary([result]) == 1
    assert not (report.parent / "flaky.txt").exists()


def test_many_failures_are_no_hiccup(report, monkeypatch):
    monkeypatch.setattr(lanes, "FEW", 1)
    result = ran(SERVICE, report.parent, "False")
    assert (len(result.broken), result.flaky) == (2, [])
