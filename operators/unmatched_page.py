"""The page on which an operator settles a payment that fits nothing: credit a wallet, or give it back at Stripe."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from reelballers.redaction import redacted
from wallet.errors import AlreadyDecided, NotCreditable, NotRefundable
from wallet.payments import decisions
from wallet.shared.models import UnmatchedPayment

State = UnmatchedPayment.State


class DecisionForm(forms.Form):
    choice = forms.ChoiceField(
        choices=[("credit", "Credit it to a wallet"), ("refund", "Refund all of it at Stripe")],
        widget=forms.RadioSelect,
    )
    user_id = forms.CharField(
        max_length=32,
        required=False,
        label="Wallet (user id)",
        help_text="For a credit: whose wallet gets it.",
        widget=forms.TextInput(attrs={"size": 40}),
    )
    reason = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"size": 40}))


def unmatched_page(request: HttpRequest, session_id: str) -> HttpResponse:
    if not request.user.has_perm("reelballers.operate_wallets"):
        raise PermissionDenied
    payment = get_object_or_404(UnmatchedPayment, pk=session_id)
    form = DecisionForm(request.POST or None, initial={"user_id": payment.claimed_user_id})
    if request.method == "POST" and form.is_valid() and _decide(request, payment, form):
        return redirect(reverse("admin:wallet_shared_unmatchedpayment_changelist"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Settle a payment",
        "opts": UnmatchedPayment._meta,
        "payment": payment,
        "why": redacted(payment.why),
        "last_error": redacted(payment.last_error),
        "form": form,
    }
    return TemplateResponse(request, "admin/unmatched_payment.html", context)


def _decide(request: HttpRequest, payment: UnmatchedPayment, form: DecisionForm) -> bool:
    facts = form.cleaned_data
    decision = {"session_id": payment.pk, "actor": str(request.user), "reason": facts["reason"]}
    try:
        if facts["choice"] == "credit":
            decisions.credit(user_id=facts["user_id"].strip(), **decision)
            said = f"{payment.amount_cents} credits given to {facts['user_id']}."
        else:
            said = _refund_words(decisions.give_back(**decision))
    except NotCreditable as error:
        form.add_error("user_id", f"This cannot be credited: {error.why}.")
        return False
    except NotRefundable as error:
        form.add_error("choice", f"This cannot be refunded: {error.why}.")
        return False
    except AlreadyDecided as error:
        form.add_error(None, f"This payment is {error.state} already, by {error.decided_by}.")
        return False
    LogEntry.objects.create(
        user_id=str(request.user.pk),
        content_type=ContentType.objects.get_for_model(UnmatchedPayment),
        object_id=payment.pk,
        object_repr=str(payment)[:200],
        action_flag=CHANGE,
        change_message=f"{said} Reason: {facts['reason']}",
    )
    messages.info(request, said)
    return True


def _refund_words(payment: UnmatchedPayment) -> str:
    if payment.state == State.REFUNDED:
        return "Refunded at Stripe."
    if payment.state == State.OPEN:
        return f"Stripe refused the refund: {redacted(payment.last_error)}"
    return "Stripe has not answered; the worker goes on asking."
