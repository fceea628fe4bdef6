"""Operators write announcements here, in each of our languages (R-P7)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from messaging.announcements.models import Announcement
from qsm.accounts.admin import OperatorsAdmin
from qsm.lib import clock


@admin.register(Announcement)
class AnnouncementAdmin(OperatorsAdmin):
    list_display = ("published_at", "title")
    date_hierarchy = "published_at"
    search_fields = ("title_ja", "title_ko", "title_zh", "title_en")
    fieldsets = (
        (None, {"fields": ("published_at",)}),
        (_("Japanese"), {"fields": ("title_ja", "text_ja")}),
        (_("Korean"), {"fields": ("title_ko", "text_ko")}),
        (_("Chinese"), {"fields": ("title_zh", "text_zh")}),
        (_("English"), {"fields": ("title_en", "text_en")}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one appears at once, unless dated otherwise."""
        return {"published_at": clock.now(), **super().get_changeform_initial_data(request)}
