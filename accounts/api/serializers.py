"""Shapes of the account API."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from rest_framework import serializers

from accounts.addresses import cleaned
from reelballers.api.fields import StrictCharField
from reelballers.views import MeShape


class AddressField(StrictCharField):
    def to_internal_value(self, data: Any) -> str:
        try:
            return cleaned(super().to_internal_value(data))
        except Invalid as error:
            raise serializers.ValidationError(error.messages) from error


class CodeRequest(serializers.Serializer):
    email = AddressField(help_text="ASCII; kept in lower case.")


class CodeSent(serializers.Serializer):
    code_id = serializers.CharField()
    expires_in_seconds = serializers.IntegerField()
    resend_after_seconds = serializers.IntegerField()


class CodeConfirm(serializers.Serializer):
    code_id = StrictCharField(max_length=64)
    code = StrictCharField(max_length=20, help_text="Six digits.")

    def validate_code(self, code: str) -> str:
        return code.replace(" ", "")


class RecoverRequest(CodeConfirm):
    last4 = serializers.RegexField(r"^[0-9]{4}$", help_text="The last four digits of the card that paid.")


class LeftWalletShape(serializers.Serializer):
    balance_cents = serializers.IntegerField()
    clips = serializers.IntegerField()
    open_jobs = serializers.IntegerField()


class EnteredShape(serializers.Serializer):
    user = MeShape()
    how = serializers.ChoiceField(choices=["claimed", "signed_in", "created"])
    left_wallet = LeftWalletShape(allow_null=True)


class AccountShape(serializers.Serializer):
    email = serializers.EmailField(allow_null=True)
    payer_email = serializers.CharField(allow_null=True, help_text="As given at Checkout, unverified.")
    left_wallet = LeftWalletShape(allow_null=True)


class MergePreview(serializers.Serializer):
    left_wallet = LeftWalletShape(allow_null=True)
    balance_cents = serializers.IntegerField(help_text="Of the account, before it.")
    is_declined = serializers.BooleanField()


class MergeDone(serializers.Serializer):
    balance_cents = serializers.IntegerField()


class SessionShape(serializers.Serializer):
    id = serializers.CharField()
    device = serializers.CharField()
    began_at = serializers.DateTimeField(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True, help_text="To a day.")
    is_this = serializers.BooleanField()


class SessionsEnded(serializers.Serializer):
    ended = serializers.IntegerField()
