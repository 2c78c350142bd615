"""Facts that several of Stripe's objects share."""

from typing import Any

ACCOUNT_ID = "acct_1SandboxReelBall"

AN_ADDRESS: dict[str, Any] = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def metadata_of(params: dict[str, Any]) -> dict[str, str]:
    """The metadata of a create call; an empty string means none."""
    return params.get("metadata") or {}


def merged_metadata(old: dict[str, str], params: dict[str, Any]) -> dict[str, str]:
    """An update merges key by key; an empty value removes one, an empty string all."""
    if "metadata" not in params:
        return old
    if params["metadata"] == "":
        return {}
    return {key: value for key, value in (old | params["metadata"]).items() if value != ""}
