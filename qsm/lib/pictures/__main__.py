"""The child process of `redrawn`: a picture comes in on standard input, its size and the new one go out."""

import os
import sys

from PIL import Image

from qsm.lib.limits import limit_process
from qsm.lib.pictures import DAMAGED, SIZES
from qsm.lib.pictures.drawing import TOO_LARGE, drawn

CPU_SECONDS = 2
MEMORY = 88 * 2**20


def main() -> None:
    """Draw within limits, and behind whoever else wants the processor."""
    os.nice(10)
    data = sys.stdin.buffer.read()
    Image.init()  # the memory for its code is not the picture's
    limit_process(cpu_seconds=CPU_SECONDS, memory=MEMORY)
    try:
        jpeg, size = drawn(data)
    except TOO_LARGE:
        sys.exit(DAMAGED + 1)
    except Exception:  # whatever a decoder trips over
        sys.exit(DAMAGED)
    sys.stdout.buffer.write(SIZES.pack(*size) + jpeg)


main()
