"""Shapes of the wallet API. All amounts are integer US cents."""

from django.conf import settings
from rest_framework import serializers

from reelballers.api.fields import MAX_CENTS, StrictCharField, StrictIntegerField
from wallet.models import LedgerEntry, Reason


class WalletShape(serializers.Serializer):
    balance_cents = serializers.IntegerField(help_text="Sum of the ledger; negative is a debt.")
    currency = serializers.CharField(default="usd")
    debt_cents = serializers.IntegerField()
    is_frozen = serializers.BooleanField()


class LedgerLine(serializers.ModelSerializer):
    reason = serializers.ChoiceField(choices=Reason.choices)

    class Meta:
        model = LedgerEntry
        fields = ("id", "change_cents", "balance_after_cents", "reason", "job_id", "note", "created_at")
        read_only_fields = fields


class TopupRequest(serializers.Serializer):
    amount_cents = StrictIntegerField(
        min_value=settings.TOPUP_MIN_CENTS,
        max_value=settings.TOPUP_MAX_CENTS,
        help_text="1 credit = 1 US cent.",
    )


class TopupStarted(serializers.Serializer):
    checkout_url = serializers.URLField()
    session_id = serializers.CharField()


class TopupStatus(serializers.Serializer):
    status = serializers.ChoiceField(choices=["pending", "paid", "failed", "expired"])
    credits = serializers.IntegerField()
    balance_cents = serializers.IntegerField()


class PaymentReceipt(serializers.Serializer):
    amount_paid_cents = serializers.IntegerField()
    currency = serializers.CharField()
    paid_at = serializers.DateTimeField()
    method = serializers.CharField(help_text="For example Visa ···· 4242; empty where Stripe does not say.")
    receipt_url = serializers.URLField(allow_null=True, help_text="Stripe's own receipt.")


class DebitRequest(serializers.Serializer):
    job_id = StrictCharField(max_length=200)
    cost_cents = StrictIntegerField(min_value=1, max_value=MAX_CENTS)


class DebitDone(serializers.Serializer):
    success = serializers.BooleanField()
    new_balance_cents = serializers.IntegerField()
