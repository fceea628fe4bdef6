"""Operators read inboxes here."""

from django.contrib import admin

from messaging.announcements.admin import AnnouncementAdmin
from messaging.models import InboxItem
from qsm.events.admin import ReadOnlyAdmin

__all__ = ["AnnouncementAdmin", "InboxItemAdmin"]


@admin.register(InboxItem)
class InboxItemAdmin(ReadOnlyAdmin):
    list_display = ("event", "to", "arrived_at", "read_at")
    list_filter = ("to",)
    list_select_related = ("event",)
