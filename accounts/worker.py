"""What the worker does for accounts."""

from collections.abc import Callable
from typing import Any

from accounts import codes

LOOPS: tuple[tuple[str, Callable[[], Any], float], ...] = (("old codes", codes.prune, 3600),)
