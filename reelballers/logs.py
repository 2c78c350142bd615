"""Log lines without secrets: whoever reads the logs must not be let in by what they say."""

import logging

from reelballers.redaction import redacted


class Redacting(logging.Formatter):
    """The whole of an entry is looked through, its traceback too, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))
