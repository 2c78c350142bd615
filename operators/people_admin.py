"""Django admin: people and their wallets."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from operators import stripe_admin  # noqa: F401 - registers its pages
from operators.find import find_users
from operators.read_only import ReadOnlyAdmin
from operators.wallet_page import wallet_page
from reelballers.models import Heartbeat, SignInLink, User


class UserCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("__str__", "id", "is_guest", "is_staff", "created_at", "wallet_link")
    list_filter = ("is_guest", "is_staff", "is_active")
    search_fields = ("id",)
    search_help_text = "A user id, an email, a Stripe id (cs_, pi_, ch_, re_, dp_, evt_) or a job id"
    ordering = ("-created_at",)
    readonly_fields = ("id", "created_at", "wallet_created_at", "wallet_link")
    fieldsets: ClassVar = (
        (None, {"fields": ("id", "email", "password", "is_guest", "wallet_link")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("created_at", "wallet_created_at")}),
    )
    add_form = UserCreationForm
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset & find_users(search_term), False

    def get_urls(self) -> list[URLPattern]:
        page = path("<str:user_id>/wallet", self.admin_site.admin_view(wallet_page), name="wallet_page")
        return [page, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # `manage.py user_db erase` erases a user: file, media and sessions together

    @admin.display(description="Wallet")
    def wallet_link(self, user: User) -> str:
        if user.wallet_created_at is None:
            return "–"
        return format_html('<a href="{}">Open wallet</a>', reverse("admin:wallet_page", args=[user.pk]))


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = fields = ("name", "beaten_at")


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin):
    list_display = fields = ("user", "issued_by", "reason", "created_at", "expires_at", "used_at")
