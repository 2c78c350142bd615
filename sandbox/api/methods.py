"""/v1/payment_methods, and the names of test cards that stand for one."""

from typing import Any

from sandbox import store
from sandbox.cards import card_by_number, card_by_token
from sandbox.errors import invalid, no_such
from sandbox.shapes.common import AN_ADDRESS
from sandbox.shapes.method import billing_details, new_payment_method
from sandbox.store import StripeDict

Params = dict[str, Any]
BANK_DEBITS = {"us_bank_account", "sepa_debit", "bacs_debit", "acss_debit", "au_becs_debit"}
FAILING_IBANS = {"IT60X0542811101000000123456", "AT861904300235473202", "DE62370400440532013001"}


def create(params: Params) -> StripeDict:
    kind = params.get("type", "card")
    given = params.get("billing_details") or {}
    billing = billing_details() | given | {"address": AN_ADDRESS | (given.get("address") or {})}
    if kind == "card":
        data = params.get("card") or {}
        card = card_by_token(data["token"]) if data.get("token") else card_by_number(data.get("number", ""))
        if card is None:
            raise no_such("token", data["token"])
        return store.save(new_payment_method("card", billing, card))
    if kind not in BANK_DEBITS:
        raise invalid(f"The sandbox does not know payment methods of type {kind}.", "type")
    method = new_payment_method(kind, billing, None)
    method["_fails"] = (params.get(kind) or {}).get("iban") in FAILING_IBANS
    return store.save(method)


def make_payment_method(name: str) -> StripeDict:
    """A stored payment method by its id, or a new one for a name like `pm_card_visa` or `tok_visa`."""
    card = card_by_token(name)
    if card is not None:
        return store.save(new_payment_method("card", billing_details(), card))
    return store.load(name, "payment_method")


def retrieve(_params: Params, method_id: str) -> StripeDict:
    return store.load(method_id, "payment_method")


def attach(params: Params, method_id: str) -> StripeDict:
    return store.save(make_payment_method(method_id) | {"customer": params["customer"]})
