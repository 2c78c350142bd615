"""A Checkout Session as the API answers it."""

from typing import Any

from sandbox.clock import now_seconds
from sandbox.ids import new_id
from sandbox.shapes.common import metadata_of

# Named in the answer as the API does, and empty at birth.
_EMPTY_AT_BIRTH = (
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer_account",
    "invoice",
    "invoice_creation",
    "origin_context",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
    "wallet_options",
)
_AS_ASKED = (
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_email",
    "locale",
    "submit_type",
    "success_url",
)


def new_session(params: dict[str, Any], *, amount_cents: int, currency: str, base_url: str) -> dict[str, Any]:
    session_id = new_id("cs_test")
    now = now_seconds()
    return {
        **dict.fromkeys(_EMPTY_AT_BIRTH),
        **{name: params.get(name) for name in _AS_ASKED},
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing", {"enabled": False}),
        "amount_subtotal": amount_cents,
        "amount_total": amount_cents,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"), None
        ),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": _customer_details(params.get("customer_email")),
        "discounts": [],
        "expires_at": params.get("expires_at", now + 24 * 3600),
        "livemode": False,
        "metadata": metadata_of(params),
        "mode": params["mode"],
        "payment_intent": None,  # made when the buyer confirms
        "payment_method_collection": "if_required",
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": f"{base_url}/c/pay/{session_id}",
        "_payment_intent_data": params.get("payment_intent_data", {}),
    }


def _customer_details(email: str | None) -> dict[str, Any] | None:
    return None if email is None else customer_details(email, None)


def customer_details(email: str | None, name: str | None) -> dict[str, Any]:
    """Who paid, as far as the page asked."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def new_line_item(session_id: str, price: dict[str, Any], description: str, quantity: int) -> dict[str, Any]:
    total = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": description,
        "metadata": {},
        "price": price,
        "quantity": quantity,
        "_session": session_id,
    }
