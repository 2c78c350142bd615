"""Runs the product's parts side by side. A part that hangs is killed and started again, alone; one that ends ends all;
and none outlives its manager, even one that was killed."""

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from reelballers import lifeline

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
# How often a part that does not beat is asked, in the time that it may be silent.
PROBES = 6


@dataclass
class Part:
    """A process, and how it is known to live: it beats, or answers `probe`. Watched from its first sign of life on,
    because what comes before it, a migration say, may take its time."""

    name: str
    command: list[str]
    environment: dict[str, str]
    probe: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] = field(init=False)
    seen_at: float | None = field(init=False, default=None)
    _probed_at: float = field(init=False, default=0.0)
    _beats: int = field(init=False, default=-1)

    def start(self) -> None:
        self._beats, told = os.pipe()
        os.set_blocking(self._beats, False)
        os.set_blocking(told, False)
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment, lifeline.BEAT_FD: str(told)},
            pass_fds=[told],
            start_new_session=True,  # Ctrl-C is for the manager, which then ends them in turn
            preexec_fn=partial(lifeline.die_with, os.getpid()),
        )
        os.close(told)
        self.seen_at = None

    def listen(self, now: float, probe_seconds: float) -> None:
        """Takes note of signs of life."""
        try:
            is_alive = bool(os.read(self._beats, 65536))
        except BlockingIOError:
            is_alive = False
        if self.probe and now - self._probed_at >= probe_seconds:
            self._probed_at = now
            is_alive = self.probe()
        if is_alive:
            self.seen_at = now

    def kill(self) -> None:
        """With all that it started in its session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._beats)


class Manager:
    def __init__(self, parts: list[Part], *, hang_seconds: float, stop_seconds: float) -> None:
        self.parts = parts
        self._hang_seconds = hang_seconds
        self._stop_seconds = stop_seconds
        self._stop = threading.Event()

    def run(self) -> int:
        """Until SIGTERM or Ctrl-C, which is 0, or until a part ends by itself, which never is."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        started: list[Part] = []
        try:
            for part in self.parts:
                part.start()
                started.append(part)
            return self._watch()
        finally:
            self._end(started)

    def _watch(self) -> int:
        looked_at = time.monotonic()
        while not self._stop.wait(LOOK_SECONDS):
            now = time.monotonic()
            was_away = (
                now - looked_at > self._hang_seconds / 2
            )  # stopped itself, with the whole machine perhaps
            looked_at = now
            for part in self.parts:
                code = part.process.poll()
                if code is not None:
                    logger.error("%s ended by itself (%s): all end", part.name, code)
                    return code if code > 0 else 1
                part.listen(now, self._hang_seconds / PROBES)
                if was_away and part.seen_at is not None:
                    part.seen_at = now
                if part.seen_at is not None and now - part.seen_at > self._hang_seconds:
                    logger.error(
                        "%s gave no sign of life for %g s: killed and started again",
                        part.name,
                        self._hang_seconds,
                    )
                    part.kill()
                    part.start()
        return 0

    def _end(self, parts: list[Part]) -> None:
        for part in parts:
            if part.process.poll() is None:
                part.process.terminate()
        kill_at = time.monotonic() + self._stop_seconds
        for part in parts:
            try:
                part.process.wait(max(0.0, kill_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.warning("%s did not end in %g s: killed", part.name, self._stop_seconds)
            part.kill()
