"""Payment intents, payment methods, charges and balance transactions as the API answers them."""

from typing import Any

from reelballers.sandbox.cards import Card
from reelballers.sandbox.clock import now_seconds
from reelballers.sandbox.ids import new_id, random_text
from reelballers.sandbox.shapes.common import AN_ADDRESS, metadata_of

StripeDict = dict[str, Any]


def new_intent(params: StripeDict) -> StripeDict:
    intent_id = new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": params.get("automatic_payment_methods"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{random_text(24)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": now_seconds(),
        "currency": params["currency"],
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata_of(params),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": params.get("payment_method"),
        "payment_method_configuration_details": None,
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def new_payment_method(kind: str, billing: StripeDict, card: Card | None) -> StripeDict:
    details = card_details(card) if card else {"bank_name": "STRIPE TEST BANK", "last4": "6789"}
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing,
        kind: details,
        "created": now_seconds(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        "_card": card and card.number,
    }


def card_details(card: Card) -> StripeDict:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"Sandbox{card.last4}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def billing_details(email: str | None = None, name: str | None = None) -> StripeDict:
    return {"address": AN_ADDRESS, "email": email, "name": name, "phone": None, "tax_id": None}


def new_charge(intent: StripeDict, method: StripeDict, status: str) -> StripeDict:
    kind = method["type"]
    paid = status == "succeeded"
    return {
        "id": new_id("py" if kind != "card" else "ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status != "failed" else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "REEL BALLERS",
        "captured": status != "failed",
        "created": now_seconds(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": OUTCOMES[status],
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {kind: _method_details(method, intent), "type": kind},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": status,
        "transfer_data": None,
        "transfer_group": None,
        "_card": method["_card"],
    }


CARD_FACTS = (
    "brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet"
)  # fmt: skip


def _method_details(method: StripeDict, intent: StripeDict) -> StripeDict:
    details = method[method["type"]]
    if method["type"] != "card":
        return details
    kept = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "wallet",
    )
    return {name: details[name] for name in kept} | {
        "amount_authorized": intent["amount"],
        "network": details["brand"],
        "three_d_secure": None,
    }


_ACCEPTED = {
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_DECLINED = _ACCEPTED | {
    "network_status": "declined_by_network",
    "reason": "generic_decline",
    "seller_message": "The bank did not return any further details with this decline.",
    "type": "issuer_declined",
}
OUTCOMES = {"succeeded": _ACCEPTED, "pending": _ACCEPTED, "failed": _DECLINED}


def new_balance_transaction(
    source: StripeDict, kind: str, amount_cents: int, fee_cents: int = 0
) -> StripeDict:
    """Money in or out of the account; `kind` is Stripe's type: charge, refund, adjustment, …"""
    now = now_seconds()
    fees = [{"amount": fee_cents, "application": None, "currency": source["currency"],
             "description": "Stripe processing fees", "type": "stripe_fee"}]  # fmt: skip
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount_cents,
        "available_on": now + 2 * 24 * 3600,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee_cents,
        "fee_details": fees if fee_cents else [],
        "net": amount_cents - fee_cents,
        "reporting_category": {"adjustment": "dispute"}.get(kind, kind),
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
