"""Values of a control command, whether they came as JSON or from a form."""

from typing import Any


def as_bool(value: Any) -> bool:
    return value in {True, "true", "on", "1", "yes"}


def as_int(value: Any) -> int | None:
    return None if value is None or value == "" else int(value)
