"""The child process of `child.py`: reads one file within limits and writes its tokens, in bundles, as lines of JSON."""

import json
import resource
import sys
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from qsm.lib.files.child import AT_ONCE, END
from qsm.lib.files.reading import is_xlsx, read_tokens
from qsm.lib.files.tokens import Head, Limits, Line, Token


def main(path: Path, limits: Limits) -> None:
    """Write the tokens of a file to standard output, within the limits that its size allows."""
    size = path.stat().st_size
    if is_xlsx(path):
        import openpyxl  # noqa: F401 the memory for its code is not the file's
    limit_process(cpu_seconds=limits.cpu_for(size), memory=limits.memory_for(size))
    try:
        tokens = map(named, read_tokens(path, limits))
        while bundle := list(islice(tokens, AT_ONCE)):
            write(bundle)
    except MemoryError:
        write([["error", "file_too_large"]])
    write([[END]])


def limit_process(*, cpu_seconds: int, memory: int) -> None:
    """From now on: so many seconds of CPU, so many bytes beside those in use, and no file can be written.

    Whole seconds that the interpreter needed to start, on a slow machine, are not the file's.
    """
    cpu_seconds += int(time.process_time())
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def named(token: Token) -> list[Any]:
    """A token as a list that starts with its kind."""
    if isinstance(token, Line):
        return ["line", *token]
    if isinstance(token, Head):
        return ["head", *token]
    return ["error", token.code, token.line, token.column, dict(token.params)]


def write(bundle: Iterable[Any]) -> None:
    sys.stdout.write(json.dumps(bundle, ensure_ascii=False) + "\n")


main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])))
