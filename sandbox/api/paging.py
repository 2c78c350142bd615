"""Stripe's lists: newest first, cursors by object id, `created` ranges, `has_more`."""

from typing import Any

from django.db.models import Q, QuerySet

from sandbox import store
from sandbox.errors import invalid
from sandbox.models import StoredObject
from sandbox.store import StripeDict


def page(kind: str, url: str, params: dict[str, Any], **filters: Any) -> StripeDict:
    """One page of this kind; a filter that is None does not filter."""
    rows = StoredObject.objects.filter(kind=kind)
    for name, value in filters.items():
        if value is not None:
            rows = rows.filter(**{f"body__{name}": value})
    return cut(rows.filter(created_range(params.get("created"))), url, params)


def cut(rows: QuerySet[StoredObject], url: str, params: dict[str, Any]) -> StripeDict:
    """The page of `rows` that limit, starting_after and ending_before ask for."""
    limit = int(params.get("limit", 10))
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100", "limit")
    if params.get("starting_after") and params.get("ending_before"):
        raise invalid("You can only specify one of these parameters: starting_after, ending_before.")
    if params.get("ending_before"):
        after = rows.filter(id__gt=_cursor(params["ending_before"], "ending_before"))
        found = list(after.order_by("id")[: limit + 1])
        data = list(reversed(found[:limit]))
    else:
        if params.get("starting_after"):
            rows = rows.filter(id__lt=_cursor(params["starting_after"], "starting_after"))
        found = list(rows.order_by("-id")[: limit + 1])
        data = found[:limit]
    bodies = [store.public(row.body) for row in data]
    return {"object": "list", "data": bodies, "has_more": len(found) > limit, "url": url}


def _cursor(stripe_id: str, param: str) -> int:
    row = StoredObject.objects.filter(stripe_id=stripe_id).first()
    if row is None:
        raise invalid(f"No such object: '{stripe_id}'", param, "resource_missing")
    return row.id


def created_range(value: Any) -> Q:
    """`created=…`, or any of gt, gte, lt, lte, in whole seconds."""
    if value is None:
        return Q()
    if not isinstance(value, dict):
        return Q(created=int(value))
    return Q(**{f"created__{name}": int(limit) for name, limit in value.items()})
