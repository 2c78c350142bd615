"""The table of API calls: method, path, what handles it, and the parameters that Stripe knows for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.api import catalogue, charges, checkout, disputes, events, intents, methods, refunds, webhooks
from sandbox.errors import unknown_url


@dataclass(frozen=True)
class Route:
    method: str
    path: str  # `*` stands for one id
    handle: Callable[..., dict[str, Any]]
    schema: str | None = None  # module below stripe/params; None: not checked

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Match:
    route: Route
    ids: tuple[str, ...]


# fmt: off
ROUTES = (
    Route("POST", "checkout/sessions", checkout.create, "checkout/_session_create_params"),
    Route("GET", "checkout/sessions", checkout.list_all, "checkout/_session_list_params"),
    Route("GET", "checkout/sessions/*", checkout.retrieve, "checkout/_session_retrieve_params"),
    Route("POST", "checkout/sessions/*", checkout.update, "checkout/_session_update_params"),
    Route("POST", "checkout/sessions/*/expire", checkout.expire, "checkout/_session_expire_params"),
    Route(
        "GET",
        "checkout/sessions/*/line_items",
        checkout.line_items,
        "checkout/_session_list_line_items_params",
    ),
    Route("GET", "payment_pages/*", checkout.payment_page),
    Route("POST", "payment_pages/*/confirm", checkout.confirm_page),
    Route("POST", "payment_intents", intents.create, "_payment_intent_create_params"),
    Route("GET", "payment_intents", intents.list_all, "_payment_intent_list_params"),
    Route("GET", "payment_intents/*", intents.retrieve, "_payment_intent_retrieve_params"),
    Route("POST", "payment_intents/*", intents.update, "_payment_intent_update_params"),
    Route("POST", "payment_intents/*/confirm", intents.confirm, "_payment_intent_confirm_params"),
    Route("POST", "payment_intents/*/cancel", intents.cancel, "_payment_intent_cancel_params"),
    Route("POST", "charges", charges.create),
    Route("GET", "charges", charges.list_all, "_charge_list_params"),
    Route("GET", "charges/*", charges.retrieve, "_charge_retrieve_params"),
    Route("POST", "charges/*", charges.update, "_charge_update_params"),
    Route("GET", "charges/*/refunds", refunds.list_of_charge, "_charge_list_refunds_params"),
    Route("POST", "refunds", refunds.create, "_refund_create_params"),
    Route("GET", "refunds", refunds.list_all, "_refund_list_params"),
    Route("GET", "refunds/*", refunds.retrieve, "_refund_retrieve_params"),
    Route("POST", "refunds/*", refunds.update, "_refund_update_params"),
    Route("POST", "refunds/*/cancel", refunds.cancel, "_refund_cancel_params"),
    Route("GET", "disputes", disputes.list_all, "_dispute_list_params"),
    Route("GET", "disputes/*", disputes.retrieve, "_dispute_retrieve_params"),
    Route("POST", "disputes/*", disputes.update, "_dispute_update_params"),
    Route("POST", "disputes/*/close", disputes.close, "_dispute_close_params"),
    Route("GET", "events", events.list_all, "_event_list_params"),
    Route("GET", "events/*", events.retrieve, "_event_retrieve_params"),
    Route("GET", "balance_transactions", charges.list_balance, "_balance_transaction_list_params"),
    Route("GET", "balance_transactions/*", charges.retrieve_balance, "_balance_transaction_retrieve_params"),
    Route("GET", "account", catalogue.account),
    Route("GET", "accounts/*", catalogue.account),
    Route("GET", "products", catalogue.list_products, "_product_list_params"),
    Route("POST", "products", catalogue.create_product, "_product_create_params"),
    Route("GET", "products/*", catalogue.retrieve_product, "_product_retrieve_params"),
    Route("GET", "prices", catalogue.list_prices, "_price_list_params"),
    Route("POST", "prices", catalogue.create_price, "_price_create_params"),
    Route("GET", "prices/*", catalogue.retrieve_price, "_price_retrieve_params"),
    Route("GET", "customers", catalogue.list_customers, "_customer_list_params"),
    Route("POST", "customers", catalogue.create_customer, "_customer_create_params"),
    Route("GET", "customers/*", catalogue.retrieve_customer, "_customer_retrieve_params"),
    Route("POST", "payment_methods", methods.create, "_payment_method_create_params"),
    Route("GET", "payment_methods/*", methods.retrieve, "_payment_method_retrieve_params"),
    Route(
        "POST", "payment_methods/*/attach", methods.attach,
          "_payment_method_attach_params"
    ),
    Route("POST", "webhook_endpoints", webhooks.create, "_webhook_endpoint_create_params"),
    Route("GET", "webhook_endpoints", webhooks.list_all, "_webhook_endpoint_list_params"),
    Route("GET", "webhook_endpoints/*", webhooks.retrieve, "_webhook_endpoint_retrieve_params"),
    Route("POST", "webhook_endpoints/*", webhooks.update, "_webhook_endpoint_update_params"),
    Route("DELETE", "webhook_endpoints/*", webhooks.delete, "_webhook_endpoint_delete_params"),
)
# fmt: on


@cache
def _patterns() -> list[tuple[re.Pattern[str], Route]]:
    return [(re.compile("/v1/" + route.path.replace("*", "([^/]+)")), route) for route in ROUTES]


def find_route(method: str, path: str) -> Match:
    """The route of this call; Stripe's 404 for a path that there is not."""
    for pattern, route in _patterns():
        found = pattern.fullmatch(path)
        if found and route.method == method:
            return Match(route, found.groups())
    raise unknown_url(method, path)
