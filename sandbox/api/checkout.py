"""/v1/checkout/sessions, and the hosted page's own calls that the Stripe CLI uses."""

from typing import Any
from urllib.parse import urlsplit

from sandbox import store
from sandbox.api.catalogue import price_of
from sandbox.api.intents import settle_later
from sandbox.api.methods import make_payment_method
from sandbox.api.paging import cut, page
from sandbox.clock import now_seconds
from sandbox.config import config
from sandbox.errors import invalid, refused
from sandbox.flows import sessions
from sandbox.flows.planning import plan
from sandbox.models import StoredObject
from sandbox.shapes.common import merged_metadata
from sandbox.shapes.session import new_line_item, new_session
from sandbox.store import StripeDict

SMALLEST_CENTS = 50
SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 30 * 60, 24 * 3600
SLACK_SECONDS = 60  # the caller's clock
URL = "/v1/checkout/sessions"


def create(params: dict[str, Any]) -> StripeDict:
    _demand_supported(params)
    prices = [(price_of(item, index), item) for index, item in enumerate(params.get("line_items", []))]
    if not prices:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    amount_cents = sum(price["unit_amount"] * item.get("quantity", 1) for (price, _), item in prices)
    currency = prices[0][0][0]["currency"]
    if amount_cents < SMALLEST_CENTS:
        message = f"The Checkout Session's total amount due must add up to at least $0.50 {currency}"
        raise invalid(message, code="amount_too_small")
    base_url = config().base_url
    session = store.save(new_session(params, amount_cents=amount_cents, currency=currency, base_url=base_url))
    for (price, name), item in prices:
        store.save(new_line_item(session["id"], price, name, item.get("quantity", 1)))
    plan("expire_session", session["id"], max(0, session["expires_at"] - now_seconds()) * 1000)
    return session


def _demand_supported(params: dict[str, Any]) -> None:
    if params.get("mode") is None:
        raise invalid("Missing required param: mode.", "mode", "parameter_missing")
    if params["mode"] != "payment":
        raise invalid("The sandbox knows mode=payment only.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox knows ui_mode=hosted_page only.", "ui_mode")
    if not params.get("success_url"):
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in params and urlsplit(params[name]).scheme not in {"http", "https"}:
            raise invalid("Not a valid URL", name, "url_invalid")
    if "@" not in params.get("customer_email", "@"):
        raise invalid(f"Invalid email address: {params['customer_email']}", "customer_email", "email_invalid")
    _demand_life(params.get("expires_at"))


def _demand_life(expires_at: int | None) -> None:
    if expires_at is None:
        return
    life_seconds = expires_at - now_seconds()
    if life_seconds < SHORTEST_LIFE_SECONDS - SLACK_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise invalid(message, "expires_at")
    if life_seconds > LONGEST_LIFE_SECONDS + SLACK_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid(message, "expires_at")


def retrieve(_params: dict[str, Any], session_id: str) -> StripeDict:
    return store.load(session_id, "checkout.session")


def list_all(params: dict[str, Any]) -> StripeDict:
    filters = {name: params.get(name) for name in ("payment_intent", "status", "customer")}
    return page("checkout.session", URL, params, **filters)


def update(params: dict[str, Any], session_id: str) -> StripeDict:
    if set(params) - {"metadata"}:
        raise invalid("The sandbox updates a session's metadata only.")
    session = retrieve({}, session_id)
    return store.save(session | {"metadata": merged_metadata(session["metadata"], params)})


def expire(_params: dict[str, Any], session_id: str) -> StripeDict:
    return sessions.expire(retrieve({}, session_id))


def line_items(params: dict[str, Any], session_id: str) -> StripeDict:
    retrieve({}, session_id)
    rows = StoredObject.objects.filter(kind="item", body___session=session_id)
    return cut(rows, f"{URL}/{session_id}/line_items", params)


def payment_page(_params: dict[str, Any], session_id: str) -> StripeDict:
    """What Stripe's hosted page asks for; the CLI reads the amount from it."""
    session = retrieve({}, session_id)
    summary = {
        "total": session["amount_total"],
        "subtotal": session["amount_subtotal"],
        "due": session["amount_total"],
    }
    return session | {"session_id": session_id, "total_summary": summary}


def confirm_page(params: dict[str, Any], session_id: str) -> StripeDict:
    """What the hosted page posts when the buyer pays."""
    session = retrieve({}, session_id)
    expected = params.get("expected_amount", session["amount_total"])
    if str(expected) != str(session["amount_total"]):
        raise refused("The expected amount does not match the Checkout Session's.", param="expected_amount")
    method = make_payment_method(params.get("payment_method", ""))
    session = sessions.pay(session, method)
    settle_later(store.load(session["payment_intent"], "payment_intent"), method)
    return session
