"""How many of a kind run on this machine at once, over all processes: a locked file for each.

A child inherits the lock, so that the kernel frees the slot when it is gone, however it and its parent ended.
"""

import fcntl
import os
from pathlib import Path

from django.conf import settings


def take(count: int, kind: str) -> int | None:
    """A descriptor that holds one of a kind's `count` slots until its last copy is closed; None if all are taken."""
    for number in range(count):
        descriptor = _open(number, kind)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def any_free(count: int, kind: str) -> bool:
    slot = take(count, kind)
    if slot is None:
        return False
    os.close(slot)
    return True


def _open(number: int, kind: str) -> int:
    folder = Path(settings.DATA_DIR) / "slots" / kind
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
