"""The inbox, which the shop and the buyer have alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from messaging import queries
from messaging.lifecycle import mark_read
from messaging.models import InboxItem
from messaging.notices import draw
from qsm.accounts.access import Actor, mine


def newest(request: HttpRequest, actor: Actor, template: str) -> HttpResponse:
    """The newest notices to the actor."""
    return render(request, template, {"letters": queries.letters(actor)})


def opened(request: HttpRequest, actor: Actor, item_id: int, template: str) -> HttpResponse:
    """One notice to the actor; opening it marks it as read. Raises Http404 for what is not there."""
    item = mine(InboxItem.objects.for_actor(actor).select_related("event"), pk=item_id)
    if request.method == "GET":
        mark_read(item=item, by=actor)
    return render(request, template, {"item": item, "notice": draw(item.event, item.to)})
