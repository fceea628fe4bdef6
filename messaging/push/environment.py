"""What the environment says about push, checked when the console starts."""

import re
from base64 import urlsafe_b64decode

from django.core.exceptions import ImproperlyConfigured

# Those of Chrome, Firefox, Safari and Edge.
USUAL_SERVICES = "https://fcm.googleapis.com https://*.push.services.mozilla.com https://*.push.apple.com https://*.notify.windows.com"


def private_key(text: str) -> str:
    """A private key on the curve P-256, or "" for none. Raises ImproperlyConfigured when it is malformed."""
    if text and not (re.fullmatch(r"[\w-]{43}", text, re.ASCII) and any(urlsafe_b64decode(f"{text}="))):
        raise ImproperlyConfigured("VAPID_PRIVATE_KEY must be 32 bytes in base64url, 43 characters.")
    return text


def services(text: str, *, schemes: str) -> list[str]:
    """The origins of push services; `://*.` stands for all hosts below a name.

    schemes: which ones may be, with | between them: a made-up service of a training copy has no certificate.
    Raises ImproperlyConfigured for what is no origin.
    """
    names = (text or USUAL_SERVICES).split()
    for name in names:
        if not re.fullmatch(rf"({schemes})://(\*\.)?[a-z0-9.-]+(:\d+)?", name, re.ASCII):
            raise ImproperlyConfigured(f"PUSH_SERVICES must be origins such as https://push.example.com, not {name!r}.")
    return names
