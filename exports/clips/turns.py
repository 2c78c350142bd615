"""Looking at uploads takes turns: two at a time on this machine, whoever has to wait too long comes back later.

A picture of 8K is a hundred megabytes to a decoder, and anybody may send six of them at once in half a megabyte each.
"""

import contextlib
import os
import time
from collections.abc import Iterator

from exports import slots
from exports.errors import TooManyLooks

AT_ONCE = 2
WAIT_SECONDS = 20.0
ASK_EVERY_SECONDS = 0.05


@contextlib.contextmanager
def turn() -> Iterator[int]:
    """Waits for one and gives the descriptor that holds it, for the processes that look. Raises TooManyLooks."""
    held = _wait()
    try:
        yield held
    finally:
        os.close(held)


def _wait() -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while (held := slots.take(AT_ONCE, "looks")) is None:
        if time.monotonic() > deadline:
            raise TooManyLooks
        time.sleep(ASK_EVERY_SECONDS)
    return held
