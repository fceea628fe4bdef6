"""What a child process that handles strangers' files may ask of the machine; Linux only."""

import resource
import time
from pathlib import Path


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
