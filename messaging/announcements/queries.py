"""Read side of announcements: the list, and how many a person has not read, for the header of every page (R-P7)."""

from datetime import datetime

from django.db.models import DateTimeField, QuerySet

from messaging.announcements.models import Announcement
from qsm.accounts.models import User
from qsm.lib import clock
from qsm.lib.written import written

SHOWN = 100
# Older ones than these don't call from the header: who joins a shop need not read its past.
MARKED_DAYS = 90


def published() -> QuerySet[Announcement]:
    """Those whose moment has come, newest first."""
    return _newest_first().filter(published_at__lte=clock.now())


def unread(user: User) -> set[int]:
    """The ids of the announcements of the last 90 days that the person has not opened; one query."""
    return _recent() - set(user.announcements_read)


def mark_read(announcement: Announcement, user: User) -> None:
    """The person has opened it. Only what can still be marked is remembered, so that the list stays short."""
    if announcement.pk in unread(user):
        read = sorted(_recent() & {*user.announcements_read, announcement.pk})
        User.objects.filter(pk=user.pk).update(announcements_read=read)
        user.announcements_read = read


def _recent() -> set[int]:
    since = clock.start_of(clock.after(clock.today(), 1 - MARKED_DAYS))
    return {pk for (pk,) in _published_between(since=since, until=clock.now())}


@written(since=DateTimeField(), until=DateTimeField())
def _published_between(*, since: datetime, until: datetime) -> QuerySet[Announcement, tuple[int]]:
    rows = _newest_first().filter(published_at__gte=since, published_at__lte=until)
    return rows.values_list("pk")[:SHOWN]


def _newest_first() -> QuerySet[Announcement]:
    return Announcement.objects.order_by("-published_at", "-pk")
