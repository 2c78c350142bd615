"""A charge as the API answers it."""

from typing import Any

from sandbox.clock import now_seconds
from sandbox.ids import new_id

StripeDict = dict[str, Any]


# Named in the answer as the API does, and empty at birth.
_EMPTY_AT_BIRTH = (
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "failure_balance_transaction",
    "failure_code",
    "failure_message",
    "on_behalf_of",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source",
    "source_transfer",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)


def new_charge(intent: StripeDict, method: StripeDict, status: str) -> StripeDict:
    kind = method["type"]
    paid = status == "succeeded"
    return {
        **dict.fromkeys(_EMPTY_AT_BIRTH),
        "id": new_id("py" if kind != "card" else "ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status != "failed" else 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "REEL BALLERS",
        "captured": status != "failed",
        "created": now_seconds(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": OUTCOMES[status],
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {kind: _method_details(method, intent), "type": kind},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": status,
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
