"""Operators read inboxes and conversations here, answer inquiries and write to shops (R-B8)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from messaging import lifecycle
from messaging.announcements.admin import AnnouncementAdmin
from messaging.attachments.admin import AttachmentAdmin, operators_files
from messaging.forms import LetterForm, MoreForm, TextForm
from messaging.models import BuyerInquiry, InboxItem, Letter, Message, ShopInquiry, Thread
from messaging.queries import with_files
from messaging.states import WITH_BUYER, Kind, category_label
from qsm.accounts.admin import OperatorsAdmin
from qsm.events.acting import ActingAdmin, Deed, EnteringAdmin
from qsm.events.admin import ReadOnlyAdmin

__all__ = ["AnnouncementAdmin", "AttachmentAdmin"]


@admin.register(InboxItem)
class InboxItemAdmin(ReadOnlyAdmin):
    list_display = ("event", "to", "arrived_at", "read_at")
    list_filter = ("to",)
    list_select_related = ("event",)


class MessageInline(admin.TabularInline):
    """What was said, in order, with its files."""

    model = Message
    fields = readonly_fields = ("sent_at", "party", "user", "text", "files")
    ordering = ("pk",)
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return with_files(super().get_queryset(request))

    @admin.display(description=_("Files"))
    def files(self, row: Message) -> str:
        return operators_files(row.attachments.all())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Conversations(OperatorsAdmin):
    """How any list of conversations looks; `kinds` are those that it holds."""

    kinds: tuple[Kind, ...] = tuple(Kind)
    list_display = ("began_at", "who", "about", "title", "state", "asked_at")
    list_filter = ("state",)
    list_select_related = ("seller", "buyer")
    search_fields = ("=order__number", "title")
    fields = ("kind", "seller", "buyer", "order", "about", "title", "state", "began_at", "asked_at")
    inlines = (MessageInline,)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        rows: QuerySet[Thread] = super().get_queryset(request)
        return rows.filter(kind__in=self.kinds)

    @admin.display(description=_("shop or buyer"))
    def who(self, row: Thread) -> str:
        return str(row.seller or row.buyer)

    @admin.display(description=_("category"), ordering="category")
    def about(self, row: Thread) -> str:
        return category_label(row.kind, row.category)


@admin.register(Thread)
class ThreadAdmin(Conversations, ReadOnlyAdmin):
    """Conversations of shops with buyers, to read."""

    kinds = WITH_BUYER


ANSWERS = {
    "answer": Deed(
        lifecycle.answer,
        _("Whoever asked reads the answer in the inbox and by mail. It cannot be taken back."),
        gettext_noop("The message has been sent."),
        TextForm,
    ),
    "take_up": Deed(
        lifecycle.take_up,
        _("The inquiry is shown as in progress, so that nobody else begins with it."),
        gettext_noop("The message is marked as in progress."),
    ),
    "close": Deed(
        lifecycle.close,
        _("The inquiry no longer waits. Nobody is told anything."),
        gettext_noop("The message is marked as needing no answer."),
    ),
}


@admin.register(ShopInquiry)
class ShopInquiryAdmin(Conversations, ActingAdmin):
    kinds = (Kind.INQUIRY,)
    machine, subject, deeds = lifecycle.INQUIRY, "thread", ANSWERS


@admin.register(BuyerInquiry)
class BuyerInquiryAdmin(Conversations, ActingAdmin):
    kinds = (Kind.HELP,)
    machine, subject, deeds = lifecycle.HELP, "thread", ANSWERS


@admin.register(Letter)
class LetterAdmin(Conversations, EnteringAdmin):
    kinds = (Kind.LETTER,)
    machine, subject = lifecycle.LETTER, "thread"
    deeds = {
        "ask": Deed(
            lifecycle.ask,
            _("The shop reads the message in the inbox and by mail. It cannot be taken back."),
            gettext_noop("The message has been sent."),
            MoreForm,
        )
    }
    # Write to a shop (R-B6).
    entry_title = _("Write to a shop")
    entry = Deed(
        lifecycle.write_to_seller,
        _("The shop reads the message in the inbox and by mail. It cannot be taken back."),
        gettext_noop("The message has been sent."),
        LetterForm,
    )
