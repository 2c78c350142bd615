"""One writer of `default` at a time in this process, so that a burst of webhooks queues instead of colliding.

SQLite has no queue for its write lock: whoever finds it taken sleeps and looks again, for 5 s at most. With 32 threads
that look at odd moments some are never lucky and answer 503. A lock of the process lets each in turn; only the few
processes still compete. Reads are not held up.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_writing = threading.RLock()


@contextmanager
def one_writer() -> Iterator[None]:
    with _writing:
        yield
