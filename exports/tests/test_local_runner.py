"""The local runner with real processes: bounded, cancelled, and never outliving whoever started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.attempts import Attempt
from exports.runners import local
from exports.runners.base import NotSent
from exports.runners.local import LocalRunner
from exports.video.probe import probe
from exports.video.tests.clips import make_clip
from tests.cast import export_jobs


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory) -> Path:
    """Takes many seconds to export."""
    return make_clip(tmp_path_factory.mktemp("long") / "clip.mp4", seconds=30, size=(320, 180))


@pytest.fixture
def runner(settings) -> Iterator[LocalRunner]:
    runner = LocalRunner(parallel=1)
    yield runner
    for child in runner._children.values():
        child.process.kill()
        child.process.wait()


def attempt(clip: Path, number: int = 1, **changes) -> Attempt:
    export_jobs.put(f"{number}/source.mp4", clip)
    facts = {"export_type": "framing", "params": {}, "sold_duration_ms": 60_000, "deadline_seconds": 60.0}
    return Attempt(
        user_id="0" * 32,
        job_id="j",
        number=number,
        source_path=f"{number}/source.mp4",
        output_prefix=f"out/{number}",
        **{**facts, **changes},
    )


def wait_for(runner, call_id, wanted, which: Attempt, seconds=40.0):
    deadline = time.monotonic() + seconds
    while (report := runner.poll(call_id, which)).state != wanted:
        assert time.monotonic() < deadline, report
        time.sleep(0.1)
    return report


def processes_of(text: str) -> list[int]:
    """Processes whose command line names `text`. One that is ending has none any more, and its files still open."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text in (folder / "cmdline").read_text() and "Z" not in state_of(folder):
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def state_of(folder: Path) -> str:
    return (folder / "stat").read_text().rpartition(")")[2].split()[0]


def wait_until_gone(text: str, seconds=30.0) -> None:
    deadline = time.monotonic() + seconds
    while processes_of(text):
        assert time.monotonic() < deadline, processes_of(text)
        time.sleep(0.05)


def wait_for_ffmpeg(folder: Path) -> None:
    deadline = time.monotonic() + 30
    while len(processes_of(str(folder))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def folder_of(which: Attempt) -> Path:
    return local.media.local_path(which.output_prefix)


def test_it_makes_the_file_and_the_envelope(runner, clip):
    which = attempt(clip)
    report = wait_for(runner, runner.submit(which), "ended", which)
    assert report.envelope["ok"], report.envelope
    facts = probe(folder_of(which) / "output.mp4")
    assert (facts.width, facts.height, facts.has_audio) == (1080, 1920, True)


def test_it_tells_how_far_it_is(runner, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    deadline = time.monotonic() + 40
    while not 0 < runner.poll(call_id, which).progress < 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_cancel_ends_it_with_its_ffmpeg(runner, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    wait_for_ffmpeg(folder_of(which))
    runner.cancel(call_id)
    assert wait_for(runner, call_id, "ended", which).envelope["error_code"] == "cancelled"
    wait_until_gone(str(folder_of(which)))
    assert not (folder_of(which) / "output.mp4").exists()


def test_a_cancel_of_what_is_gone_does_nothing(runner):
    for call_id in ("", "x:y", "1:never", f"{os.getpid()}:other", "999999999:1"):
        runner.cancel(call_id)


def test_it_runs_no_more_at_once_than_it_may(runner, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    other = LocalRunner(parallel=1)  # another worker on this machine
    assert not runner.has_room()
    assert not other.has_room()
    with pytest.raises(NotSent):
        other.submit(attempt(long_clip, number=2))
    runner.cancel(call_id)
    deadline = time.monotonic() + 30
    while not other.has_room():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_its_deadline_ends_it(runner, long_clip):
    which = attempt(long_clip, deadline_seconds=1.0)
    report = wait_for(runner, runner.submit(which), "ended", which)
    assert report.envelope["error_code"] == "timeout"


@pytest.mark.parametrize("limit", ["MEMORY_BYTES", "OUTPUT_LIMIT_BYTES"])
def test_memory_and_output_are_bounded(runner, long_clip, monkeypatch, limit):
    monkeypatch.setattr(local, limit, {"MEMORY_BYTES": 300 * 1024**2, "OUTPUT_LIMIT_BYTES": 100_000}[limit])
    which = attempt(long_clip)
    call_id = runner.submit(which)
    deadline = time.monotonic() + 40
    while (report := runner.poll(call_id, which)).state not in {"ended", "lost"}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not report.envelope.get("ok")
    assert report.envelope.get("error_code", "internal") == "internal"


def test_one_that_hangs_is_killed(runner, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    wait_for_ffmpeg(folder_of(which))
    os.kill(int(call_id.split(":")[0]), signal.SIGSTOP)
    runner.cancel(call_id)
    runner._children[call_id].kill_at = 0.0
    runner.poll(call_id, which)
    wait_until_gone(str(folder_of(which)))
    wait_for(runner, call_id, "lost", which)


def test_a_killed_one_is_lost(runner, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    os.kill(int(call_id.split(":")[0]), signal.SIGKILL)
    assert wait_for(runner, call_id, "lost", which).state == "lost"


def test_what_dies_with_the_worker_can_be_killed_and_started_anew(runner, clip, long_clip):
    which = attempt(long_clip)
    call_id = runner.submit(which)
    wait_for_ffmpeg(folder_of(which))
    assert runner.dying_with_us() == [which]
    runner.kill(which)
    assert runner.poll(call_id, which).state == "lost"
    assert runner.dying_with_us() == []
    wait_until_gone(str(folder_of(which)))
    (folder_of(which) / "manifest.json").write_text('{"ok": false}')
    export_jobs.put("1/source.mp4", clip)
    assert wait_for(runner, runner.submit(which), "ended", which).envelope["ok"]


def test_half_a_manifest_is_none(runner, clip):
    which = attempt(clip)
    folder_of(which).mkdir(parents=True)
    (folder_of(which) / "manifest.json").write_text('{"ok": tr')
    assert runner.poll("1:never", which).state == "lost"


def test_it_knows_no_secrets(runner, long_clip, monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_of_ours")
    call_id = runner.submit(attempt(long_clip))
    path, deadline = Path(f"/proc/{call_id.split(':')[0]}/environ"), time.monotonic() + 5
    while not (environment := path.read_bytes()):  # the kernel is still setting it up
        assert time.monotonic() < deadline
    assert b"PATH=" in environment
    assert b"sk_live_of_ours" not in environment


WORKER = """
import sys, time
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.DATA_DIR = Path(sys.argv[1])
settings.MEDIA_ROOT = settings.DATA_DIR / "media"
from django.core.files.storage import default_storage
default_storage._wrapped = type("S", (), {"path": staticmethod(lambda name: str(settings.MEDIA_ROOT / name))})
from exports.attempts import Attempt
from exports.runners.local import LocalRunner
runner = LocalRunner(parallel=1)
which = Attempt("0" * 32, "j", 1, "framing", {}, "1/source.mp4", "out/1", 60_000, 60.0)
print(runner.submit(which), flush=True)
time.sleep(60)
"""


def test_it_dies_with_its_worker(settings, long_clip):
    """SIGKILL to the worker alone: nothing of the attempt survives it, and another worker finds it lost."""
    which = attempt(long_clip)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "reelballers.settings_test"}
    command = [sys.executable, "-c", WORKER, str(settings.DATA_DIR)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as worker:
        call_id = worker.stdout.readline().strip()
        wait_for_ffmpeg(folder_of(which))
        worker.kill()
    wait_until_gone(str(folder_of(which)))
    other = LocalRunner(parallel=1)
    assert wait_for(other, call_id, "lost", which)
    assert other.has_room()
