"""The buyer's inbox, Qpost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messaging import queries
from messaging.lifecycle import mark_read
from messaging.models import InboxItem
from messaging.notices import draw
from qsm.accounts.access import Actor, buyer_page, mine


@require_safe
@buyer_page
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices to the buyer."""
    return render(request, "my/inbox.html", {"letters": queries.letters(actor)})


@require_safe
@buyer_page
def notice(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """One notice to the buyer; opening it marks it as read."""
    item = mine(InboxItem.objects.for_actor(actor).select_related("event"), pk=item_id)
    if request.method == "GET":
        mark_read(item=item, by=actor)
    return render(request, "my/notice.html", {"item": item, "notice": draw(item.event, item.to)})
