"""The process: one thread for each connection, so that calls told to hang never block the others."""

import os
import signal
import sys
from types import FrameType
from wsgiref.types import WSGIApplication

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from reelballers.sandbox.config import HOST


class Server(ThreadedWSGIServer):
    request_queue_size = 256


class Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # headers and body are two writes; waiting costs 40 ms an answer

    def get_environ(self) -> dict:
        # A fault may watch or cut the caller's connection.
        return super().get_environ() | {"sandbox.connection": self.connection}


def serve(port: int, application: WSGIApplication) -> None:
    """Serve until SIGTERM or SIGINT, then stop at once: every committed change is safe on disk."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    server = Server((HOST, port), Handler)
    server.set_app(application)
    server.serve_forever(poll_interval=0.5)


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.stderr.flush()
    os._exit(
        0
    )  # senders that wait for a slow receiver must not keep the process; they try again at the next start
