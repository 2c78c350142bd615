"""A runner that does as it is told: Runner is our port to the outside, and this is its other side."""

from collections.abc import Callable
from typing import Any

from exports.attempts import Attempt
from exports.runners.base import Report

OK: dict[str, Any] = {"ok": True, "seconds": 12.5, "error_code": "", "error": ""}


class ScriptedRunner:
    """`on_submit` and `report` may be exceptions to raise; `submitted` and `cancelled` tell what was asked."""

    poll_every_seconds = 0.0

    def __init__(self) -> None:
        self.on_submit: Exception | Callable[[Attempt], None] | None = None
        self.on_cancel: Exception | None = None
        self.report: Report | Exception = Report("running", 0.5)
        self.room = True
        self.submitted: list[Attempt] = []
        self.cancelled: list[str] = []
        self.killed: list[Attempt] = []

    def has_room(self) -> bool:
        return self.room

    def submit(self, attempt: Attempt) -> str:
        self.submitted.append(attempt)
        if isinstance(self.on_submit, Exception):
            raise self.on_submit
        if self.on_submit is not None:
            self.on_submit(attempt)
        return f"call-{attempt.job_id}-{attempt.number}"

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        if isinstance(self.report, Exception):
            raise self.report
        return self.report

    def cancel(self, call_id: str) -> None:
        self.cancelled.append(call_id)
        if self.on_cancel is not None:
            raise self.on_cancel

    def dying_with_us(self) -> list[Attempt]:
        return [attempt for attempt in self.submitted if attempt not in self.killed]

    def kill(self, attempt: Attempt) -> None:
        self.killed.append(attempt)
