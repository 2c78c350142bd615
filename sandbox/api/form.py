"""Stripe's form encoding: `line_items[0][price_data][unit_amount]=500` ↔ nested dicts and lists."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.errors import invalid

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")


def parse_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested parameters, every leaf a string; `a[0]` and `a[]` make lists."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        path = [head, *_BRACKETS.findall("[" + rest)] if rest else [head]
        _put(root, path, value, name)
    return {name: _lists(value) for name, value in root.items()}


def _put(node: dict[str, Any], path: list[str], value: str, name: str) -> None:
    for step, following in zip(path, [*path[1:], None], strict=True):
        key = str(len(node)) if step == "" else step
        if following is None:
            if isinstance(node.get(key), dict):
                raise invalid(f"Invalid parameters: {name} is given both as a value and as an object", name)
            node[key] = value
            return
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise invalid(f"Invalid parameters: {name} is given both as a value and as an object", name)


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    items = {key: _lists(item) for key, item in value.items()}
    if items and all(key.isdigit() for key in items):
        return [items[key] for key in sorted(items, key=int)]
    return items
