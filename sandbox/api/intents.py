"""/v1/payment_intents."""

from typing import Any

from sandbox import store
from sandbox.api import methods
from sandbox.api.paging import page
from sandbox.errors import invalid, refused
from sandbox.flows import disputes, payments
from sandbox.flows.planning import plan
from sandbox.shapes.common import merged_metadata
from sandbox.store import StripeDict

Params = dict[str, Any]
SETTLES_AFTER_MS = 3000


def create(params: Params) -> StripeDict:
    if params["amount"] < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    given = {name: value for name, value in params.items() if name != "payment_method"}
    intent = payments.create_intent(given)
    if not params.get("payment_method"):
        return intent
    method = methods.make_payment_method(params["payment_method"])
    store.save(intent | {"status": "requires_confirmation", "payment_method": method["id"]})
    return (
        confirm({"payment_method": method["id"]}, intent["id"])
        if params.get("confirm")
        else retrieve({}, intent["id"])
    )


def retrieve(_params: Params, intent_id: str) -> StripeDict:
    return store.load(intent_id, "payment_intent")


def list_all(params: Params) -> StripeDict:
    return page("payment_intent", "/v1/payment_intents", params, customer=params.get("customer"))


def update(params: Params, intent_id: str) -> StripeDict:
    intent = retrieve({}, intent_id)
    plain = {name: params[name] for name in ("description", "receipt_email") if name in params}
    return store.save(intent | plain | {"metadata": merged_metadata(intent["metadata"], params)})


def confirm(params: Params, intent_id: str) -> StripeDict:
    intent = retrieve({}, intent_id)
    if params.get("payment_method_data"):
        method = methods.create(params["payment_method_data"])
    else:
        name = params.get("payment_method") or intent["payment_method"]
        if name is None:
            raise refused("You cannot confirm this PaymentIntent because it's missing a payment method.")
        method = methods.make_payment_method(name)
    intent = payments.confirm(intent, method)
    settle_later(intent, method)
    if intent["status"] == "succeeded":
        disputes.follow_payment(intent)
    return retrieve({}, intent_id)


def settle_later(intent: StripeDict, method: StripeDict) -> None:
    """A bank debit that was confirmed by API settles by itself, as its test account number says."""
    if intent["status"] == "processing":
        plan("settle_payment", intent["id"], SETTLES_AFTER_MS, succeeded=not method.get("_fails", False))


def cancel(params: Params, intent_id: str) -> StripeDict:
    return payments.cancel(retrieve({}, intent_id), params.get("cancellation_reason"))
