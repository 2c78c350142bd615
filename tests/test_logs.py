"""No log line lets its reader in: tokens in paths, signatures in queries, keys in errors."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from gunicorn.config import Config

from reelballers.redaction import redacted
from reelballers.web_server import RedactingLogger
from tests.product import ROOT

TOKEN = "t0ken" * 12
TICKET = f"{'a' * 32}.{'b' * 24}.1.9999999999"


@pytest.mark.django_db
def test_a_failed_csrf_check_hides_the_token(log: io.StringIO) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/sign-in/{TOKEN}").status_code == 403
    assert "Forbidden" in log.getvalue()
    assert "/sign-in/[hidden]" in log.getvalue()
    assert TOKEN not in log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", [f"/sign-in/{TOKEN}", f"/api/callbacks/exports/{TICKET}/order?signature={TOKEN}"]
)
def test_a_fault_of_ours_hides_the_token(log: io.StringIO, settings, path: str) -> None:
    settings.CALLBACK_SECRETS = None  # breaks the one page, and the next line the other
    del settings.APP_URL
    assert Client(raise_request_exception=False).get(path).status_code == 500
    assert "Internal Server Error" in log.getvalue()
    assert TOKEN not in log.getvalue()
    assert TICKET not in log.getvalue()


WRITERS = """
import logging
import django
django.setup()
from reelballers.logs import Redacting
loggers = [logging.getLogger(), *logging.root.manager.loggerDict.values()]
handlers = [each for logger in loggers for each in getattr(logger, "handlers", ())]
writing = [each for each in handlers if not isinstance(each, logging.NullHandler)]
print([each for each in writing if not isinstance(each.formatter, Redacting)])
"""


def test_nobody_writes_past_it() -> None:
    """A second handler, such as Django's own for DEBUG, would write the line unredacted."""
    done = subprocess.run(
        [sys.executable, "-c", WRITERS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_gunicorns_own_logs_hide_the_token(tmp_path: Path) -> None:
    cfg = Config()
    cfg.set("errorlog", str(tmp_path / "errors"))
    cfg.set("accesslog", str(tmp_path / "accesses"))
    logger = RedactingLogger(cfg)
    logger.error("Error handling request %s %s", "POST", f"/sign-in/{TOKEN}")
    logger.access_log.info('"GET /sign-in/%s HTTP/1.1" 200', TOKEN)
    for name in ("errors", "accesses"):
        written = (tmp_path / name).read_text()
        assert "/sign-in/[hidden]" in written
        assert TOKEN not in written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/sign-in/abc?next=/", "/sign-in/[hidden]?next=/"),
        ("/api/account/link/abc", "/api/account/link/[hidden]"),
        ("/x/source?signature=abc&b=1", "/x/source?signature=[hidden]&b=1"),
        (
            "https://s3/x?X-Amz-Date=1&X-Amz-Signature=abc",
            "https://s3/x?X-Amz-Date=1&X-Amz-Signature=[hidden]",
        ),
        ("Invalid API Key provided: sk_test_****abcd", "Invalid API Key provided: [hidden]"),
        ("pi_1_secret_abc", "pi_1_secret_[hidden]"),
        ("ask_stripe disk_full /api/export/abc", "ask_stripe disk_full /api/export/abc"),
    ],
)
def test_what_is_hidden(text: str, shown: str) -> None:
    assert redacted(text) == shown
