"""A person's devices: the page, what it does, and what a browser needs for it (R-C7)."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from messaging.push import service
from messaging.push.devices import DeviceForm, own
from messaging.push.devices import add as add_device
from messaging.push.models import PushSubscription
from qsm.accounts.access import SYSTEM, Actor, buyer_page, leads_to
from qsm.lib.grid import is_number

# As long as browsers keep a cookie at most: which device this is outlives each log-in, of which it has many.
KNOWN_FOR = timedelta(days=400)
COOKIE = "__Host-device" if settings.OVER_TLS else "device"


@require_safe
@buyer_page
def devices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where the person is notified, and the button for the device at hand."""
    return _page(request, actor, DeviceForm())


@leads_to("messaging:devices")
@require_http_methods(["POST"])
@buyer_page
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Notify the person on the device at hand."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, form)
    device = add_device(actor, **form.cleaned_data)
    messages.success(request, _("You are notified on this device from now on."))
    response = redirect("messaging:devices")
    response.set_signed_cookie(
        COOKIE,
        str(device.pk),
        max_age=KNOWN_FOR,
        secure=settings.OVER_TLS,
        httponly=True,
        samesite="Lax",
    )
    return response


@leads_to("messaging:devices")
@require_http_methods(["POST"])
@buyer_page
def remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Notify the person no longer on one of the own devices; one that is not there is removed already."""
    number = request.POST.get("device", "")
    if is_number(number):
        own(actor).filter(pk=number).delete()
    messages.success(request, _("You are no longer notified on that device."))
    return redirect("messaging:devices")


@require_safe
def worker(request: HttpRequest) -> FileResponse:
    """The script that a browser runs when a notice comes; for the whole site, though it lies below /devices/."""
    found = finders.find("push-worker.js")
    return FileResponse(open(str(found), "rb"), content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


def with_its_device(log_out: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A log-out after which the next person at this browser reads nothing of the one before.

    The device is forgotten here, and the browser is told to end its own side, with what still waits at the push service.
    """

    @wraps(log_out)
    def leave(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user_id = request.user.pk
        response = log_out(request, *args, **kwargs)
        if user_id and not request.user.is_authenticated:
            PushSubscription.objects.for_actor(SYSTEM).filter(pk=_device_here(request)).delete()
            response.delete_cookie(COOKIE, samesite="Lax")
            response["Clear-Site-Data"] = '"storage"'
        return response

    return leave


def _device_here(request: HttpRequest) -> int:
    """The device in front of which the person sits, whoever registered it; 0: none that is known."""
    return int(request.get_signed_cookie(COOKIE, None) or 0)


def _page(request: HttpRequest, actor: Actor, form: DeviceForm) -> HttpResponse:
    context = {
        "form": form,
        "devices": own(actor),
        "here": _device_here(request),
        "public_key": service.public_key() if service.is_on() else "",
    }
    return render(request, "push/devices.html", context, status=422 if form.errors else 200)
