"""/v1/refunds."""

from typing import Any

from sandbox import store
from sandbox.api.paging import page
from sandbox.errors import invalid, refused
from sandbox.events import emit_update
from sandbox.flows import refunds
from sandbox.shapes.common import merged_metadata
from sandbox.store import StripeDict

Params = dict[str, Any]


def create(params: Params) -> StripeDict:
    return refunds.create(_charge_to_refund(params), params)


def _charge_to_refund(params: Params) -> StripeDict:
    if params.get("charge"):
        charge = store.load(params["charge"], "charge")
        if params.get("payment_intent") not in {None, charge["payment_intent"]}:
            raise invalid("The charge does not belong to the payment intent.", "payment_intent")
        return charge
    if not params.get("payment_intent"):
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    intent = store.load(params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise refused(message, "payment_intent_unexpected_state")
    return store.load(intent["latest_charge"], "charge")


def retrieve(_params: Params, refund_id: str) -> StripeDict:
    return store.load(refund_id, "refund")


def list_all(params: Params) -> StripeDict:
    filters = {name: params.get(name) for name in ("payment_intent", "charge")}
    return page("refund", "/v1/refunds", params, **filters)


def list_of_charge(params: Params, charge_id: str) -> StripeDict:
    store.load(charge_id, "charge")
    return page("refund", f"/v1/charges/{charge_id}/refunds", params, charge=charge_id)


def update(params: Params, refund_id: str) -> StripeDict:
    refund = retrieve({}, refund_id)
    metadata = merged_metadata(refund["metadata"], params)
    if metadata != refund["metadata"]:
        emit_update("refund.updated", refund, metadata=metadata)
    return refund


def cancel(_params: Params, refund_id: str) -> StripeDict:
    """Only a refund that waits for the customer can be canceled by API."""
    if retrieve({}, refund_id)["status"] != "requires_action":
        raise refused("You can only cancel refunds that have a status of requires_action.")
    return refunds.cancel(refund_id)
