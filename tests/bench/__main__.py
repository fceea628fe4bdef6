"""`dev.py bench`: what the pages cost, as ratios to floors that are measured in the same run.

It starts its own PostgreSQL and the real web server, and asserts nothing. How to read it: docs/bench.md.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import django

from dev import BUILD, Problem
from tests.bench.report import Line, as_json, circumstances, table
from tests.run import compile_messages
from tests.servers import Console, Postgres

# As a small production server would have it, but for the switches of a cluster that is thrown away (tests/postgres.py).
POSTGRES = {"shared_buffers": "1GB", "effective_cache_size": "4GB", "work_mem": "16MB", "random_page_cost": "1.1"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description="What the pages cost, as ratios to the floor.")
    parser.add_argument("--orders", type=int, default=100_000, help="in all, over 1,000 shops (default: 100,000)")
    parser.add_argument(
        "--only", default="", help="only pages whose measure contains this text; neither rates nor files"
    )
    parser.add_argument("--json", type=Path, help="a file for the figures")
    args = parser.parse_args()
    with Postgres(**POSTGRES) as postgres, tempfile.TemporaryDirectory(prefix="qsm-bench-") as folder:
        url = postgres.create("bench")
        lines, medians = bench(url, Path(folder), args.orders, args.only)
        around = circumstances(url, args.orders)
    print(f"\n{table(lines)}\n\n{json.dumps(around, ensure_ascii=False)}")
    if args.json:
        args.json.write_text(
            json.dumps(as_json(lines, around | {"medians": medians}), indent=1, ensure_ascii=False) + "\n",
            encoding="utf-8",
        )
    return 0


def bench(url: str, folder: Path, orders: int, only: str) -> tuple[list[Line], dict[str, float]]:
    """Prepare, fill, measure."""
    console = Console(url, folder, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    compile_messages(folder / "logs" / "setup.log")
    for step in ("collectstatic --noinput", "migrate --noinput", "createcachetable"):
        console.manage(*step.split())
    os.environ.update(console.env)
    django.setup()
    logging.disable(logging.WARNING)
    from tests.bench import data, files, measures  # models can be imported only now

    say(f"Filling {orders:,} orders ...")
    data.fill(orders, say)
    data.freshen_statistics()
    console.start("web")
    try:
        say("Measuring pages ...")
        lines, medians = measures.pages(console.port, url, only)
    finally:
        console.stop()
    if only:
        return lines, medians
    say("Measuring files ...")
    return [*lines, *files.files(console.env, url, folder)], medians


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        BUILD.mkdir(exist_ok=True)
        sys.exit(main())
    except Problem as problem:
        sys.exit(f"\n{problem}")
