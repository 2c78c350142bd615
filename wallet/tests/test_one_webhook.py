"""Webhooks take turns, over threads and processes; nobody waits longer than patience lasts."""

import subprocess
import sys
import threading

import pytest

from wallet.stripe import one_webhook as turns
from wallet.stripe.one_webhook import one_webhook

DEADLINE_SECONDS = 20
HOLD_THE_TURN = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def elsewhere(db, settings):
    """Another process that has the turn until it is told to end."""
    command = [sys.executable, "-c", HOLD_THE_TURN, str(settings.DATA_DIR / "webhook.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def another_webhook() -> tuple[threading.Thread, threading.Event]:
    has_begun = threading.Event()

    def begin() -> None:
        with one_webhook():
            has_begun.set()

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    return thread, has_begun


@pytest.fixture
def patient(monkeypatch):
    """Who waits gets the turn, on the slowest of machines."""
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 10 * DEADLINE_SECONDS)


def test_two_in_one_process_take_turns(db, patient):
    with one_webhook():
        thread, has_begun = another_webhook()
        assert not has_begun.wait(0.2)
    assert has_begun.wait(DEADLINE_SECONDS)
    thread.join(DEADLINE_SECONDS)


def test_two_processes_take_turns(elsewhere, patient):
    thread, has_begun = another_webhook()
    assert not has_begun.wait(0.2)
    elsewhere.stdin.close()
    assert has_begun.wait(DEADLINE_SECONDS)
    thread.join(DEADLINE_SECONDS)


def test_a_turn_that_cannot_be_asked_for_is_not_kept(db, patient, settings):
    """Out of descriptors, or no room for the file: this webhook fails, the next has its turn."""
    settings.DATA_DIR, home = settings.DATA_DIR / "gone", settings.DATA_DIR
    with pytest.raises(FileNotFoundError), one_webhook():
        pytest.fail("it has no turn")
    settings.DATA_DIR = home
    thread, has_begun = another_webhook()
    assert has_begun.wait(DEADLINE_SECONDS)
    thread.join(DEADLINE_SECONDS)


def test_a_turn_that_never_ends_holds_up_nobody_for_long(elsewhere, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.1)
    begun = [another_webhook() for _ in range(3)]
    assert all(has_begun.wait(DEADLINE_SECONDS) for _, has_begun in begun)
