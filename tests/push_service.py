"""A push service that runs here, and browsers that subscribe to it and read what it was given (RFC 8030, 8291)."""

import json
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_bytes, token_urlsafe
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from messaging.push.models import PushSubscription
from qsm.accounts.models import User
from qsm.lib import clock
from tests.processes import LOOPBACK, PATIENCE, Server, free_port, wait_for


@dataclass(frozen=True)
class Pushed:
    """What the service was given for one browser."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService(Server):
    """Takes messages with 201 and keeps them. `status`, `headers`: what it answers instead, to all or to some `refused` paths.

    Hanging, it reads and does not answer until `release()`.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.open = threading.Event()
        self.be_kind()

    def be_kind(self) -> None:
        """As new: nothing kept, everything taken."""
        self.kept: list[Pushed] = []
        self.asked: list[str] = []
        self.status, self.headers = 201, dict[str, str]()
        self.refused: set[str] | None = None
        self.open.set()

    def start(self) -> None:
        self.server = ThreadingHTTPServer((LOOPBACK, self.port), _handler(self))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self) -> None:
        self.open.set()
        self.server.shutdown()
        self.server.server_close()

    def refuse(self, status: int, *browsers: "Browser", **headers: str) -> None:
        """Answer otherwise: to these browsers' messages, or to all."""
        self.status, self.headers = status, headers
        self.refused = {browser.path for browser in browsers} or None

    def hang(self) -> None:
        self.open.clear()

    def answer_to(self, pushed: Pushed) -> tuple[int, dict[str, str]]:
        self.asked.append(pushed.path)
        self.open.wait(PATIENCE)
        if self.status != 201 and (self.refused is None or pushed.path in self.refused):
            return self.status, self.headers
        self.kept.append(pushed)
        return 201, {}

    def wait_for_asked(self, count: int) -> None:
        wait_for(lambda: len(self.asked) >= count, PATIENCE)


class Browser:
    """A browser on somebody's device, with keys of its own, subscribed to a service."""

    def __init__(self, url: str) -> None:
        self.path = f"/send/{token_urlsafe(20)}"
        self.endpoint = f"{url}{self.path}"
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), token_bytes(16)

    @property
    def form(self) -> dict[str, str]:
        """What it says of its subscription."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": _text(point), "auth": _text(self.secret)}

    def of(self, user: User) -> "Browser":
        """Registered by somebody."""
        PushSubscription.unscoped.create(user=user, made_at=clock.real(), **self.form)
        return self

    def read(self, service: PushService) -> list[dict[str, Any]]:
        """What it was given, decrypted with the keys that nobody else has."""
        mine = [pushed.body for pushed in service.kept if pushed.path == self.path]
        plain = {"private_key": self.key, "auth_secret": self.secret, "version": "aes128gcm"}
        return [json.loads(http_ece.decrypt(body, **plain)) for body in mine]


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")


def _handler(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = service.answer_to(Pushed(self.path, dict(self.headers), body))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    return Handler
