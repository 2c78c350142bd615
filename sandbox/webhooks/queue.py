"""Which endpoint gets which event, and when. Rows, so that a restart goes on where it was."""

import threading
from typing import Any

from sandbox import store
from sandbox.clock import now_ms
from sandbox.config import config
from sandbox.models import Delivery
from sandbox.store import StripeDict

# The 13 types that the product subscribes to (SPEC §5); Stripe would send no others to its endpoint.
PRODUCT_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
PRODUCT_ENDPOINT_ID = "we_product"

# There is something to send, or a switch was turned: do not wait for the next tick.
wake = threading.Event()


def endpoints() -> list[StripeDict]:
    """The product's endpoint from the environment, then every enabled one made by API."""
    found = [endpoint for endpoint in store.find("webhook_endpoint") if endpoint["status"] == "enabled"]
    if config().webhook_url:
        product = {
            "id": PRODUCT_ENDPOINT_ID,
            "url": config().webhook_url,
            "enabled_events": PRODUCT_EVENTS,
            "_secrets": config().webhook_secrets,
        }
        found.insert(0, product)
    return found


def delivery_mode() -> dict[str, Any]:
    """`hold`: keep new deliveries back; `delay_ms`: send them that much later."""
    return store.get_setting("deliveries", {"hold": False, "delay_ms": 0})


def enqueue(event: StripeDict) -> None:
    """One delivery for each endpoint that has subscribed to this type."""
    mode = delivery_mode()
    now = now_ms()
    wanting = [endpoint for endpoint in endpoints() if {"*", event["type"]} & set(endpoint["enabled_events"])]
    for endpoint in wanting:
        Delivery.objects.create(
            event_id=event["id"],
            event_type=event["type"],
            endpoint_id=endpoint["id"],
            state=Delivery.State.HELD if mode["hold"] else Delivery.State.PENDING,
            created_ms=now,
            due_ms=now + mode["delay_ms"],
        )
    if wanting:
        store.save(event | {"pending_webhooks": len(wanting)})
