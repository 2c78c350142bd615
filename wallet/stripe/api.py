"""Every call we make to Stripe: with a deadline, never inside a transaction, answers as plain dicts.

Plain dicts because readers of Stripe's objects must not depend on one API version's classes.
"""

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import stripe
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reelballers.user_db import NoUserContext, user_connection
from reelballers.user_db.context import is_in_transaction

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class StripeUnavailable(Exception):
    """No answer, a 5xx or a rate limit: whether it was done is unknown; ask again with the same idempotency key."""


class StripeRefused(Exception):
    """A definite no: nothing was done."""

    def __init__(self, message: str, code: str | None, http_status: int | None) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status


class OutsideTransactions(stripe.RequestsClient):
    """Refuses a call while this thread has a transaction open: Stripe's slowness must never hold a lock."""

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if any(is_in_transaction(connection) for connection in _open_connections()):
            raise RuntimeError(f"no network call inside a transaction: {method.upper()} {url}")
        return super().request(method, url, headers, post_data)


@cache
def client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},  # StripeClient ignores stripe.api_base
        stripe_version=settings.STRIPE_API_VERSION,
        http_client=OutsideTransactions(timeout=settings.STRIPE_TIMEOUT_SECONDS),
        max_network_retries=0,
    )


def create_checkout_session(
    *, user_id: str, topup_id: str, amount_cents: int, success_url: str, cancel_url: str
) -> dict[str, Any]:
    """Opens a Checkout Session; the same top-up asks with the same idempotency key and gets the same session."""
    metadata = {"user_id": user_id, "credits": str(amount_cents), "topup_id": topup_id}
    return _call(
        lambda: client().v1.checkout.sessions.create(
            {
                "mode": "payment",
                "payment_method_types": settings.STRIPE_PAYMENT_METHODS,
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "usd",
                            "unit_amount": amount_cents,
                            "product_data": {"name": f"{amount_cents} Credits"},
                        },
                    }
                ],
                "adaptive_pricing": {"enabled": False},
                **({"invoice_creation": {"enabled": True}} if settings.STRIPE_INVOICES else {}),
                "metadata": metadata,
                "payment_intent_data": {"metadata": metadata},
                "success_url": success_url,
                "cancel_url": cancel_url,
            },
            {"idempotency_key": f"topup-{topup_id}"},
        )
    )


def retrieve_session(session_id: str, *expand: str) -> dict[str, Any]:
    expanded = ["payment_intent", *expand]
    return _call(lambda: client().v1.checkout.sessions.retrieve(session_id, {"expand": expanded}))


def retrieve_payment_intent(payment_intent_id: str, *expand: str) -> dict[str, Any]:
    return _call(
        lambda: client().v1.payment_intents.retrieve(
            payment_intent_id, {"expand": [*expand]} if expand else {}
        )
    )


def retrieve_dispute(dispute_id: str) -> dict[str, Any]:
    return _call(lambda: client().v1.disputes.retrieve(dispute_id))


def retrieve(kind: str, stripe_id: str) -> dict[str, Any]:
    """A charge, refund, dispute or event by its id."""
    assert kind in {"charges", "refunds", "disputes", "events"}, kind
    return _call(lambda: getattr(client().v1, kind).retrieve(stripe_id))


def create_refund(
    *, payment_intent_id: str, amount_cents: int | None, form_id: str, idempotency_key: str
) -> dict[str, Any]:
    """Refunds a payment, all that is left of it without an amount; `form_id` says in Stripe whose wish it was."""
    params: Any = {
        "payment_intent": payment_intent_id,
        "reason": "requested_by_customer",
        "metadata": {"form_id": form_id},
    }
    if amount_cents is not None:
        params["amount"] = amount_cents
    return _call(lambda: client().v1.refunds.create(params, {"idempotency_key": idempotency_key}))


def sessions_of(payment_intent_id: str) -> list[dict[str, Any]]:
    return _call(lambda: client().v1.checkout.sessions.list({"payment_intent": payment_intent_id}))["data"]


def refunds_of(payment_intent_id: str, *expand: str) -> Iterator[dict[str, Any]]:
    params: dict[str, Any] = {"payment_intent": payment_intent_id}
    return _all(client().v1.refunds.list, params | ({"expand": [*expand]} if expand else {}))


def disputes_of(payment_intent_id: str) -> Iterator[dict[str, Any]]:
    return _all(client().v1.disputes.list, {"payment_intent": payment_intent_id})


def open_sessions() -> Iterator[dict[str, Any]]:
    """Every session that can still be paid; Stripe ends them after a day at most."""
    return _all(client().v1.checkout.sessions.list, {"status": "open"})


def expire_session(session_id: str) -> dict[str, Any]:
    """Makes sure that nobody can start paying a session; one that is complete or expired stays what it is."""
    session = _call(lambda: client().v1.checkout.sessions.retrieve(session_id))
    if session["status"] == "open":
        session = _call(lambda: client().v1.checkout.sessions.expire(session_id))
    return session


def page_of(name: str, *, since: int, after: str = "") -> tuple[list[dict[str, Any]], bool]:
    """One page of Stripe's sessions, refunds or disputes made since, newest first, and whether there are more."""
    lists = {
        "sessions": lambda params: client().v1.checkout.sessions.list(params),
        "refunds": lambda params: client().v1.refunds.list(params),
        "disputes": lambda params: client().v1.disputes.list(params),
    }
    params: dict[str, Any] = {"limit": 100, "created": {"gte": since}}
    page = _call(lambda: lists[name](params | ({"starting_after": after} if after else {})))
    return page["data"], page["has_more"]


def webhook_endpoints() -> list[dict[str, Any]]:
    return list(_all(client().v1.webhook_endpoints.list, {}))


def create_webhook_endpoint(
    *, url: str, events: list[str], api_version: str, description: str
) -> dict[str, Any]:
    params: Any = {
        "url": url,
        "enabled_events": events,
        "api_version": api_version,
        "description": description,
    }
    return _call(lambda: client().v1.webhook_endpoints.create(params))


def update_webhook_endpoint(endpoint_id: str, events: list[str]) -> dict[str, Any]:
    params: Any = {"enabled_events": events, "disabled": False}
    return _call(lambda: client().v1.webhook_endpoints.update(endpoint_id, params))


def retrieve_account() -> dict[str, Any]:
    return _call(lambda: client().v1.accounts.retrieve_current())


def _all(list_call: Callable[..., Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object of a list, page by page."""
    after: dict[str, str] = {}
    while True:
        page = _call(lambda: list_call({"limit": 100, **params, **after}))  # noqa: B023 - called at once
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def _call(request: Callable[[], Any]) -> dict[str, Any]:
    """Makes one request. Raises StripeUnavailable, StripeRefused."""
    try:
        return plain(request())
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        # An idempotency key that Stripe knows for another request: what became of that one is unknown.
        raise StripeUnavailable(str(error)) from error
    except stripe.StripeError as error:
        # 409: another request with this idempotency key is still running. No `error` in the body, or no JSON: not
        # Stripe's own no, but a reply that was cut short or somebody between us.
        if (
            error.error is None
            or error.http_status is None
            or error.http_status >= 500
            or error.http_status == 409
        ):
            raise StripeUnavailable(str(error)) from error
        logger.warning("Stripe refused: %s %s %s", error.http_status, error.code, error)
        raise StripeRefused(str(error), error.code, error.http_status) from error


def _open_connections() -> Iterator[BaseDatabaseWrapper]:
    yield connections["default"]
    with contextlib.suppress(NoUserContext):
        yield user_connection()


def plain(thing: Any) -> dict[str, Any]:
    return json.loads(str(thing))


def id_of(thing: Any) -> str | None:
    """The id of a field that Stripe gives as an id, an expanded object or null."""
    if isinstance(thing, dict):
        thing = thing.get("id")
    return thing if isinstance(thing, str) and thing else None


def configure_globals() -> None:
    """dj-stripe uses the stripe module's globals: the same base, version and deadline as our client."""
    stripe.api_base = settings.STRIPE_API_BASE
    stripe.api_version = settings.STRIPE_API_VERSION
    stripe.max_network_retries = 0
    stripe.default_http_client = OutsideTransactions(timeout=settings.STRIPE_TIMEOUT_SECONDS)
