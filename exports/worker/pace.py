"""How often a worker looks at each open job: the longer nothing happens to it, the rarer. Of this process alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BRISK_SECONDS = 3.0
IDLE_SHARE = 0.1
LONGEST_SECONDS = 5.0


@dataclass
class _Look:
    seen: Any
    since: float
    again_at: float
    waits_for_room: bool


class Pace:
    """Times are time.monotonic()."""

    def __init__(self) -> None:
        self._looks: dict[str, _Look] = {}
        self._rests_until: dict[str, float] = {}  # by job or user

    def is_due(self, job_id: str, user_id: str, has_room: Callable[[], bool]) -> bool:
        """A job that waits for room in the runner is due as soon as there is some, in its old place."""
        now = time.monotonic()
        if max(self._rests_until.get(job_id, now), self._rests_until.get(user_id, now)) > now:
            return False
        look = self._looks.get(job_id)
        return look is None or now >= look.again_at or (look.waits_for_room and has_room())

    def note(self, job_id: str, seen: Any, *, waits_for_room: bool) -> None:
        """What a look saw. One to which nothing happens for some seconds is looked at less often."""
        now = time.monotonic()
        last = self._looks.get(job_id)
        since = last.since if last is not None and last.seen == seen else now
        pause_seconds = LONGEST_SECONDS if waits_for_room else _pause_seconds(now - since)
        self._looks[job_id] = _Look(seen, since, now + pause_seconds, waits_for_room)

    def rest(self, name: str, seconds: float) -> None:
        """Leaves a job, or all jobs of a user, alone."""
        self._rests_until[name] = time.monotonic() + seconds

    def forget_all_but(self, names: set[str]) -> None:
        """Drops what this process remembers of jobs that are no longer open, and of their users."""
        for memory in (self._looks, self._rests_until):
            for name in memory.keys() - names:
                del memory[name]


def _pause_seconds(idle_seconds: float) -> float:
    return min(idle_seconds * IDLE_SHARE, LONGEST_SECONDS) if idle_seconds > BRISK_SECONDS else 0.0
