"""The devices of a person. They are the person's own, of no shop and no order, so they have no history and no door."""

from base64 import urlsafe_b64decode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.push import service
from messaging.push.models import PushSubscription
from qsm.accounts.access import SYSTEM, Actor
from qsm.lib import clock

# Every notice goes to each of them: nobody keeps the workers busy with thousands.
MOST_DEVICES = 10
SECRET_BYTES = 16


class DeviceForm(forms.Form):
    """What a browser says of its subscription; static/push.js fills it in."""

    endpoint = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=87, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=22, widget=forms.HiddenInput)

    def clean_endpoint(self) -> str:
        """Anybody may have written it: an address of a known push service, or none."""
        endpoint = str(self.cleaned_data["endpoint"])
        if not service.origin(endpoint):
            raise forms.ValidationError(_("The push service of this browser is not known here."), "unknown_service")
        return endpoint

    def clean_p256dh(self) -> str:
        """A point on the curve P-256."""
        return _checked(self.cleaned_data["p256dh"], _check_point)

    def clean_auth(self) -> str:
        """16 bytes."""
        return _checked(self.cleaned_data["auth"], _check_secret)


def add(actor: Actor, *, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Notify the actor at a browser from now on, and nobody else there; beyond ten devices the oldest are forgotten.

    endpoint: of a known push service; p256dh, auth: the browser's keys in base64url.
    """
    rows = PushSubscription.objects.for_actor(SYSTEM)
    rows.filter(endpoint=endpoint).exclude(user=actor.user_id or 0).delete()
    facts = {"user_id": actor.user_id, "p256dh": p256dh, "auth": auth, "failed_at": None, "failure": ""}
    device, _made = rows.update_or_create(
        endpoint=endpoint, defaults=facts, create_defaults={**facts, "made_at": clock.real()}
    )
    newest = own(actor).values_list("pk", flat=True)[:MOST_DEVICES]
    own(actor).exclude(pk__in=list(newest)).delete()
    return device


def own(actor: Actor) -> QuerySet[PushSubscription]:
    """The actor's devices, newest first."""
    return PushSubscription.objects.for_actor(actor).order_by("-made_at", "-pk")


def _checked(text: str, check: Callable[[bytes], object]) -> str:
    try:
        check(urlsafe_b64decode(f"{text}=="))
    except ValueError as wrong:
        raise forms.ValidationError(_("This browser gave a key that cannot be used."), "bad_key") from wrong
    return text


def _check_point(key: bytes) -> object:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)


def _check_secret(secret: bytes) -> None:
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{len(secret)} bytes")
