"""Announcements as the members of shops read them (R-P7)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messaging.announcements import queries
from messaging.announcements.models import Announcement
from qsm.accounts.access import Actor, mine, person, seller_page


@dataclass(frozen=True, slots=True)
class Line:
    """An announcement in the list of one person."""

    item: Announcement
    unread: bool


@require_safe
@seller_page
def listing(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The announcements, newest first; those that this person has not opened are marked."""
    unread = queries.unread(person(request))
    lines = [Line(item, item.pk in unread) for item in queries.published()[: queries.SHOWN]]
    return render(request, "messaging/announcements.html", {"lines": lines})


@require_safe
@seller_page
def page(request: HttpRequest, _actor: Actor, announcement_id: int) -> HttpResponse:
    """One announcement; opening it takes this person's mark off."""
    item = mine(queries.published(), pk=announcement_id)
    if request.method == "GET":
        queries.mark_read(item, person(request))
    return render(request, "messaging/announcement.html", {"item": item})
