"""Pictures of strangers, drawn anew by a child process: what takes too much time or memory ends the child alone.

Only pixels get through: no position of a camera, no words, nothing that hangs on behind the picture. The child
(`__main__.py`) needs no settings and no database, and gets no environment: it holds no secret.
"""

import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
# Of the clock on the wall, for a child that gets little of a busy machine.
LONGEST_SECONDS = 30
SIZES = struct.Struct(">II")
DAMAGED = 2


class Picture(NamedTuple):
    """A picture as JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


class DamagedPictureError(Exception):
    """It is not what its first bytes say."""


class TooLargePictureError(Exception):
    """Drawing it takes more time or memory than a picture may ask for."""


def redrawn(data: bytes) -> Picture:
    """A JPEG, PNG, WebP or GIF drawn anew as JPEG, 2,000 pixels at most a side; of a moving picture the first one.

    Raises DamagedPictureError, TooLargePictureError.
    """
    command = [sys.executable, "-m", "qsm.lib.pictures"]
    options = {"cwd": ROOT, "env": {"PYTHONUTF8": "1"}, "timeout": LONGEST_SECONDS}
    try:
        child = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    except subprocess.TimeoutExpired as too_long:
        raise TooLargePictureError from too_long
    if child.returncode:
        raise DamagedPictureError if child.returncode == DAMAGED else TooLargePictureError
    return Picture(child.stdout[SIZES.size :], *SIZES.unpack_from(child.stdout))
