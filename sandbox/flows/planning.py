"""Plan something for later; a row, so that a restart does not forget it."""

from typing import Any

from sandbox.clock import now_ms
from sandbox.models import Task


def plan(action: str, target_id: str, after_ms: int, **arguments: Any) -> None:
    Task.objects.create(action=action, target_id=target_id, due_ms=now_ms() + after_ms, arguments=arguments)


def forget(target_id: str, action: str) -> None:
    Task.objects.filter(target_id=target_id, action=action).delete()
