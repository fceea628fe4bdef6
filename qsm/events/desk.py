"""What waits for operators, shown at the top of the admin: `WAITING` in the `desk.py` of a room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qsm.accounts.models import User
from qsm.events.models import Delivery, DeliveryState
from qsm.events.rooms import said_by_rooms
from qsm.lib.machine import Text


@dataclass(frozen=True, slots=True)
class Waiting:
    """`count()` things wait; `page`, a URL name of the admin, and `query` lead to them; `permission` is needed to see it."""

    label: Text
    count: Callable[[], int]
    page: str
    query: str
    permission: str


WAITING = (
    Waiting(
        _("Parked deliveries"),
        lambda: Delivery.objects.filter(state=DeliveryState.PARKED).count(),
        "admin:events_delivery_changelist",
        f"state__exact={DeliveryState.PARKED}",
        "events.view_delivery",
    ),
)


def waiting_for(user: User) -> list[dict[str, Any]]:
    """What this operator may look after, each number a link."""
    return [
        {"label": item.label, "count": item.count(), "url": f"{reverse(item.page)}?{item.query}", "tone": "late"}
        for items in said_by_rooms("desk", "WAITING")
        for item in items
        if user.has_perm(item.permission)
    ]
