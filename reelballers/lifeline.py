"""What ties a part to the manager that started it: it tells that it lives, and it does not outlive it."""

import contextlib
import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
# The number of the pipe's end to write signs of life to; absent where nobody listens.
BEAT_FD = "BEAT_FD"

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent_pid: int) -> None:
    """Has the kernel kill this process when its parent ends, however that ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it ended before the kernel knew
        os._exit(1)


def beat() -> None:
    """One sign of life."""
    number = os.environ.get(BEAT_FD)
    if number is None:
        return
    # It has not read the earlier ones yet, or it is gone and we follow.
    with contextlib.suppress(BlockingIOError, BrokenPipeError):
        os.write(int(number), b".")
