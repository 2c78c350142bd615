"""What an operator sees of payments: whose they are, what Stripe told us, what fits nothing."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from operators.read_only import ReadOnlyAdmin, told
from wallet.shared.models import InboxEvent, OpenRefund, PaymentIndex, ReconcileProgress, UnmatchedPayment


def wallet_link(user_id: str) -> str:
    if not user_id:
        return "–"
    return format_html('<a href="{}">{}…</a>', reverse("admin:wallet_page", args=[user_id]), user_id[:8])


@admin.register(PaymentIndex)
class PaymentIndexAdmin(ReadOnlyAdmin):
    list_display = ("session_id", "payment_intent_id", "amount_cents", "livemode", "created_at", "wallet")
    fields = (*list_display, "charge_id", "topup_id", "erased_at")
    search_fields = ("session_id", "payment_intent_id", "charge_id", "user_id")

    @admin.display(description="Wallet")
    def wallet(self, payment: PaymentIndex) -> str:
        return wallet_link(payment.user_id)


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    list_display = (
        "type",
        "event_id",
        "outcome",
        "attempts",
        "received_at",
        "applied_at",
        told("last_error"),
        "again",
    )
    fields = (
        *list_display,
        "payment_intent_id",
        "object_id",
        "next_attempt_at",
        "sync_due_at",
        "sync_attempts",
    )
    list_filter = ("outcome", "type")
    search_fields = ("event_id", "payment_intent_id", "object_id")

    @admin.display(description="Repair")
    def again(self, event: InboxEvent) -> str:
        url = reverse("admin:draft_without_wallet") + f"?kind=event_reapply&of={event.pk}"
        return format_html('<a href="{}">Apply again…</a>', url)


@admin.register(UnmatchedPayment)
class UnmatchedPaymentAdmin(ReadOnlyAdmin):
    list_display = ("session_id", "amount_cents", "currency", told("why"), "state", "created_at", "settle")
    fields = (
        *list_display,
        "payment_intent_id",
        "claimed_user_id",
        "decided_by",
        "decided_for_user_id",
        "decided_at",
        "reason",
        told("last_error"),
    )
    list_filter = ("state",)
    search_fields = ("session_id", "payment_intent_id", "claimed_user_id")

    @admin.display(description="Settle")
    def settle(self, payment: UnmatchedPayment) -> str:
        return format_html('<a href="{}">Settle…</a>', reverse("admin:unmatched_payment", args=[payment.pk]))


@admin.register(OpenRefund)
class OpenRefundAdmin(ReadOnlyAdmin):
    list_display = fields = (
        "form_id",
        "created_at",
        "attempts",
        "next_attempt_at",
        told("last_error"),
        "wallet",
    )
    search_fields = ("form_id", "user_id")

    @admin.display(description="Wallet")
    def wallet(self, refund: OpenRefund) -> str:
        return wallet_link(refund.user_id)


@admin.register(ReconcileProgress)
class ReconcileProgressAdmin(ReadOnlyAdmin):
    list_display = fields = ("name", "started_at", "finished_at", told("last_error"), "retry_at", "cursor")
