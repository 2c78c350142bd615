"""The operators' forms. Each carries a random id of its own, so that sending it twice does it once."""

import secrets

from django import forms

MAX_CORRECTION_CENTS = 100_000


def _reason(who_reads: str) -> forms.CharField:
    return forms.CharField(max_length=200, help_text=who_reads, widget=forms.TextInput(attrs={"size": 40}))


class OperatorForm(forms.Form):
    form_id = forms.RegexField(
        r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16)
    )
    reason = _reason("Only operators read it, in their log.")


class MovementForm(OperatorForm):
    reason = _reason("The visitor reads it in their history.")


class BonusForm(MovementForm):
    amount_cents = forms.IntegerField(
        min_value=1, max_value=MAX_CORRECTION_CENTS, label="Credits", help_text="1 credit = 1 US cent."
    )


class RefundJobForm(MovementForm):
    job_id = forms.CharField(max_length=200, label="Job", widget=forms.TextInput(attrs={"size": 30}))
    amount_cents = forms.IntegerField(min_value=1, label="Credits to return")


class FreezeForm(OperatorForm):
    frozen = forms.BooleanField(required=False, widget=forms.HiddenInput)


class RefundPaymentForm(MovementForm):
    amount_cents = forms.IntegerField(
        min_value=1, label="Cents to refund", help_text="To the card it was paid with."
    )
