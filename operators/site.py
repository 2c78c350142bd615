"""The admin as operators use it: find a wallet first, then what needs a hand, then everything else."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import path

from operators.attention import needs_attention

APP_ORDER = ("reelballers", "wallet_shared", "exports_shared", "djstripe", "auth")

# What dj-stripe records of our payments. Its other hundred models stay out of the way.
BROWSABLE_STRIPE_MODELS = {
    "Account",
    "BalanceTransaction",
    "Charge",
    "Dispute",
    "Event",
    "PaymentIntent",
    "Refund",
    "Session",
    "WebhookEventTrigger",
}


class ReadOnly:
    """Rows that only code writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OperatorsSite(AdminSite):
    site_header = site_title = "Reel Ballers Wallet"
    index_title = "Operations"
    index_template = "admin/operations.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """dj-stripe's models are browsed, never edited: its forms would call Stripe from inside a request."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        for model in models:
            wanted = _read_only_if_stripes(model, admin_class or ModelAdmin)
            if wanted is not None:
                super().register(model, wanted, **options)

    def get_urls(self) -> list[Any]:
        from operators.dashboard import dashboard

        return [path("dashboard", self.admin_view(dashboard), name="dashboard"), *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: (*APP_ORDER, app["app_label"]).index(app["app_label"]))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().index(request, {**(extra_context or {}), "attention": needs_attention()})


def _read_only_if_stripes(model: type[Model], admin_class: type) -> type | None:
    if model._meta.app_label != "djstripe":
        return admin_class
    if model.__name__ not in BROWSABLE_STRIPE_MODELS:
        return None
    # Some of dj-stripe's own search fields are fields no longer: looking for a session by its id was a traceback.
    by_id = {"actions": (), "search_fields": ("id",)}
    return type(f"ReadOnly{admin_class.__name__}", (ReadOnly, admin_class), by_id)
