"""What an operator sees of payments: whose they are, what Stripe told us, what fits nothing."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from operators.read_only import ReadOnlyAdmin, told
from operators.unmatched_page import unmatched_page
from wallet.payments import events
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
    )
    fields = (*list_display, "payment_intent_id", "next_attempt_at", "sync_due_at", "sync_attempts")
    list_filter = ("outcome", "type")
    search_fields = ("event_id", "payment_intent_id")
    actions = ("apply_again",)

    @admin.action(description="Apply again (harmless if it was applied)")
    def apply_again(self, request: HttpRequest, queryset: QuerySet[InboxEvent]) -> None:
        for event in queryset:
            try:
                outcome = events.apply(event)
            except Exception as error:  # noqa: BLE001 - shown to the operator, kept in the row
                messages.error(request, f"{event.event_id}: {type(error).__name__}: {error}")
            else:
                messages.success(request, f"{event.event_id}: {outcome.label}")


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

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(unmatched_page)
        return [path("<str:session_id>/settle", page, name="unmatched_payment"), *super().get_urls()]

    @admin.display(description="")
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
    list_display = fields = ("name", "started_at", "finished_at", "last_error", "retry_at", "cursor")
