"""/v1/events."""

from typing import Any

from django.db.models import Q

from sandbox import store
from sandbox.api.paging import created_range, cut
from sandbox.models import Delivery, StoredObject
from sandbox.store import StripeDict


def retrieve(_params: dict[str, Any], event_id: str) -> StripeDict:
    return store.load(event_id, "event")


def list_all(params: dict[str, Any]) -> StripeDict:
    """By `type` (a `*` matches the rest), `types[]`, `delivery_success` and `created`."""
    rows = StoredObject.objects.filter(created_range(params.get("created")), kind="event")
    if params.get("type"):
        name = params["type"]
        by_type = Q(body__type__startswith=name[:-1]) if name.endswith("*") else Q(body__type=name)
        rows = rows.filter(by_type)
    if params.get("types"):
        rows = rows.filter(body__type__in=params["types"])
    if "delivery_success" in params:
        undelivered = Delivery.objects.exclude(state="succeeded").values("event_id")
        chosen = Q(stripe_id__in=undelivered)
        rows = rows.filter(~chosen if params["delivery_success"] else chosen)
    return cut(rows, "/v1/events", params)
