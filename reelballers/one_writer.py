"""One writer of `default` at a time in this process, so that a burst of webhooks queues instead of colliding.

SQLite has no queue for its write lock: whoever finds it taken sleeps and looks again, for 5 s at most. With 32 threads
that look at odd moments some are never lucky and answer 503. A lock of the process lets each in turn; only the few
processes still compete. Reads are not held up.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

TURN_WITHIN_SECONDS = 10

_writing = threading.RLock()


@contextmanager
def one_writer() -> Iterator[None]:
    """Raises OperationalError, as SQLite itself would, when the turn does not come in time: the edge answers 503."""
    if not _writing.acquire(timeout=TURN_WITHIN_SECONDS):
        raise OperationalError("database is locked: too many writers are waiting")
    try:
        yield
    finally:
        _writing.release()
