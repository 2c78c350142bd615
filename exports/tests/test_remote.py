"""The far side's manners: it stops when nobody waits, and what cannot be told is no reason to stop."""

import pytest

from exports import remote
from exports.remote import Home, NotWanted


@pytest.fixture
def home(monkeypatch):
    monkeypatch.setattr(remote, "PROGRESS_EVERY_SECONDS", 0.01)
    return Home("http://127.0.0.1:9/callback", "key", "fc-1")


def test_it_stops_when_nobody_waits(home, monkeypatch):
    def gone(*args, **kwargs):
        raise NotWanted

    monkeypatch.setattr(remote, "_call", gone)
    home._keep_telling()
    assert home.said_stop()


def test_a_broken_line_stops_nothing(home, monkeypatch):
    tries = []

    def broken(*args, **kwargs):
        tries.append(1)
        if len(tries) == 3:
            home._done.set()
        raise OSError("broken")

    monkeypatch.setattr(remote, "_call", broken)
    home._keep_telling()
    home.tell_end({"ok": True})
    assert (len(tries), home.said_stop()) == (4, False)
