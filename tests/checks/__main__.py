"""`dev.py check`: everything that can be said about the project without running it as a whole."""

import sys

from tests.checks.runner import run_checks

outcomes = run_checks()
failed = sum(bool(outcome.problems) for outcome in outcomes)
print(f"\n{len(outcomes) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
