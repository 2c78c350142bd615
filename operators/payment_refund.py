"""The page on which an operator gives a payment back: what can go back, and what that leaves in the wallet."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from operators.forms import RefundPaymentForm
from reelballers.models import User
from reelballers.user_db import user_db
from wallet.models import Topup
from wallet.payments import refunds
from wallet.payments.reversals import INTENT, REFUSED

Act = Callable[[HttpRequest, User, str, Form], bool]


def payment_refund_page(request: HttpRequest, user: User, topup_id: str, act: Act) -> HttpResponse:
    """GET offers what is unspent; POST shows another amount's result, and with `step=refund` does it."""
    form = RefundPaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and request.POST.get("step") == "refund":
        form.cleaned_data["topup_id"] = topup_id
        if act(request, user, "refund_payment", form):
            return redirect(reverse("admin:wallet_page", args=[user.id]))
    facts = _facts(user.id, topup_id, form)
    if request.method != "POST":
        form = RefundPaymentForm(initial={"amount_cents": facts["amount_cents"] or ""})
    context = {**admin.site.each_context(request), **facts, "form": form, "account": user, "opts": User._meta}
    return TemplateResponse(request, "admin/payment_refund.html", context | {"title": "Refund a payment"})


def refund_payment(user_id: str, operator: str, facts: dict[str, Any]) -> str:
    """Raises PaymentNotRefundable, Conflict."""
    row = refunds.refund_payment(
        user_id=user_id,
        topup_id=facts["topup_id"],
        amount_cents=facts["amount_cents"],
        form_id=facts["form_id"],
        actor=operator,
        note=facts["reason"],
    )
    amount = f"Refund of {row.amount_cents} cents"
    if row.status == REFUSED:
        return f"{amount} refused by Stripe, the credits are back. {row.note}"
    if row.status == INTENT:
        return f"{amount}: Stripe has not answered; the credits are taken and the worker goes on asking."
    return f"{amount} is {row.status} at Stripe: {row.id}."


def _facts(user_id: str, topup_id: str, form: RefundPaymentForm) -> dict[str, Any]:
    with user_db(user_id):
        topup = Topup.objects.filter(pk=topup_id, status=Topup.Status.PAID).first()
        if topup is None:
            raise Http404
        found = refunds.refundable(topup)
        asked = form.cleaned_data.get("amount_cents") if form.is_bound and form.is_valid() else None
        amount_cents = min(asked or found.offered_cents, found.refundable_cents)
        after_cents = refunds.balance_after(topup, amount_cents)
        return {
            "topup": topup,
            "refundable": found,
            "amount_cents": amount_cents,
            "balance_after_cents": after_cents,
            "debt_after_cents": max(0, -after_cents),
        }
