"""How many exports run on this machine at once, over all workers: a locked file for each.

The child inherits the lock, so that the kernel frees the slot when it is gone, however it and its worker ended.
"""

import fcntl
import os
from pathlib import Path

from django.conf import settings


def take(count: int) -> int | None:
    """A descriptor that holds one of `count` slots until its last copy is closed; None if all are taken."""
    for number in range(count):
        descriptor = _open(number)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def any_free(count: int) -> bool:
    slot = take(count)
    if slot is None:
        return False
    os.close(slot)
    return True


def _open(number: int) -> int:
    folder = Path(settings.DATA_DIR) / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
