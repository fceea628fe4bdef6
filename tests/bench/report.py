"""What was measured, as a table for people and as JSON for programs."""

import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

AT_MOST, AT_LEAST = "≤", "≥"
PACKAGES = ("django", "psycopg", "gunicorn", "django-tables2", "jinja2", "xlsxwriter")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "work_mem", "random_page_cost", "jit")


class Reach(NamedTuple):
    """How far a measure is to get, from `quality.md`."""

    sign: str
    limit: float

    def verdict(self, value: float) -> str:
        """Nothing when it is met, else by which side it is missed."""
        if self.sign == AT_MOST:
            return "over" if value > self.limit else ""
        return "under" if value < self.limit else ""

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True)
class Line:
    """One measure. The reach judges the ratio, or the value where nothing is compared."""

    measure: str
    value: float
    unit: str
    ratio: float | None = None
    compared_with: str = ""
    reach: Reach | None = None
    queries: int | None = None

    @property
    def verdict(self) -> str:
        return self.reach.verdict(self.value if self.ratio is None else self.ratio) if self.reach else ""

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        return (
            self.measure,
            f"{self.value:,.{1 if self.unit == 'ms' else 0}f} {self.unit}",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.compared_with,
            str(self.reach or ""),
            self.verdict,
            "" if self.queries is None else str(self.queries),
        )


HEAD = ("measure", "median", "ratio", "to", "reach", "", "queries")


def table(lines: Iterable[Line]) -> str:
    """A Markdown table, so that docs/bench.md can take it as it is."""
    rows = [HEAD, *(line.cells for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (rows[0], rule, *rows[1:])
    )


def as_json(lines: Iterable[Line], circumstances: dict[str, Any]) -> dict[str, Any]:
    """The same lines with where and on what they were measured."""
    shown = [{**asdict(line), "reach": str(line.reach or ""), "verdict": line.verdict} for line in lines]
    return {**circumstances, "measures": shown}


def circumstances(database_url: str, orders: int) -> dict[str, Any]:
    """Machine, versions, settings, load: what makes two runs comparable."""
    with psycopg.connect(database_url) as database:
        settings = {name: str(database.execute(f"SHOW {name}").fetchone()[0]) for name in SETTINGS}  # type: ignore[index]
        server = database.info.parameter_status("server_version") or ""
    versions = {"python": platform.python_version(), "postgresql": server, **{name: version(name) for name in PACKAGES}}
    return {
        "orders": orders,
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "versions": versions,
        "settings": settings,
    }


def cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
