"""Keeps "open this name" and "put another file under this name" apart, between processes.

SQLite opens and deletes -wal and -shm by name: a file swapped in while another is half open would meet the other's
log. So opening and closing hold a shared lock on the user's shard folder and a swap holds it alone, for milliseconds.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from reelballers.user_db.paths import shard_directory_name


@contextmanager
def shared_fence(user_id: str) -> Iterator[None]:
    with _locked(user_id, fcntl.LOCK_SH):
        yield


@contextmanager
def exclusive_fence(user_id: str) -> Iterator[None]:
    with _locked(user_id, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(user_id: str, how: int) -> Iterator[None]:
    # A descriptor for each use: flock belongs to the open file, and threads must not share one.
    try:
        descriptor = os.open(shard_directory_name(user_id), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield  # no shard folder, no file: nothing to keep apart
        return
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
