"""What an operator sees of payments: whose they are, what Stripe told us, what fits nothing."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from operators import columns
from operators.filters import one_of
from operators.read_only import ReadOnlyAdmin, told
from wallet.shared.models import InboxEvent, OpenRefund, PaymentIndex, ReconcileProgress, UnmatchedPayment
from wallet.stripe.event_types import OUR_EVENTS

OUTCOME_TONES = {
    "pending": "warn",
    "applied": "good",
    "unmatched": "bad",
    "parked": "warn",
    "ask_stripe": "warn",
}


@admin.register(PaymentIndex)
class PaymentIndexAdmin(ReadOnlyAdmin):
    list_display = (
        columns.money("amount_cents", "Amount"),
        columns.when("created_at", "Started (UTC)"),
        columns.wallet(),
        columns.identity("payment_intent_id", "Payment"),
        columns.identity("session_id", "Session"),
        "livemode",
    )
    fields = (*list_display, "session_id", "payment_intent_id", "charge_id", "topup_id", "erased_at")
    list_filter = ("livemode", ("payment_intent_id", admin.EmptyFieldListFilter))
    search_fields = (
        "session_id__exact",
        "payment_intent_id__exact",
        "charge_id__exact",
        "user_id__startswith",
    )
    ordering = ("-created_at", "session_id")


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    list_display = (
        columns.chip("outcome", "Outcome", OUTCOME_TONES),
        "type",
        columns.when("received_at", "Received (UTC)"),
        columns.identity("object_id", "About"),
        "attempts",
        told("last_error"),
        "again",
        columns.identity("event_id", "Event"),
    )
    fields = (
        *list_display,
        "payment_intent_id",
        "object_id",
        "next_attempt_at",
        "sync_due_at",
        "sync_attempts",
    )
    list_filter = ("outcome", one_of("type", OUR_EVENTS))
    search_fields = ("event_id__exact", "payment_intent_id__exact", "object_id__exact")
    ordering = ("-received_at", "event_id")

    @admin.display(description="Repair")
    def again(self, event: InboxEvent) -> str:
        url = reverse("admin:draft_without_wallet") + f"?kind=event_reapply&of={event.pk}"
        return format_html('<a href="{}">Apply again…</a>', url)


@admin.register(UnmatchedPayment)
class UnmatchedPaymentAdmin(ReadOnlyAdmin):
    list_display = (
        columns.chip("state", "State", {"open": "bad", "crediting": "warn", "refunding": "warn"}),
        columns.money("amount_cents", "Paid"),
        "currency",
        columns.when("created_at", "Kept (UTC)"),
        told("why"),
        "settle",
        columns.identity("session_id", "Session"),
    )
    fields = (
        *list_display,
        "session_id",
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
        columns.when("created_at", "Asked (UTC)"),
        columns.wallet(),
        "attempts",
        columns.when("next_attempt_at", "Next (UTC)"),
        told("last_error"),
        columns.identity("form_id", "Act"),
    )
    search_fields = ("form_id__exact", "user_id__startswith")
    ordering = ("created_at",)


@admin.register(ReconcileProgress)
class ReconcileProgressAdmin(ReadOnlyAdmin):
    list_display = fields = ("name", "started_at", "finished_at", told("last_error"), "retry_at", "cursor")
