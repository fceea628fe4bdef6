"""Steps of the path that several tests take: a member rejects a cancel, the workers tell the buyer."""

from django.urls import reverse

from claims.models import Claim
from qsm.events.models import Delivery, DeliveryState, Event
from tests.factories import MemberFactory
from tests.servers import wait_for
from tests.service.people import PATIENCE, Person


def rejected(url: str, claim: Claim, *, reason: str = "ready_to_ship", text: str = "") -> Event:
    """A member of the shop rejects the claim in the console and reads that it is done; the event of it."""
    member = Person(url, MemberFactory(seller=claim.seller).user)
    action = reverse("claims:reject", args=[claim.pk])
    form = member.filled(reverse("claims:page", args=[claim.pk]), action, reason=reason, text=text, confirmed="1")
    assert "The cancel has been rejected." in member.follow(member.post(action, form)).prose
    return Event.unscoped.get(claim_id=claim.pk, name="cancel.rejected")


def all_done() -> None:
    """Wait until nothing is left for the workers."""
    wait_for(lambda: not Delivery.objects.exclude(state=DeliveryState.DONE).exists(), PATIENCE)
