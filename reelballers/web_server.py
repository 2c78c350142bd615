"""What we change about gunicorn: how a connection ends, and what its log may say."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from reelballers.logs import Json, Redacting

READ_UP_SECONDS = 0.25


class RedactingLogger(Logger):
    """gunicorn names addresses in its errors, and in its access log where one is switched on."""

    def _set_handler(self, log: Any, output: Any, fmt: logging.Formatter, stream: Any = None) -> None:
        formatter = Json() if settings.LOG_FORMAT == "json" else Redacting(fmt._fmt, fmt.datefmt)
        super()._set_handler(log, output, formatter, stream)


class PoliteWorker(ThreadWorker):
    """A request refused before its body was read leaves the body on the connection. gunicorn drops a little of it after
    the answer, and where that does not suffice it ends a connection that it has just called kept alive: the next
    request on it, through a proxy another visitor's, dies. So what is left is looked at before the answer begins: a
    little is read, more than that means `Connection: close`.
    """

    wsgi: Callable[..., Any]

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = _announcing_the_end(self.wsgi)

    def handle_request(self, req: Any, conn: Any) -> Any:
        req.read_up = partial(_read_up, conn.parser)
        return super().handle_request(req, conn)


def _announcing_the_end(application: Callable[..., Any]) -> Callable[..., Any]:
    def announcing(environ: dict[str, Any], start_response: Any) -> Any:
        response = start_response.__self__

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if not response.req.read_up():
                response.force_close()
            return start_response(status, headers, exc_info)

        return application(environ, start)

    return announcing


def _read_up(parser: Any) -> bool:
    """Whether nothing of the request is left on the connection, after reading at most 64 KiB that are on their way."""
    try:
        return bool(parser.finish_body(deadline=time.monotonic() + READ_UP_SECONDS))
    except Exception:  # noqa: BLE001 - a broken chunk, a client that left: in any case the end
        return False
