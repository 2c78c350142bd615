"""What a worker does that no visitor asks for, and what it says when a round of its work fails."""

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pysqlite3
import pytest

from operators.management.commands.worker import _rounds
from tests.product import ROOT, Product
from wallet.stripe.api import StripeUnavailable

DEADLINE_SECONDS = 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "level", "has_traceback"),
    [(StripeUnavailable("refused"), "WARNING", False), (KeyError("id"), "ERROR", True)],
)
def test_only_a_fault_of_ours_has_a_traceback(
    caplog: pytest.LogCaptureFixture, error: Exception, level: str, has_traceback: bool
) -> None:
    stop = threading.Event()

    def work() -> None:
        stop.set()
        raise error

    _rounds("reconcile", work, 0, stop)
    (record,) = caplog.records
    assert (record.levelname, bool(record.exc_info)) == (level, has_traceback)


def test_expired_sessions_go_and_others_stay(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.manage("setup")
    with contextlib.closing(pysqlite3.connect(tmp_path / "default.sqlite3", isolation_level=None)) as default:
        rows = [("expired", "2026-01-01"), ("living", "2126-01-01")]
        default.executemany(
            "INSERT INTO django_session (session_key, session_data, expire_date, device) VALUES (?, '', ?, '')",
            rows,
        )
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=product.environment)
        try:
            deadline = time.monotonic() + DEADLINE_SECONDS
            while len(left := default.execute("SELECT session_key FROM django_session").fetchall()) > 1:
                assert time.monotonic() < deadline, left
                time.sleep(0.05)
        finally:
            worker.terminate()
            worker.wait(DEADLINE_SECONDS)
    assert left == [("living",)]
