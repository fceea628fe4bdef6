"""A keep-alive HTTP client as lean as Python allows, so that little of what is measured is its own."""

import socket
from contextlib import suppress
from typing import Self

from dev import Problem
from tests.processes import LOOPBACK


class Client:
    """One connection of one person to a server on loopback; opened again when the server has closed it."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port = port
        self.headers = "Host: 127.0.0.1\r\nAccept-Language: ja\r\n"
        if session:
            self.headers += f"Cookie: sessionid={session}\r\n"
        self.connection: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.connection:
            self.connection.close()

    def request(self, path: str, *, htmx: bool = False) -> bytes:
        """A request as it is sent."""
        extra = "HX-Request: true\r\n" if htmx else ""
        return f"GET {path} HTTP/1.1\r\n{self.headers}{extra}\r\n".encode()

    def ready(self) -> None:
        """Have an open connection: an idle one is closed by the server after a few seconds."""
        if self.connection:
            self.connection.setblocking(False)
            with suppress(BlockingIOError):
                self.connection.recv(1)  # either nothing yet, which is as it should be, or the end
                self.connection.close()
                self.connection = None
        if not self.connection:
            self.connection = socket.create_connection((LOOPBACK, self.port))
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.settimeout(60)

    def exchange(self, request: bytes) -> bytes:
        """Send a request on the open connection and read its answer to the end. Raises Problem unless it is 200."""
        assert self.connection is not None
        self.connection.sendall(request)
        answer = bytearray()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.received()
        head = bytes(answer[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise Problem(f"{request.splitlines()[0].decode()}: {head.splitlines()[0].decode()}")
        length = int(head.partition(b"content-length:")[2].split()[0])
        while len(answer) < end + 4 + length:
            answer += self.received()
        return bytes(answer[end + 4 :])

    def received(self) -> bytes:
        """The next bytes. Raises Problem when there are no more."""
        assert self.connection is not None
        if not (piece := self.connection.recv(1 << 16)):
            raise Problem("The server has closed the connection in the middle of an answer.")
        return piece
