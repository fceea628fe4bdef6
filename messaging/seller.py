"""The shop's inbox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messaging import queries
from messaging.lifecycle import mark_read
from messaging.models import InboxItem
from messaging.notices import draw
from qsm.accounts.access import Actor, mine, seller_page


@require_safe
@seller_page
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices to the shop."""
    return render(request, "messaging/inbox.html", {"letters": queries.letters(actor)})


@require_safe
@seller_page
def notice(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """One notice to the shop; opening it marks it as read."""
    item = mine(InboxItem.objects.for_actor(actor).select_related("event"), pk=item_id)
    if request.method == "GET":
        mark_read(item=item, by=actor)
    return render(request, "messaging/notice.html", {"item": item, "notice": draw(item.event, item.to)})
