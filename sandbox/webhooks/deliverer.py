"""The thread that sends what is due and runs what was planned for later."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from sandbox.clock import now_ms
from sandbox.flows.tasks import run_due_tasks
from sandbox.models import Delivery
from sandbox.webhooks.queue import wake
from sandbox.webhooks.send import attempt

TICK_SECONDS = 0.25
SENDERS = 16  # a slow receiver must not stop the others

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_sending: set[int] = set()


def wait_until_quiet(seconds: float) -> bool:
    """Wait for the deliveries that are on the wire right now."""
    give_up = time.monotonic() + seconds
    while _sending and time.monotonic() < give_up:
        time.sleep(0.01)
    return not _sending


class Deliverer(threading.Thread):
    """Delivers at least once: a row stays pending until its endpoint's 2xx has been written down."""

    def __init__(self) -> None:
        super().__init__(name="deliverer", daemon=True)
        self.pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")

    def run(self) -> None:
        while True:
            wake.wait(TICK_SECONDS)
            wake.clear()
            try:
                run_due_tasks()
                self.send_due()
            except Exception:
                logger.exception("The deliverer goes on after a fault")
                connection.close()

    def send_due(self) -> None:
        """Hand every due delivery that is not being sent already to a sender."""
        with _lock:
            due = Delivery.objects.filter(state="pending", due_ms__lte=now_ms()).exclude(id__in=_sending)
            rows = list(due.order_by("due_ms", "id")[: SENDERS * 4])
            _sending.update(row.id for row in rows)
        for row in rows:
            self.pool.submit(self.send_one, row)

    def send_one(self, row: Delivery) -> None:
        try:
            row.refresh_from_db()
            if row.state == Delivery.State.PENDING:
                attempt(row)
        except Exception:
            logger.exception("Delivery %s", row.id)
            connection.close()
        finally:
            with _lock:
                _sending.discard(row.id)
            wake.set()
