"""At most two uploads are looked at at a time, over all processes, and nobody waits for ever."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from exports import slots
from exports.clips import turns
from exports.errors import TooManyLooks
from exports.tests.test_upload import nothing_was_kept, reader, upload


@pytest.fixture
def all_taken():
    held = [slots.take(turns.AT_ONCE, "looks") for _ in range(turns.AT_ONCE)]
    assert None not in held
    yield held
    for descriptor in held:
        os.close(descriptor)


def test_who_waits_too_long_comes_back_later(db, clip, all_taken, monkeypatch):
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.2)
    answer = upload(Client(), clip)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert nothing_was_kept()


def test_who_waits_goes_on_when_another_is_done(all_taken):
    got = []

    def wait():
        with turns.turn() as held:
            got.append(held)

    waiting = threading.Thread(target=wait)
    waiting.start()
    os.close(all_taken[0])
    waiting.join(10)
    all_taken[0] = os.open(os.devnull, os.O_RDONLY)
    assert got


def test_a_refused_clip_gives_its_turn_back(db, clip, monkeypatch, tmp_path):
    monkeypatch.setattr("exports.video.isolated.sys.executable", reader(tmp_path, "exit 1"))
    for _ in range(turns.AT_ONCE + 1):
        assert upload(Client(), clip).status_code == 500
    assert slots.any_free(turns.AT_ONCE, "looks")


def test_a_turn_ends_with_the_last_who_holds_it(monkeypatch):
    """Its reader may outlive a killed web process: then it is the reader's turn still."""
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.1)
    with turns.turn() as held:
        child = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[held], stdin=subprocess.PIPE)
    with pytest.raises(TooManyLooks), turns.turn():
        pass
    child.kill()
    child.wait()
    with turns.turn():
        pass


def test_the_readers_of_an_upload_hold_its_turn(db, clip, monkeypatch, tmp_path):
    seen = tmp_path / "seen"
    line = f"readlink /proc/$$/fd/* > {seen}; exit 1"
    monkeypatch.setattr("exports.video.isolated.sys.executable", reader(tmp_path, line))
    upload(Client(), clip)
    assert str(Path(settings.DATA_DIR) / "slots" / "looks") in seen.read_text()
