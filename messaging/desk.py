"""Inquiries that wait for operators (R-B8)."""

from django.utils.translation import gettext_lazy as _

from messaging.models import Thread
from messaging.states import Kind, State
from qsm.accounts.access import SYSTEM
from qsm.events.desk import Waiting


def unanswered(kind: Kind) -> int:
    """How many inquiries of this kind nobody has answered."""
    return Thread.objects.for_actor(SYSTEM).filter(kind=kind, state=State.UNANSWERED).count()


WAITING = (
    Waiting(
        _("Unanswered inquiries of shops"),
        lambda: unanswered(Kind.INQUIRY),
        "admin:messaging_shopinquiry_changelist",
        f"state__exact={State.UNANSWERED}",
        "messaging.view_shopinquiry",
    ),
    Waiting(
        _("Unanswered inquiries of buyers"),
        lambda: unanswered(Kind.HELP),
        "admin:messaging_buyerinquiry_changelist",
        f"state__exact={State.UNANSWERED}",
        "messaging.view_buyerinquiry",
    ),
)
