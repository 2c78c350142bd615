"""A line that says how far a long command is, how fast it goes and when it will end."""

import sys
import time
from typing import Any


class Progress:
    """`with Progress("audited", total) as progress: … progress.step()`. Silent when it takes under two seconds."""

    EVERY_SECONDS = 0.5
    QUIET_SECONDS = 2.0

    def __init__(self, verb: str, total: int, stream: Any = None) -> None:
        self.verb, self.total, self.done = verb, total, 0
        self._stream = stream or sys.stderr
        self._started_at = time.monotonic()
        # A log file gets a line now and then, a terminal one line that moves.
        self._is_terminal = self._stream.isatty()
        self._every = self.EVERY_SECONDS if self._is_terminal else 10.0
        self._next_at = self._started_at + self.QUIET_SECONDS
        self._was_shown = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *args: object) -> None:
        if self._was_shown and self._is_terminal:
            self._stream.write("\n")

    def step(self, count: int = 1) -> None:
        self.done += count
        if (now := time.monotonic()) >= self._next_at:
            self._next_at = now + self._every
            self._show()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started_at

    @property
    def rate(self) -> float:
        """Steps per second so far."""
        return self.done / max(self.seconds, 1e-9)

    def _show(self) -> None:
        share = self.done / max(self.total, 1)
        left_seconds = (self.total - self.done) / max(self.rate, 1e-9)
        bar = "█" * int(24 * share) + "░" * (24 - int(24 * share))
        counts = f"{self.done:,} of {self.total:,} {self.verb}, {self.rate:,.0f}/s"
        line = f"{bar} {share:4.0%}  {counts}, {_text(left_seconds)} left"
        self._stream.write(f"\r{line}\x1b[K" if self._is_terminal else f"{line}\n")
        self._stream.flush()
        self._was_shown = True


def _text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
