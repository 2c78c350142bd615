"""What was paid, how, and where Stripe's own receipt is: asked of Stripe when somebody wants to see it."""

from typing import Any, TypedDict

from wallet.models import Topup
from wallet.stripe import api as stripe_api

_KINDS = {"us_bank_account": "Bank account", "sepa_debit": "SEPA debit", "card": "Card"}


class Receipt(TypedDict):
    amount_paid_cents: int
    currency: str
    paid_at: Any
    method: str
    receipt_url: str | None


def receipt_of(topup: Topup) -> Receipt:
    """Of a paid top-up. Raises StripeUnavailable, StripeRefused."""
    assert topup.paid_cents is not None
    charge = charge_of(topup.payment_intent_id) if topup.payment_intent_id else {}
    return {
        "amount_paid_cents": topup.paid_cents,
        "currency": topup.currency,
        "paid_at": topup.paid_at,
        "method": method_of(charge),
        "receipt_url": charge.get("receipt_url"),
    }


def charge_of(payment_intent_id: str) -> dict[str, Any]:
    intent = stripe_api.retrieve_payment_intent(payment_intent_id, "latest_charge")
    charge = intent.get("latest_charge")
    return charge if isinstance(charge, dict) else {}


def method_of(charge: dict[str, Any]) -> str:
    """`Visa ···· 4242`; empty where Stripe does not say."""
    details = charge.get("payment_method_details") or {}
    kind = details.get("type") or ""
    facts = details.get(kind) or {}
    name = str(facts.get("brand") or _KINDS.get(kind) or kind.replace("_", " ")).capitalize()
    return f"{name} ···· {facts['last4']}" if facts.get("last4") else name
