"""gunicorn's settings: few processes, many threads, so that slow uploads do not stop webhooks."""

import gc
import sys
from typing import Any

from reelballers import environment as env
from reelballers import lifeline

wsgi_app = "reelballers.wsgi:application"
bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000, at_least=1)}"
worker_class = "reelballers.reception.ReceivingWorker"
worker_connections = 4000  # waiting ones cost a descriptor and what they sent
workers = env.number("WEB_CONCURRENCY", 2, at_least=1)
threads = env.number("WEB_THREADS", 32, at_least=1)
# Loaded once and forked: loading costs seconds a process. A SQLite connection must not cross the fork.
preload_app = True
keepalive = 30
timeout = 60  # of a process whose main thread is silent, not of a request
graceful_timeout = 30  # an upload that has begun
# Uploads come whole to our own temporary folder, never through gunicorn's.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# A socket in HOME, for a command line that nobody here uses; a container's user may have no HOME.
control_socket_disable = True
logger_class = "reelballers.web_server.RedactingLogger"
accesslog = None
loglevel = "warning"


def on_starting(server: object) -> None:
    """Loaded, and not listening yet. Ends the process, in the words of the gate or of `setup`, if it cannot serve."""
    from reelballers import gate

    gate.refuse()
    from operators.management.commands.setup import Command

    Command().run_from_argv(["manage.py", "setup"])


def when_ready(server: object) -> None:
    from django.conf import settings

    sys.stdout.write(f"Reel Ballers Wallet on {settings.APP_URL} (Ctrl-C stops it)\n")


def pre_fork(server: object, worker: object) -> None:
    from django.db import connections

    opened = [alias for alias in connections if connections[alias].connection is not None]
    if opened:
        raise RuntimeError(f"connections open before the fork: {opened}")
    # What is loaded stays: looking through it for garbage stopped every thread of a process for a tenth of a second.
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    from reelballers import counters

    lifeline.die_with(server.pid)
    counters.take_row(worker.age)
