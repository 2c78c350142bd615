"""What an operator sees of payments: whose they are, what Stripe told us, what fits nothing."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from reelballers.admin import ReadOnlyAdmin
from wallet import stripe_inbox
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment


def wallet_link(user_id: str) -> str:
    if not user_id:
        return "–"
    return format_html('<a href="{}">{}…</a>', reverse("admin:wallet_page", args=[user_id]), user_id[:8])


@admin.register(PaymentIndex)
class PaymentIndexAdmin(ReadOnlyAdmin):
    list_display = ("session_id", "payment_intent_id", "amount_cents", "livemode", "created_at", "wallet")
    search_fields = ("session_id", "payment_intent_id", "charge_id", "user_id")

    @admin.display(description="Wallet")
    def wallet(self, payment: PaymentIndex) -> str:
        return wallet_link(payment.user_id)


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    list_display = ("type", "event_id", "outcome", "attempts", "received_at", "applied_at", "last_error")
    list_filter = ("outcome", "type")
    search_fields = ("event_id", "payment_intent_id")
    actions = ("apply_again",)

    @admin.action(description="Apply again (harmless if it was applied)")
    def apply_again(self, request: HttpRequest, queryset: QuerySet[InboxEvent]) -> None:
        for event in queryset:
            try:
                outcome = stripe_inbox.apply(event)
            except Exception as error:  # noqa: BLE001 - shown to the operator, kept in the row
                messages.error(request, f"{event.event_id}: {type(error).__name__}: {error}")
            else:
                messages.success(request, f"{event.event_id}: {outcome.label}")


@admin.register(UnmatchedPayment)
class UnmatchedPaymentAdmin(ReadOnlyAdmin):
    list_display = ("session_id", "amount_cents", "currency", "why", "state", "created_at")
    list_filter = ("state",)
    search_fields = ("session_id", "payment_intent_id", "claimed_user_id")
