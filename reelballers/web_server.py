"""What we change about gunicorn: what its log may say."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from reelballers.logs import Redacting


class RedactingLogger(Logger):
    """gunicorn names addresses in its errors, and in its access log where one is switched on."""

    def _set_handler(self, log: Any, output: Any, fmt: logging.Formatter, stream: Any = None) -> None:
        super()._set_handler(log, output, Redacting(fmt._fmt, fmt.datefmt), stream)
