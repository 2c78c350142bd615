"""What a worker says when a round of its work fails."""

import threading

import pytest

from reelballers.management.commands.worker import _rounds
from wallet.stripe_api import StripeUnavailable


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
