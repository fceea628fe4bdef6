"""Files of strangers are read in a child process: what takes too much time or memory ends the child alone.

The child (`__main__.py`) gets a path and limits, and writes tokens as lines of JSON, some at once. It needs no settings and
no database, and gets no environment: it holds no secret.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import takewhile
from pathlib import Path
from signal import SIGXCPU

from qsm.lib.files.errors import Error
from qsm.lib.files.tokens import Head, Limits, Line, Token

ROOT = Path(__file__).resolve().parents[3]
KINDS: dict[str, type[Head] | type[Line] | type[Error]] = {"head": Head, "line": Line, "error": Error}
END = "end"


def tokens_from_child(path: Path, limits: Limits) -> Iterator[Token]:
    """The tokens of a file, read in a child process; when its limits end that, the error comes last."""
    command = [sys.executable, "-m", "qsm.lib.files", str(path.resolve()), json.dumps(asdict(limits))]
    process = subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONUTF8": "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        for line in takewhile(_is_whole, process.stdout):
            for kind, *values in json.loads(line):
                if kind == END:
                    return
                yield KINDS[kind](*values)
        yield Error("file_timeout" if process.wait() == -SIGXCPU else "file_too_large")
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _is_whole(line: bytes) -> bool:
    """A child that its limits end does so in the middle of a line."""
    return line.endswith(b"\n")
