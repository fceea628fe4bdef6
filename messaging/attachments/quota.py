"""How much one person may put aside in a day and send with nothing: forms that are only begun fill no disk (R-B1)."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Sum

from messaging.attachments.models import Attachment
from qsm.accounts.access import SYSTEM
from qsm.lib import clock

MOST_A_DAY = 20 * 2**20
A_DAY = int(timedelta(days=1).total_seconds())


def unfinished(user_id: int | None) -> int:
    """Bytes that a person has put aside today, without those that have been sent."""
    today = _today()
    own = Attachment.objects.for_actor(SYSTEM).filter(user_id=user_id or 0, stored__startswith=f"{today}/")
    contents = own.values("stored", "size").distinct()
    sent = contents.aggregate(bytes=Sum("size"))["bytes"] or 0
    return int(cache.get(_key(user_id, today), 0)) - sent


def count(user_id: int | None, size: int) -> None:
    """A person has put `size` bytes aside."""
    key = _key(user_id, _today())
    cache.add(key, 0, A_DAY)
    cache.incr(key, size)


def _today() -> str:
    return clock.day_of(clock.real()).isoformat()


def _key(user_id: int | None, day: str) -> str:
    return f"put_aside.{user_id}.{day}"
