"""Operators keep people, shops and roles here."""

from typing import Any, ClassVar

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from qsm.accounts.models import Member, Seller, User


class OperatorsAdmin(admin.ModelAdmin):
    """The base of every page for operators: whether a row exists is told only to those who may see such rows."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django asks for the permission only after it has found the row."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)


class MemberInline(admin.TabularInline):
    model = Member
    extra = 0
    autocomplete_fields: ClassVar = ["user"]


@admin.register(Seller)
class SellerAdmin(OperatorsAdmin):
    list_display = ("name", "slug", "country", "language", "is_active")
    search_fields = ("name", "slug")
    inlines = (MemberInline,)


@admin.register(User)
class PersonAdmin(OperatorsAdmin, UserAdmin):
    ordering = ("email",)
    list_display = ("email", "name", "language", "is_active", "is_staff")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("name", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only superusers give rights: who may edit people could else take any."""
        return () if request.user.is_superuser else ("is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor does anybody else touch operators: a new password would be a way into their account."""
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_touch(request, obj)


def may_touch(request: HttpRequest, user: User | None) -> bool:
    """Whether an operator may change this account: operators' only superusers may."""
    return request.user.is_superuser or user is None or not user.is_staff


admin.site.unregister((EmailAddress, Authenticator, Group))


@admin.register(Group)
class RolesAdmin(OperatorsAdmin, GroupAdmin):
    """What operators may do, by group: superusers keep that (R-A2)."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission


@admin.register(Authenticator)
class SecondFactorAdmin(OperatorsAdmin):
    """For somebody who has lost the second factor: it can be taken away, and its secret is shown to nobody."""

    list_display = fields = ("user", "type", "created_at", "last_used_at")
    search_fields = ("user__email",)
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_touch(request, obj and obj.user)
