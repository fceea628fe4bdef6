"""Operators read the files that shops brought in, what was said of their lines, and invitations."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orders.file_texts import text_of
from orders.models import BuyerInvitation, FileImport, FileRow
from qsm.events.admin import ReadOnlyAdmin


@admin.register(FileImport)
class FileImportAdmin(ReadOnlyAdmin):
    list_display = ("name", "seller", "kind", "stage", "good", "counts", "made_at", "ended_at", "user")
    list_filter = ("kind", "stage")
    list_select_related = ("seller", "user")
    exclude = ("file",)


@admin.register(FileRow)
class FileRowAdmin(ReadOnlyAdmin):
    list_display = ("file_import", "line", "column", "number", "outcome", "said", "code")
    list_filter = ("outcome", "code")
    list_select_related = ("file_import",)
    search_fields = ("=file_import__id", "=number")
    exclude = ("piece", "params")

    @admin.display(description=_("What to know"))
    def said(self, line: FileRow) -> str:
        """The message, in the operator's language."""
        return text_of(line)


@admin.register(BuyerInvitation)
class BuyerInvitationAdmin(ReadOnlyAdmin):
    list_display = ("buyer", "made_at", "good_until", "ended_at", "tries")
    list_select_related = ("buyer",)
