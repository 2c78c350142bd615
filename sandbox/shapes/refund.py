"""A refund as the API answers it."""

from typing import Any

from sandbox.clock import now_seconds
from sandbox.ids import new_id
from sandbox.shapes.common import metadata_of


def new_refund(
    charge: dict[str, Any], amount_cents: int, status: str, params: dict[str, Any]
) -> dict[str, Any]:
    refund = {
        "id": new_id("pyr" if charge["id"].startswith("py") else "re"),
        "object": "refund",
        "amount": amount_cents,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now_seconds(),
        "currency": charge["currency"],
        "destination_details": reference(None),
        "failure_balance_transaction": None,
        "failure_reason": None,
        "metadata": metadata_of(params),
        "next_action": None,
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    if params.get("instructions_email"):
        refund["instructions_email"] = params["instructions_email"]
    return refund


def reference(refund_id: str | None) -> dict[str, Any]:
    """The bank's number for a card refund, known a moment after it was made."""
    known = refund_id is not None
    card: dict[str, Any] = {"reference_status": "available" if known else "pending", "type": "refund"}
    card["reference_type"] = "acquirer_reference_number"
    if refund_id is not None:
        card["reference"] = f"7{abs(hash(refund_id)) % 10**22:022d}"
    return {"card": card, "type": "card"}
