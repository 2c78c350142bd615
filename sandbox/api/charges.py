"""/v1/charges and /v1/balance_transactions."""

from typing import Any

from sandbox import store
from sandbox.api import intents
from sandbox.api.paging import page
from sandbox.errors import invalid
from sandbox.shapes.common import merged_metadata
from sandbox.store import StripeDict

Params = dict[str, Any]


def create(params: Params) -> StripeDict:
    """The old way to pay (`source=tok_visa`): done with a payment intent, like everything else."""
    for name in ("amount", "currency", "source"):
        if name not in params:
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    kept = {name: params[name] for name in ("currency", "description", "metadata") if name in params}
    made = intents.create(
        kept | {"amount": int(params["amount"]), "payment_method": params["source"], "confirm": True}
    )
    return retrieve({}, made["latest_charge"])


def retrieve(_params: Params, charge_id: str) -> StripeDict:
    return store.load(charge_id, "charge")


def list_all(params: Params) -> StripeDict:
    filters = {name: params.get(name) for name in ("payment_intent", "customer")}
    return page("charge", "/v1/charges", params, **filters)


def update(params: Params, charge_id: str) -> StripeDict:
    charge = retrieve({}, charge_id)
    return store.save(charge | {"metadata": merged_metadata(charge["metadata"], params)})


def retrieve_balance(_params: Params, transaction_id: str) -> StripeDict:
    return store.load(transaction_id, "balance_transaction")


def list_balance(params: Params) -> StripeDict:
    filters = {name: params.get(name) for name in ("source", "type", "currency")}
    return page("balance_transaction", "/v1/balance_transactions", params, **filters)
