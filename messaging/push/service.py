"""One message to one device, by the push service of its browser (RFC 8030, 8291, 8292).

The endpoint comes from a browser, so anybody may have written it: only addresses of the push services in the settings are
asked, exactly as they are written, and never another one that an answer leads to.
"""

import re
from base64 import urlsafe_b64decode
from email.utils import parseaddr
from functools import cache

import http_ece
import urllib3
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.http import parse_http_date_safe
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from messaging.push.models import PushSubscription
from qsm.events.consumers import TryLater
from qsm.lib import clock

# What a device could not get for a week is read in the inbox.
KEPT_SECONDS = 7 * 24 * 3600
SIGNED_FOR_SECONDS = 12 * 3600
FORGOTTEN = frozenset({404, 410})
_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=5))


class Gone(Exception):
    """The push service does not know the subscription any more."""


def is_on() -> bool:
    """Whether this console has a key to push with."""
    return bool(settings.VAPID_PRIVATE_KEY)


def public_key() -> str:
    """What a browser is told, so that its push service takes messages from this console only; base64url."""
    return b64urlencode(_vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def origin(endpoint: str) -> str:
    """Scheme and host of an endpoint; "" unless it is a plain address of a push service in the settings.

    The whole text is compared, so that no two readers of it see different hosts; a port or a user name never fits.
    """
    found = re.fullmatch(rf"({_known(tuple(settings.PUSH_SERVICES))})/[!-~]*", endpoint)
    return found[1] if found else ""


def post(subscription: PushSubscription, message: bytes, topic: str) -> None:
    """Hand a message over for one device.

    topic: at most 32 characters of base64url; a message that is still waiting is replaced by the next one of its topic.
    Raises Gone, TryLater for any other answer than yes, and what the network says.
    """
    if not (to := origin(subscription.endpoint)):
        raise TryLater("not an address of a known push service")
    headers = {
        "Content-Encoding": "aes128gcm",
        "TTL": str(KEPT_SECONDS),
        "Topic": topic,
        **_signature(to),
    }
    body = _encrypted(message, subscription)
    answer = _http.request(
        "POST", subscription.endpoint, body=body, headers=headers, redirect=False, preload_content=False
    )
    try:
        _judge(answer)
    finally:
        answer.close()


def _judge(answer: urllib3.BaseHTTPResponse) -> None:
    if answer.status in FORGOTTEN:
        raise Gone
    if answer.status not in range(200, 300):
        said = answer.read(200).decode(errors="replace")
        raise TryLater(f"{answer.status} {answer.reason} {said}".strip(), _pause(answer.headers.get("Retry-After", "")))


def _pause(retry_after: str) -> float:
    """Seconds that an answer asks for, as a number or as a date; 0 when it says nothing sensible."""
    if retry_after.isdecimal():
        return float(retry_after)
    until = parse_http_date_safe(retry_after)
    return max(until - clock.real().timestamp(), 0) if until else 0


@cache
def _known(services: tuple[str, ...]) -> str:
    """A pattern of their origins; `https://*.` stands for any hosts below a name."""
    return "|".join(re.escape(service).replace(r"://\*\.", r"://(?:[a-z0-9-]+\.)+") for service in services)


@cache
def _vapid() -> Vapid02:
    vapid = Vapid02.from_raw(settings.VAPID_PRIVATE_KEY.encode())
    # Its own idea of an address knows no host without a dot.
    vapid.conf["no-strict"] = True
    return vapid


def _signature(audience: str) -> dict[str, str]:
    claims = {
        "aud": audience,
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
        "exp": int(clock.real().timestamp()) + SIGNED_FOR_SECONDS,
    }
    headers: dict[str, str] = _vapid().sign(claims)
    return headers


def _encrypted(message: bytes, subscription: PushSubscription) -> bytes:
    key, secret = (urlsafe_b64decode(f"{text}==") for text in (subscription.p256dh, subscription.auth))
    own = ec.generate_private_key(ec.SECP256R1())
    body: bytes = http_ece.encrypt(message, private_key=own, dh=key, auth_secret=secret, version="aes128gcm")
    return body
