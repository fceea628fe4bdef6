"""The child process of `child.py`: reads one file within limits and writes its tokens, in bundles, as lines of JSON."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qsm.lib.files.child import END
from qsm.lib.files.reading import is_xlsx, read_tokens
from qsm.lib.files.tokens import Head, Limits, Line, Token
from qsm.lib.limits import limit_process

AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
CHARACTERS_AT_ONCE = 30_000


def main(path: Path, limits: Limits) -> None:
    """Write the tokens of a file to standard output, within the limits that its size allows."""
    size = path.stat().st_size
    if is_xlsx(path):
        import openpyxl  # noqa: F401 the memory for its code is not the file's
    limit_process(cpu_seconds=limits.cpu_for(size), memory=limits.memory_for(size))
    try:
        write_bundles(map(named, read_tokens(path, limits)))
    except MemoryError:
        write_bundles([["error", "file_too_large"]])
    write_bundles([[END]])


def named(token: Token) -> list[Any]:
    """A token as a list that starts with its kind."""
    if isinstance(token, Line):
        return ["line", *token]
    if isinstance(token, Head):
        return ["head", *token]
    return ["error", token.code, token.line, token.column, dict(token.params)]


def write_bundles(tokens: Iterable[list[Any]]) -> None:
    """Some tokens in a line, for each line has its price; no more than some, for whoever reads has a whole line in memory."""
    bundle, size = list[str](), 0
    for text in map(AS_JSON, tokens):
        bundle.append(text)
        size += len(text)
        if size > CHARACTERS_AT_ONCE:
            write(bundle)
            bundle, size = [], 0
    write(bundle)


def write(bundle: list[str]) -> None:
    sys.stdout.write(f"[{','.join(bundle)}]\n")


main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])))
