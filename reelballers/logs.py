"""Log lines without secrets: whoever reads the logs must not be let in by what they say."""

import logging

from reelballers.redaction import redacted


class Redacting(logging.Formatter):
    """The whole of an entry is looked through, its traceback too, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class VisitorsDoing(logging.Filter):
    """What makes no sense in a request (a wrong Host, forged fields) is told in one line: the trace is Django's own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
