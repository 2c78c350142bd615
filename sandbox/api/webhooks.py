"""/v1/webhook_endpoints."""

from typing import Any
from urllib.parse import urlsplit

from sandbox import store
from sandbox.api.paging import page
from sandbox.clock import now_seconds
from sandbox.errors import invalid
from sandbox.ids import new_id, random_text
from sandbox.shapes.common import merged_metadata, metadata_of
from sandbox.store import StripeDict

Params = dict[str, Any]


def create(params: Params) -> StripeDict:
    """The only answer that carries the signing secret, as at Stripe."""
    _demand_url(params["url"])
    secret = f"whsec_{random_text(32)}"
    endpoint = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": now_seconds(),
        "description": params.get("description") or None,
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": metadata_of(params),
        "status": "enabled",
        "url": params["url"],
        "_secrets": [secret],
    }
    return store.save(endpoint) | {"secret": secret}


def _demand_url(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid"
        )


def retrieve(_params: Params, endpoint_id: str) -> StripeDict:
    return store.load(endpoint_id, "webhook_endpoint")


def list_all(params: Params) -> StripeDict:
    return page("webhook_endpoint", "/v1/webhook_endpoints", params)


def update(params: Params, endpoint_id: str) -> StripeDict:
    endpoint = retrieve({}, endpoint_id)
    if "url" in params:
        _demand_url(params["url"])
    wanted = ("url", "enabled_events", "description")
    changed: Params = {name: params[name] for name in wanted if name in params}
    if "disabled" in params:
        changed["status"] = "disabled" if params["disabled"] else "enabled"
    return store.save(endpoint | changed | {"metadata": merged_metadata(endpoint["metadata"], params)})


def delete(_params: Params, endpoint_id: str) -> StripeDict:
    retrieve({}, endpoint_id)
    store.delete(endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}
