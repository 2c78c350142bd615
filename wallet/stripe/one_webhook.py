"""One webhook at a time on this machine, so that a burst of them leaves a core to those who look at their wallet.

A webhook is 10 ms of Python. A dozen at once fight for the interpreter with every other request of their process, and
none of them is faster for it: they queue for the same write lock anyway. This is a courtesy, not a lock that anything
relies on: who has waited long enough goes on beside the others, so that one slow wallet holds up nobody's credit.
"""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PATIENCE_SECONDS = 3.0
_LOOK_AGAIN_SECONDS = 0.001

_here = threading.Lock()


@contextmanager
def one_webhook() -> Iterator[None]:
    until = time.monotonic() + PATIENCE_SECONDS
    has_turn = _here.acquire(timeout=PATIENCE_SECONDS)
    try:
        # Opened anew each time: a descriptor that crossed a fork would share its lock.
        with (Path(settings.DATA_DIR) / "webhook.lock").open("ab") as file:
            while has_turn and not _is_ours(file.fileno()) and time.monotonic() < until:
                time.sleep(_LOOK_AGAIN_SECONDS)
            yield
    finally:
        if has_turn:
            _here.release()


def _is_ours(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
