"""/v1/disputes."""

from typing import Any

from sandbox import store
from sandbox.api.paging import page
from sandbox.errors import refused
from sandbox.events import emit_update
from sandbox.flows import disputes
from sandbox.shapes.common import merged_metadata
from sandbox.store import StripeDict

Params = dict[str, Any]


def retrieve(_params: Params, dispute_id: str) -> StripeDict:
    return store.load(dispute_id, "dispute")


def list_all(params: Params) -> StripeDict:
    filters = {name: params.get(name) for name in ("payment_intent", "charge")}
    return page("dispute", "/v1/disputes", params, **filters)


def update(params: Params, dispute_id: str) -> StripeDict:
    """Metadata and evidence. Stripe's test evidence decides: `winning_evidence`, `losing_evidence`."""
    dispute = retrieve({}, dispute_id)
    if dispute["status"] in disputes.CLOSED and "evidence" in params:
        raise refused("This dispute is already closed.")
    changed: Params = {"metadata": merged_metadata(dispute["metadata"], params)}
    if "evidence" in params:
        changed["evidence"] = dispute["evidence"] | params["evidence"]
        changed["evidence_details"] = dispute["evidence_details"] | {"has_evidence": True}
    if "evidence" not in params or not params.get("submit", True):
        emit_update("charge.dispute.updated", dispute, **changed)
        return dispute
    changed["evidence_details"]["submission_count"] += 1
    disputes.submit(dispute, **changed)
    verdict = changed["evidence"].get("uncategorized_text")
    if verdict == "winning_evidence":
        return disputes.win(dispute)
    return disputes.lose(dispute) if verdict == "losing_evidence" else dispute


def close(_params: Params, dispute_id: str) -> StripeDict:
    """Accept: the dispute is lost; an inquiry is refunded in full and ends as one."""
    dispute = retrieve({}, dispute_id)
    if dispute["status"].startswith("warning_"):
        return disputes.close_inquiry(dispute)
    return disputes.lose(dispute)
