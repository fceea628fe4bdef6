"""Operators open the files of claims and conversations here."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from messaging.attachments.models import Attachment
from messaging.attachments.pages import served
from qsm.accounts.access import operator_actor
from qsm.events.admin import ReadOnlyAdmin


def operators_files(attachments: Iterable[Attachment]) -> SafeString:
    """Files as links and small pictures on a page of admin."""
    context = {"attachments": attachments, "route": "admin:messaging_attachment_file"}
    return render_to_string("messaging/attachments.html", context)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """What was sent with claims and messages."""

    list_display = ("name", "size", "sent_at", "party", "order", "open")
    list_filter = ("format", "party")
    list_select_related = ("order",)
    search_fields = ("=order__number", "=claim_id")
    ordering = ("-pk",)
    exclude = ("stored",)
    readonly_fields = ("open",)

    def get_urls(self) -> list[URLPattern]:
        """The contents stand before Django's own addresses, which end in a catch-all."""
        view = self.admin_site.admin_view(self.contents)
        return [path("<int:pk>/file/", view, name="messaging_attachment_file"), *super().get_urls()]

    def contents(self, request: HttpRequest, pk: int) -> FileResponse:
        """Raises PermissionDenied and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return served(operator_actor(request), pk)

    @admin.display(description=_("File"))
    def open(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:messaging_attachment_file", args=[row.pk]), row.name)
