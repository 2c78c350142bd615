"""Everything the control page shows."""

from typing import Any

from sandbox import faults, store
from sandbox.control.deliveries import described
from sandbox.models import Delivery, StoredObject
from sandbox.webhooks import queue

SHOWN = 50


def overview() -> dict[str, Any]:
    """The newest of each kind, the deliveries of the shown events, the switches."""
    events = _newest("event")
    by_event: dict[str, list[Delivery]] = {}
    for row in Delivery.objects.filter(event_id__in=[event["id"] for event in events]).order_by("id"):
        by_event.setdefault(row.event_id, []).append(row)
    for event in events:
        event["deliveries"] = [described(row) for row in by_event.get(event["id"], [])]
    return {
        "sessions": _newest("checkout.session"),
        "payments": _newest("payment_intent"),
        "refunds": _newest("refund"),
        "disputes": _newest("dispute"),
        "events": events,
        "endpoints": [{"id": found["id"], "url": found["url"]} for found in queue.endpoints()],
        "mode": queue.delivery_mode(),
        "held": Delivery.objects.filter(state="held").count(),
        "pending": Delivery.objects.filter(state="pending").count(),
        "faults": faults.listed(),
    }


def _newest(kind: str) -> list[dict[str, Any]]:
    rows = StoredObject.objects.filter(kind=kind).order_by("-id")[:SHOWN]
    return [store.public(row.body) for row in rows]
