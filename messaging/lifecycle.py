"""What happens to an inbox item: it is read."""

from messaging.models import InboxItem
from qsm.accounts.access import Actor, Party
from qsm.lib import clock


def mark_read(*, item: InboxItem, by: Actor) -> None:
    """The first working member or the buyer who opens it has read it; a viewer changes nothing (R-A2)."""
    if by.party is Party.VIEWER:
        return
    InboxItem.unscoped.filter(pk=item.pk, read_at__isnull=True).update(read_at=clock.now(), read_by_id=by.user_id)
