"""Events: what happened, kept in Stripe's shape and queued for every webhook endpoint that wants it."""

from typing import Any

from django.db import transaction

from sandbox import store
from sandbox.api.context import current_call
from sandbox.api.pinned import api_version
from sandbox.clock import now_seconds
from sandbox.ids import new_id
from sandbox.store import StripeDict
from sandbox.webhooks import queue


def emit(
    event_type: str, subject: StripeDict, previous: StripeDict | None = None, **overrides: Any
) -> StripeDict:
    """Record that `event_type` happened to `subject`, as it stands now. Call inside `store.changes()`.

    `overrides` are for events that Stripe would not send: another `livemode`, `api_version`, `id`, …
    """
    data: dict[str, Any] = {"object": store.public(subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    call = current_call.get()
    event = store.save(
        {
            "id": new_id("evt"),
            "object": "event",
            "api_version": api_version(),
            "created": now_seconds(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
            "type": event_type,
            **overrides,
        }
    )
    queue.enqueue(event)
    transaction.on_commit(queue.wake.set, using="default")
    return event


def emit_update(event_type: str, subject: StripeDict, **changed: Any) -> StripeDict:
    """Change fields, save, and tell which values they had before."""
    previous = {name: subject[name] for name in changed}
    subject.update(changed)
    store.save(subject)
    return emit(event_type, subject, previous)
