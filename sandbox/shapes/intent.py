"""A payment intent as the API answers it."""

from typing import Any

from sandbox.clock import now_seconds
from sandbox.ids import new_id, random_text
from sandbox.shapes.common import metadata_of

StripeDict = dict[str, Any]


# Named in the answer as the API does, and empty at birth.
_EMPTY_AT_BIRTH = (
    "application",
    "application_fee_amount",
    "canceled_at",
    "cancellation_reason",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method_configuration_details",
    "processing",
    "review",
    "source",
    "transfer_data",
    "transfer_group",
)


def new_intent(params: StripeDict) -> StripeDict:
    intent_id = new_id("pi")
    return {
        **dict.fromkeys(_EMPTY_AT_BIRTH),
        "id": intent_id,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": params.get("automatic_payment_methods"),
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{random_text(24)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": now_seconds(),
        "currency": params["currency"],
        "customer": params.get("customer"),
        "description": params.get("description"),
        "livemode": False,
        "metadata": metadata_of(params),
        "payment_method": params.get("payment_method"),
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "receipt_email": params.get("receipt_email"),
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
