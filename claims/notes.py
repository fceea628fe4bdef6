"""From ticked claims to a note to their buyers (R-B1)."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims.models import Claim
from orders.work import FIELD, ticked
from qsm.accounts.access import Actor, seller_action


@require_safe
@seller_action
def note(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form of a note about the orders of the ticked claims."""
    orders = QueryDict(mutable=True)
    claims = Claim.objects.for_actor(actor).filter(pk__in=ticked(request.GET)).order_by("pk")
    orders.setlist(FIELD, [str(order_id) for order_id in claims.values_list("order_id", flat=True)])
    return redirect(f"{reverse('messaging:note')}?{orders.urlencode()}")
