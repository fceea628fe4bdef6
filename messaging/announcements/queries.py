"""Read side of announcements: the list, and how many a person has not read, for the header of every page (R-P7)."""

from django.db.models import QuerySet

from messaging.announcements.models import Announcement
from qsm.accounts.models import User
from qsm.lib import clock

SHOWN = 100
# Older ones than these don't call from the header: who joins a shop need not read its past.
MARKED_DAYS = 90


def published() -> QuerySet[Announcement]:
    """Those whose moment has come, newest first."""
    return Announcement.objects.filter(published_at__lte=clock.now()).order_by("-published_at", "-pk")


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
    return set(published().filter(published_at__gte=since).values_list("pk", flat=True)[:SHOWN])
