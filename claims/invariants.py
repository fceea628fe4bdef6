"""What must always hold of claims: each check finds the rows for which it does not. `manage.py invariants`."""

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import Claim
from messaging.models import Attachment
from qsm.accounts.access import SYSTEM


def files_of_other_claims() -> QuerySet[Attachment]:
    """Files whose readers are not the shop and the buyer of the claim that they came with (R-A1)."""
    claim = Claim.objects.for_actor(SYSTEM).filter(
        pk=OuterRef("claim_id"),
        seller_id=OuterRef("seller_id"),
        order_id=OuterRef("order_id"),
        order__buyer_id=OuterRef("buyer_id"),
    )
    return Attachment.objects.for_actor(SYSTEM).filter(~Exists(claim), claim_id__isnull=False)


INVARIANTS = (files_of_other_claims,)
