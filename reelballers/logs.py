"""Log lines without secrets: whoever reads the logs must not be let in by what they say."""

import json
import logging
from datetime import UTC, datetime

from reelballers.about import known_facts
from reelballers.redaction import redacted


class Redacting(logging.Formatter):
    """The whole of an entry is looked through, its traceback too, whoever wrote it. For people to read."""

    def format(self, record: logging.LogRecord) -> str:
        facts = "".join(f" {name}={value}" for name, value in known_facts().items())
        return redacted(super().format(record) + (f" [{facts.strip()}]" if facts else ""))


class Json(Redacting):
    """One object a line, for programs to read."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **known_facts(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            entry["cause"] = self.formatException(record.exc_info)
        # Looked through before they are quoted: quoting hides where a secret begins.
        clean = {name: redacted(value) if isinstance(value, str) else value for name, value in entry.items()}
        return json.dumps(clean, ensure_ascii=False)


class VisitorsDoing(logging.Filter):
    """What makes no sense in a request (a wrong Host, forged fields) is told in one line: the trace is Django's own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
