"""`expand[]=payment_intent.latest_charge`: replace ids by the objects they name."""

from typing import Any

from sandbox import store
from sandbox.errors import invalid
from sandbox.store import StripeDict

DEEPEST = 4
EXPANDABLE = {
    "balance_transaction", "balance_transactions", "charge", "customer", "failure_balance_transaction",
    "latest_charge", "line_items", "payment_intent", "payment_method", "product", "refunds", "source",
}  # fmt: skip


def expand(answer: StripeDict, paths: list[str]) -> StripeDict:
    """Expand every path in a copy; Stripe's 400 for one that cannot be expanded."""
    for path in paths:
        steps = path.split(".")
        if len([step for step in steps if step != "data"]) > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels of a property.", "expand")
        _expand(answer, steps, path)
    return answer


def _expand(node: Any, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(item, steps, path)
        return
    if not isinstance(node, dict):
        return
    step, rest = steps[0], steps[1:]
    if step == "data" and node.get("object") == "list":
        _expand(node["data"], rest, path)
        return
    if step in {"line_items", "refunds"} and node.get("object") in {"checkout.session", "charge"}:
        node[step] = sublist(node, step)
    elif step not in node or (step not in EXPANDABLE and not isinstance(node[step], dict)):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    elif isinstance(node[step], str):
        found = store.peek(node[step])
        node[step] = node[step] if found is None else store.public(found)
    if rest:
        _expand(node[step], rest, path)


def sublist(owner: StripeDict, name: str) -> StripeDict:
    """A list that is part of an object: a session's line items, a charge's refunds."""
    if name == "refunds":
        data, url = store.find("refund", charge=owner["id"]), f"/v1/charges/{owner['id']}/refunds"
    else:
        data = list(reversed(store.find("item", _session=owner["id"])))
        url = f"/v1/checkout/sessions/{owner['id']}/line_items"
    return {"object": "list", "data": [store.public(item) for item in data], "has_more": False, "url": url}
