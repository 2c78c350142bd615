"""The admin as operators use it: find a wallet first, then what needs a hand, then everything else."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import path

from operators.attention import needs_attention

APP_ORDER = ("reelballers", "wallet_shared", "exports_shared", "djstripe", "auth")


class OperatorsSite(AdminSite):
    site_header = site_title = "Reel Ballers Wallet"
    index_title = "Operations"
    index_template = "admin/operations.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """dj-stripe registers a page for each of its models, with every property on it: our secret key is one."""
        if not getattr(admin_class, "__module__", "").startswith("djstripe."):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        from operators.dashboard import dashboard

        return [path("dashboard", self.admin_view(dashboard), name="dashboard"), *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: (*APP_ORDER, app["app_label"]).index(app["app_label"]))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().index(request, {**(extra_context or {}), "attention": needs_attention()})
