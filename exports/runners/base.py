"""What a runner is: something that takes an attempt, tells how it goes and can be told to stop."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from exports.attempts import Attempt


@dataclass(frozen=True)
class Report:
    """How an attempt stands. `lost`: no trace of it, it may run again.

    `ended` comes with the envelope of exports.video.render, to which a runner with GPUs adds `gpu`.
    """

    state: Literal["queued", "running", "ended", "lost"]
    progress: float = 0.0
    envelope: dict[str, Any] = field(default_factory=dict)


class NotSent(Exception):
    """The attempt surely did not start: try again later."""


class Rejected(Exception):
    """The runner will never take this attempt."""


class OutcomeUnknown(Exception):
    """The attempt may have started: wait for its lease, then try under a new attempt number."""


class Runner(Protocol):
    poll_every_seconds: float

    def has_room(self) -> bool:
        """False while it could only make another attempt wait: the job keeps its place instead."""
        ...

    def submit(self, attempt: Attempt) -> str:
        """Starts an attempt and returns the runner's name for it. Raises NotSent, Rejected, OutcomeUnknown."""
        ...

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        """How the attempt stands. Raises NotSent when the runner cannot be asked right now."""
        ...

    def cancel(self, call_id: str) -> None:
        """Stops an attempt if it still runs; never waits for it. Raises NotSent when it cannot be told."""
        ...

    def dying_with_us(self) -> list[Attempt]:
        """The attempts that would not outlive this process."""
        ...

    def kill(self, attempt: Attempt) -> None:
        """Ends one of those without a last word, and returns when it is gone."""
        ...
