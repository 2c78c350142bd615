"""Payment methods as the API answers them."""

from typing import Any

from sandbox.cards import Card
from sandbox.clock import now_seconds
from sandbox.ids import new_id
from sandbox.shapes.common import AN_ADDRESS

StripeDict = dict[str, Any]


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
