"""The shop's inbox."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from messaging import letters
from qsm.accounts.access import Actor, seller_page


@require_safe
@seller_page
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices to the shop."""
    return letters.newest(request, actor, "messaging/inbox.html")


@require_safe
@seller_page
def notice(request: HttpRequest, actor: Actor, item_id: int) -> HttpResponse:
    """One notice to the shop."""
    return letters.opened(request, actor, item_id, "messaging/notice.html")
