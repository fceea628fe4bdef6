"""The child process of `child.py`: reads one file within limits and writes its tokens, in bundles, as lines of JSON."""

import json
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from qsm.lib.files.child import AT_ONCE, END
from qsm.lib.files.reading import is_xlsx, read_tokens
from qsm.lib.files.tokens import Head, Limits, Line, Token
from qsm.lib.limits import limit_process


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
