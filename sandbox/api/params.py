"""Check parameters as strictly as Stripe does, against the types of the pinned `stripe` package."""

import ast
from typing import Any

from sandbox.api.pinned import Shapes, shapes
from sandbox.errors import StripeError, invalid


def check(params: dict[str, Any], module: str) -> dict[str, Any]:
    """Parameters with ints and bools made of strings; Stripe's 400 for what it would not accept."""
    known = shapes(module)
    return _check_fields(params, next(iter(known)), known, "")


def _check_fields(params: dict[str, Any], name: str, known: Shapes, prefix: str) -> dict[str, Any]:
    fields = known[name]
    checked = {}
    for key, value in params.items():
        path = f"{prefix}[{key}]" if prefix else key
        if key not in fields:
            raise invalid(f"Received unknown parameter: {path}", path, "parameter_unknown")
        checked[key] = _coerce(value, fields[key].annotation, known, path)
    for key, field in fields.items():
        if field.required and key not in checked:
            path = f"{prefix}[{key}]" if prefix else key
            raise invalid(f"Missing required param: {path}.", path, "parameter_missing")
    return checked


def _coerce(value: Any, kind: ast.expr, known: Shapes, path: str) -> Any:
    if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
        kind = ast.parse(kind.value, mode="eval").body
    alternatives = _alternatives(kind)
    if len(alternatives) > 1:
        return _coerce_union(value, alternatives, known, path)
    if isinstance(kind, ast.Subscript):
        return _coerce_container(value, kind, known, path)
    return _coerce_plain(value, ast.unparse(kind), known, path)


def _alternatives(kind: ast.expr) -> list[ast.expr]:
    """`Union[A, B]`, `Optional[A]` and `A|B` → [A, B]."""
    if isinstance(kind, ast.BinOp):
        return _alternatives(kind.left) + _alternatives(kind.right)
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) in {"Union", "Optional"}:
        items = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
        return [found for item in items for found in _alternatives(item)]
    return [kind]


def _coerce_union(value: Any, alternatives: list[ast.expr], known: Shapes, path: str) -> Any:
    # The package leaves every enum open (`Literal[…]|str`) for newer API versions; Stripe itself does not.
    # `Literal['']|str` is no enum: the empty string means "unset".
    names = {ast.unparse(kind) for kind in alternatives}
    closed = any(name.startswith("Literal[") and name != "Literal['']" for name in names)
    refusal: StripeError | None = None
    for kind in alternatives:
        if closed and ast.unparse(kind) == "str":
            continue
        try:
            return _coerce(value, kind, known, path)
        except StripeError as error:
            refusal = refusal or error
    raise refusal or invalid(f"Invalid value for {path}", path)


def _coerce_container(value: Any, kind: ast.Subscript, known: Shapes, path: str) -> Any:
    name = ast.unparse(kind.value)
    if name == "Literal":
        choices = ast.literal_eval(kind.slice)
        choices = choices if isinstance(choices, tuple) else (choices,)
        if value not in choices:
            listed = ", ".join(str(choice) for choice in choices)
            raise invalid(f"Invalid {path}: must be one of {listed}", path)
        return value
    if name == "List":
        if not isinstance(value, list):
            raise invalid("Invalid array", path)
        return [_coerce(item, kind.slice, known, f"{path}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        raise invalid("Invalid object", path)
    return _check_metadata(value, path) if path.endswith(("metadata", "[metadata]")) else value


def _coerce_plain(value: Any, name: str, known: Shapes, path: str) -> Any:
    if name in known:
        if not isinstance(value, dict):
            raise invalid("Invalid object", path)
        return _check_fields(value, name, known, path)
    if isinstance(value, dict | list):
        raise invalid(f"Invalid value for {path}: expected a single value", path)
    if name == "int":
        if not value.lstrip("-").isdecimal():
            raise invalid(f"Invalid integer: {value}", path, "parameter_invalid_integer")
        return int(value)
    if name == "bool":
        if value not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {value}", path)
        return value == "true"
    return value


def _check_metadata(metadata: dict[str, Any], path: str) -> dict[str, Any]:
    """Stripe's limits: 50 keys, 40 characters a key, 500 a value, no nesting."""
    if len(metadata) > 50:
        raise invalid("You can have at most 50 metadata keys.", path)
    for key, value in metadata.items():
        if not isinstance(value, str):
            raise invalid(f"Invalid string: metadata values must be strings ({key})", f"{path}[{key}]")
        if len(key) > 40 or len(value) > 500:
            message = f"Metadata keys have at most 40 characters and values at most 500 ({key})."
            raise invalid(message, f"{path}[{key}]")
    return metadata
