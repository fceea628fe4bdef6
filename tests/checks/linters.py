"""The linters, each as one command."""

from tests.checks.commands import console, failures
from tests.checks.sources import ROOMS, project_files


def types() -> list[str]:
    return failures(["mypy", "--no-error-summary", "--cache-dir", "build/mypy"], console())


def lint() -> list[str]:
    return failures(["ruff", "check", "--quiet", "--output-format", "concise", "."])


def formatted() -> list[str]:
    return failures(["ruff", "format", "--quiet", "--check", "."])


def imports() -> list[str]:
    return failures(["lint-imports", "--no-cache"])


def security() -> list[str]:
    found = failures(["bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", *ROOMS])
    return [line for line in found if not line.startswith("[")]  # its own log


def template_format() -> list[str]:
    names = [str(path) for path in project_files() if "templates" in path.parts and path.suffix == ".html"]
    return failures(["djade", "--check", "--target-version", "5.2", *names]) if names else []
