"""Servers as child processes that never outlive the one who started them. Standard library only."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from dev import ROOT, Problem

LOOPBACK = "127.0.0.1"
STOPPED_WITHIN = 10.0  # seconds between asking and killing
PATIENCE = 120.0  # seconds that somebody waits for what must come; a slow machine may take its time
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
Answer = TypeVar("Answer")


def wait_for(what: Callable[[], Answer], seconds: float = PATIENCE, every: float = 0.05) -> Answer:
    """The first true answer. Raises TimeoutError with the last one."""
    deadline = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {answer!r} after {seconds} s")
        time.sleep(every)
    return answer


class Server:
    """Something that a `with` block starts and stops."""

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Process:
    """A server that leads a process group of its own and writes to a log.

    `stop_signal` is what asks it to end; `user` is whom it runs as (only root can choose).
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: dict[str, str],
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> None:
        self.name, self.command, self.env, self.log = name, list(command), env, log
        self.stop_signal, self.user = stop_signal, user
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                extra_groups=[] if self.user else None,
                preexec_fn=lambda: end_with_parent(self.stop_signal),
            )

    @property
    def exit_code(self) -> int | None:
        return self.child.poll() if self.child else None

    @property
    def alive(self) -> bool:
        return self.child is not None and self.exit_code is None

    def ask_to_stop(self) -> None:
        if self.child and self.alive:
            self.child.send_signal(self.stop_signal)

    def stop(self, seconds: float = STOPPED_WITHIN) -> None:
        """Ask, wait so many seconds, then kill."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self.child:
                self.child.wait(max(seconds, 0.1))
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group, also to what a dead leader has left behind."""
        self.send(signal.SIGKILL)
        if self.child:
            self.child.wait()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, until `thaw()`."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the whole group."""
        with contextlib.suppress(ProcessLookupError):
            if self.child:
                os.killpg(self.child.pid, number)

    def check_alive(self) -> None:
        """Raises Problem with the end of the log when it has ended."""
        if not self.alive:
            raise Problem(f"{self.name} ended (exit {self.exit_code}). The end of {self.log}:\n{tail(self.log)}")


def end_with_parent(number: signal.Signals) -> None:
    """In the child: have Linux send this signal when the parent dies, even by SIGKILL."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, int(number))


def stop_all(processes: Sequence[Process]) -> None:
    """End all of them: ask all at once, kill what is left. The first one is asked last: others talk to it."""
    *rest, first = reversed(processes)
    for process in rest:
        process.ask_to_stop()
    deadline = time.monotonic() + STOPPED_WITHIN
    for process in [*rest, first]:
        process.stop(deadline - time.monotonic())


def free_port() -> int:
    """Below the range that the kernel takes for outgoing connections, so that none of them gets it first."""
    return next(port for port in random.sample(range(15000, 32000), 500) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""
