"""Webhooks on purpose: again, later, in another order, or such as Stripe never sent."""

import random
import time
from typing import Any

from sandbox import store
from sandbox.clock import now_ms
from sandbox.control.values import as_bool, as_int
from sandbox.errors import invalid
from sandbox.events import emit
from sandbox.models import Delivery, Task
from sandbox.webhooks import queue
from sandbox.webhooks.send import attempt

Params = dict[str, Any]
LONGEST_WAIT_SECONDS = 60


def described(row: Delivery) -> Params:
    return {
        "id": row.id,
        "event": row.event_id,
        "type": row.event_type,
        "endpoint": row.endpoint_id,
        "state": row.state,
        "attempts": row.attempts,
        "due_in_ms": max(0, row.due_ms - now_ms()) if row.state == "pending" else None,
        "last_status": row.last_status,
        "last_error": row.last_error,
    }


def listed(params: Params) -> Params:
    """Newest first; `state`, `event`, `type`."""
    names = {"state": "state", "event": "event_id", "type": "event_type"}
    rows = Delivery.objects.filter(**{names[name]: value for name, value in params.items() if name in names})
    return {"deliveries": [described(row) for row in rows.order_by("-id")[:500]]}


def set_mode(params: Params) -> Params:
    """`hold`: keep new deliveries back until released. `delay_ms`: send new ones that much later."""
    mode = queue.delivery_mode()
    if "hold" in params:
        mode = mode | {"hold": as_bool(params["hold"])}
    if "delay_ms" in params:
        mode = mode | {"delay_ms": as_int(params["delay_ms"]) or 0}
    with store.changes():
        store.set_setting("deliveries", mode)
    return mode


def release(params: Params) -> Params:
    """Send what is held, one after the other, and tell what each was answered.

    `order`: `created`, `reversed`, `shuffled` (with `seed`), or a list of event ids or types; what the
    list does not name stays held. `copies`: how often each is sent.
    """
    rows = _ordered(list(Delivery.objects.filter(state="held").order_by("id")), params)
    answers = []
    for row in rows:
        for _ in range(as_int(params.get("copies")) or 1):
            outcome = attempt(row)
            answers.append({"event": row.event_id, "type": row.event_type, "status": outcome.status})
    queue.wake.set()
    return {"released": answers}


def _ordered(rows: list[Delivery], params: Params) -> list[Delivery]:
    order = params.get("order", "created")
    if isinstance(order, list):
        return [row for name in order for row in rows if name in {row.event_id, row.event_type}]
    if order == "reversed":
        rows.reverse()
    elif order == "shuffled":
        random.Random(params.get("seed")).shuffle(rows)  # noqa: S311
    elif order != "created":
        raise invalid(f"order is created, reversed, shuffled or a list, not {order!r}", "order")
    return rows


def resend(params: Params, event_id: str) -> Params:
    """Queue an event again, to every endpoint that wants it; `copies` of it."""
    with store.changes():
        event = store.load(event_id, "event")
        for _ in range(as_int(params.get("copies")) or 1):
            queue.enqueue(event)
    queue.wake.set()
    return listed({"event": event_id})


def emit_event(params: Params) -> Params:
    """An event of any `type` about any `object` (an id, or a whole object).

    `patch` changes fields of the object, `event` fields of the event.
    """
    subject = params["object"]
    found = store.peek(subject) if isinstance(subject, str) else subject
    if found is None:
        raise invalid(f"No such object: {subject}", "object")
    with store.changes():
        subject = found | params.get("patch", {})
        return emit(params["type"], subject, params.get("previous_attributes"), **params.get("event", {}))


def retry(_params: Params) -> Params:
    """Do not wait for the backoff: everything undelivered is due now."""
    Delivery.objects.filter(state="pending").update(due_ms=now_ms())
    queue.wake.set()
    return listed({"state": "pending"})


def wait(params: Params) -> Params:
    """Return when nothing is pending any more and no task is due, or after `timeout_seconds` (10)."""
    limit = min(as_int(params.get("timeout_seconds")) or 10, LONGEST_WAIT_SECONDS)
    give_up = time.monotonic() + limit
    while time.monotonic() < give_up:
        due_task = Task.objects.filter(due_ms__lte=now_ms()).exists()
        if not due_task and not Delivery.objects.filter(state="pending").exists():
            return {"idle": True}
        time.sleep(0.02)
    return {"idle": False, **listed({"state": "pending"})}
