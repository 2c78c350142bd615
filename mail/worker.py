"""What the worker does for mail."""

from collections.abc import Callable
from typing import Any

from mail import outbox

LOOPS: tuple[tuple[str, Callable[[], Any], float], ...] = (("mail", outbox.send_due, 2),)
