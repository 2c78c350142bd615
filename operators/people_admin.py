"""Django admin: people and their wallets."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from operators import stripe_admin  # noqa: F401 - registers its pages
from operators.read_only import ReadOnlyAdmin
from reelballers.models import Heartbeat, SignInLink, User
from reelballers.sessions import end_sessions

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("__str__", "id", "is_guest", "is_staff", "created_at", "wallet_link")
    list_filter = ("is_guest", "is_staff", "is_active")
    search_fields = ("id__startswith", "email")
    search_help_text = (
        "The beginning of a user id, or part of an email. The box above finds by anything else."
    )
    ordering = ("-created_at",)
    readonly_fields = ("id", "created_at", "wallet_created_at", "wallet_link")
    fieldsets: ClassVar = (
        (None, {"fields": ("id", "email", "password", "is_guest", "wallet_link")}),
        ("Rights", {"fields": ("is_active", *RIGHTS)}),
        ("Dates", {"fields": ("created_at", "wallet_created_at")}),
    )
    add_form = UserCreationForm
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return given if request.user.is_superuser else (*given, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of their own kind and of owners, themselves included, staff only look at the pages."""
        is_above = obj is not None and (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not is_above)

    def user_change_password(self, request: HttpRequest, *arguments: Any, **more: Any) -> HttpResponse:
        """Another's password. One's own is changed at its own page, which asks for the old one."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, *arguments, **more)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:  # on each save: a first one may have been cut short
            transaction.on_commit(partial(end_sessions, obj.pk), using="default")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # `manage.py user_db erase` erases a user: file, media and sessions together

    @admin.display(description="Wallet")
    def wallet_link(self, user: User) -> str:
        if user.wallet_created_at is None:
            return "–"
        return format_html('<a href="{}">Open wallet</a>', reverse("admin:wallet_page", args=[user.pk]))


class GroupAdmin(DjangoGroupAdmin):
    """A group is rights: whoever could change their own would have them all."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = fields = ("name", "beaten_at")


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin):
    list_display = fields = ("user", "issued_by", "reason", "created_at", "expires_at", "used_at")
