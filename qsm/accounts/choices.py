"""What people choose in the header: the language that they read, and the shop that they work under."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from qsm.accounts.access import SHOP_IN_SESSION, memberships
from qsm.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch to the posted `language` and go back to `next`; an unknown language changes nothing.

    Just opened it offers the choice: error pages lead here, for they are the same for everybody, byte for byte (R-A1).
    """
    if request.method != "POST":
        return render(request, "language.html")
    response = HttpResponseRedirect(way_back(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        _remember(request.user, language)
    return response


@require_POST
def choose_shop(request: HttpRequest) -> HttpResponse:
    """Work under another of the person's own shops; a shop that is not one of them changes nothing."""
    slug = request.POST.get("shop", "")
    if member := next((member for member in memberships(request) if member.seller.slug == slug), None):
        request.session[SHOP_IN_SESSION] = member.seller_id
    return HttpResponseRedirect("/")


def way_back(request: HttpRequest) -> str:
    """The posted `next` where it is a path of ours, else the start."""
    to = request.POST.get("next", "/")
    return to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/"


def _remember(user: User | AnonymousUser, language: str) -> None:
    if user.is_authenticated:
        User.objects.filter(pk=user.pk).update(language=language)
