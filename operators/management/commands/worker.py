"""The worker: dispatches and follows exports, applies what Stripe left, beats its heart. Any number may run."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from accounts.worker import LOOPS as account_loops
from exports.runners import runner
from exports.worker import dispatch, retention, sweep
from mail.worker import LOOPS as mail_loops
from operators import summaries
from operators.acts import confirm
from operators.user_files import never_used, tombstones
from reelballers import gate, lifeline
from reelballers.models import Heartbeat
from reelballers.sessions import SessionStore
from wallet.stripe.api import StripeUnavailable
from wallet.worker import LOOPS as payment_loops

logger = logging.getLogger(__name__)

# For all loops together. What is cut short then is repeated by the next worker.
LOOPS_END_SECONDS = 8
NOTE_SECONDS = 5


class Command(BaseCommand):
    help = "Runs until SIGTERM or Ctrl-C."
    requires_system_checks = ()  # what is checked of the code, web checks at every start

    def handle(self, *args: Any, **options: Any) -> None:
        gate.refuse()
        call_command("setup", verbosity=0)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        # Threads, so that a slow Stripe never holds up an export.
        loops = [
            _loop("figures", lambda: summaries.refresh_some(stop.is_set), 5, stop),
            _loop("operators' acts", confirm.finish_stale, 30, stop),
            _loop("retention", lambda: retention.sweep(stop, is_erased=tombstones.is_erased), 3600, stop),
            _loop("guests", lambda: never_used.sweep(stop), 3600, stop),
            _loop("expired sessions", SessionStore.clear_expired, 3600, stop),
            *(
                _loop(name, work, every_seconds, stop)
                for name, work, every_seconds in (*payment_loops, *mail_loops, *account_loops)
            ),
        ]
        exports = runner()
        pulse = Pulse()

        def beats_until_stopped() -> bool:
            pulse.beat()
            return stop.is_set()

        def export_round() -> None:
            pulse.beat()
            sweep.sweep(exports, beats_until_stopped)

        _rounds("exports", export_round, 0.3, stop)
        dispatch.hand_over(exports)
        ends_at = time.monotonic() + LOOPS_END_SECONDS
        for thread in loops:
            thread.join(max(0.0, ends_at - time.monotonic()))


class Pulse:
    """Signs of life of the loop that must not stand still: to the manager each time, in `default` for all to see."""

    def __init__(self) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._noted_at = float("-inf")

    def beat(self) -> None:
        lifeline.beat()
        if time.monotonic() - self._noted_at < NOTE_SECONDS:
            return
        self._noted_at = time.monotonic()
        try:
            Heartbeat.objects.update_or_create(name=self._name, defaults={"beaten_at": timezone.now()})
            Heartbeat.objects.filter(beaten_at__lt=timezone.now() - timedelta(days=1)).delete()
        except OperationalError as error:
            logger.warning("heartbeat: %s", error)  # no reason to leave an export lying


def _loop(
    name: str, work: Callable[[], Any], every_seconds: float, stop: threading.Event
) -> threading.Thread:
    thread = threading.Thread(target=_rounds, args=(name, work, every_seconds, stop), name=name, daemon=True)
    thread.start()
    return thread


def _rounds(name: str, work: Callable[[], Any], every_seconds: float, stop: threading.Event) -> None:
    """Works, rests, works; a fault is logged and the next round comes."""
    while not stop.is_set():
        try:
            work()
        except StripeUnavailable as error:
            logger.warning("%s: %s", name, error)
        except Exception:
            logger.exception("%s", name)
            close_old_connections()
        stop.wait(every_seconds)
