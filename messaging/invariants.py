"""What must always hold of messages: each check finds the rows for which it does not. `manage.py invariants`."""

from django.db.models import F, Q, QuerySet

from messaging.models import Attachment
from qsm.accounts.access import SYSTEM


def files_of_other_conversations() -> QuerySet[Attachment]:
    """Files whose readers are not those of the message that they came with (R-A1)."""
    files = Attachment.objects.for_actor(SYSTEM).filter(message__isnull=False)
    return files.exclude(_as_in_thread("seller") & _as_in_thread("buyer") & _as_in_thread("order"))


def _as_in_thread(name: str) -> Q:
    there = f"message__thread__{name}"
    return Q(**{name: F(there)}) | Q(**{f"{name}__isnull": True, f"{there}__isnull": True})


INVARIANTS = (files_of_other_conversations,)
