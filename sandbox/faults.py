"""Make the API slow, failing, silent or cut off, for the next N calls or until told otherwise.

Faults live in memory: a restarted sandbox behaves.
"""

import itertools
import select
import socket
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from django.http import HttpRequest

LONGEST_HANG_SECONDS = 300
_numbers = itertools.count(1)


@dataclass
class Fault:
    """What shall go wrong. `after`: once the call has been executed: its outcome is lost on the way."""

    path: str = "/v1/"  # prefix
    method: str = ""  # any
    slow_ms: int = 0
    status: int = 0
    hang: bool = False
    reset: bool = False
    after: bool = False
    times: int | None = None  # None: until reset
    id: int = field(default_factory=lambda: next(_numbers))

    def matches(self, method: str, path: str) -> bool:
        return path.startswith(self.path) and self.method.upper() in {"", method}


_lock = threading.Lock()
_faults: list[Fault] = []
_all_reset = threading.Event()


def add(fault: Fault) -> Fault:
    with _lock:
        _faults.append(fault)
        _all_reset.clear()
    return fault


def reset() -> None:
    """Behave again; calls that hang are cut off now."""
    with _lock:
        _faults.clear()
        _all_reset.set()


def listed() -> list[dict[str, Any]]:
    with _lock:
        return [asdict(fault) for fault in _faults]


def take(method: str, path: str) -> list[Fault]:
    """The faults that strike this call; those with a number of times are used up by one."""
    with _lock:
        struck = [fault for fault in _faults if fault.matches(method, path)]
        for fault in struck:
            if fault.times is not None:
                fault.times -= 1
        _faults[:] = [fault for fault in _faults if fault.times is None or fault.times > 0]
    return struck


def hang(request: HttpRequest) -> None:
    """Say nothing until the caller gives up, the faults are reset, or five minutes are over."""
    connection: socket.socket = request.META["sandbox.connection"]
    give_up = time.monotonic() + LONGEST_HANG_SECONDS
    while time.monotonic() < give_up and not _all_reset.wait(0.1):
        readable, _, _ = select.select([connection], [], [], 0)
        if readable and not connection.recv(1, socket.MSG_PEEK):
            return


def cut(request: HttpRequest) -> None:
    """Close the caller's connection without an answer."""
    connection: socket.socket = request.META["sandbox.connection"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the caller was faster
