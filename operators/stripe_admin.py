"""What dj-stripe keeps of our payments, to be looked at.

None of dj-stripe's own admin classes is used. They show every property of a model, and each model has a property
`default_api_key`; and their forms call Stripe from inside a request.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from djstripe import models

from operators.read_only import ReadOnlyAdmin, told
from reelballers.redaction import redacted

LIST_COLUMNS = 5

# Stripe's names, in its own documents.
SHOWN: dict[type[Model], tuple[str, ...]] = {
    models.Account: ("country", "default_currency", "business_type", "charges_enabled", "payouts_enabled"),
    models.BalanceTransaction: ("amount", "fee", "net", "currency", "type", "status", "source"),
    models.Charge: (
        "amount",
        "amount_refunded",
        "currency",
        "status",
        "payment_intent",
        "paid",
        "captured",
        "refunded",
        "disputed",
        "balance_transaction",
        "failure_code",
        "failure_message",
    ),
    models.Dispute: ("amount", "currency", "status", "reason", "payment_intent", "charge"),
    models.Event: ("type", "api_version"),
    models.PaymentIntent: ("amount", "amount_received", "currency", "status", "latest_charge"),
    models.Refund: ("amount", "currency", "status", "reason", "payment_intent", "charge", "failure_reason"),
    models.Session: (
        "amount_total",
        "amount_subtotal",
        "currency",
        "payment_status",
        "payment_intent",
        "status",
        "mode",
    ),
}


class StripesObjectAdmin(ReadOnlyAdmin):
    list_filter = ("livemode",)
    search_fields = ("id",)
    ordering = ("-created", "-pk")
    show_full_result_count = False


@admin.register(models.WebhookEventTrigger)
class WebhookEventTriggerAdmin(ReadOnlyAdmin):
    """Neither headers nor body: the one holds a signature, the other whatever was sent."""

    list_display = ("id", "created", "event_id", "remote_ip", "valid", "processed", told("exception"))
    fields = (*list_display, told("traceback"), "djstripe_version")
    list_filter = ("valid", "processed")
    search_fields = ("event__id",)
    ordering = ("-pk",)


def _of_stripe(name: str) -> Any:
    """What Stripe last said of it: a plain value, or the id of an object. Nothing that is made up here."""

    @admin.display(description=name.replace("_", " "))
    def shown(row: Model) -> str:
        value = row.stripe_data.get(name)  # type: ignore[attr-defined]
        if isinstance(value, dict):
            value = value.get("id")
        return "–" if value is None or isinstance(value, list | dict) else redacted(str(value))

    shown.__name__ = name
    return shown


for model, names in SHOWN.items():
    columns = tuple(_of_stripe(name) for name in names)
    facts = {
        "list_display": ("id", *columns[:LIST_COLUMNS], "created"),
        "fields": ("id", *columns, "created", "livemode", "djstripe_updated"),
    }
    # dj-stripe's own look a status up in a list: one that Stripe has added since was a traceback.
    model.__str__ = lambda row: row.id  # type: ignore[method-assign, attr-defined]
    admin.site.register(model, type(f"{model.__name__}Admin", (StripesObjectAdmin,), facts))
