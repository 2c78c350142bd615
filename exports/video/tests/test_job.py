"""`python -m exports.video`: a process that can be watched, cancelled, limited, and never leaves a child behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def start_job(source, tmp_path, **job):
    job = {"export_type": "framing", "params": {}, "sold_duration_ms": 2000, "deadline_seconds": 60, **job}
    spec = tmp_path / "job.json"
    folder = tmp_path / "out"
    folder.mkdir()
    spec.write_text(json.dumps({"source": str(source), "output_dir": str(folder), **job}))
    command = [sys.executable, "-m", "exports.video", str(spec)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL), folder


def start_long_job(long_clip, tmp_path, **job):
    options = {"export_type": "upscale", "params": {"factor": 4}, "sold_duration_ms": 4000} | job
    running, folder = start_job(long_clip, tmp_path, **options)
    wait_for(lambda: children_of(running.pid))
    return running, folder, children_of(running.pid)


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid):
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True


def read(folder, name="manifest.json"):
    return json.loads((folder / name).read_text())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_leaves_output_progress_and_manifest(landscape, tmp_path):
    running, folder = start_job(landscape, tmp_path, memory_bytes=2 * 1024**3, output_limit_bytes=10**8)
    assert running.wait(30) == 0
    assert names(folder) == ["manifest.json", "output.mp4", "progress.json"]
    assert read(folder)["ok"]
    assert read(folder, "progress.json") == {"progress": 1.0}


def test_a_refused_clip_has_a_manifest_too(tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("hello")
    running, folder = start_job(bad, tmp_path)
    assert running.wait(30) == 0
    assert (names(folder), read(folder)["error_code"]) == (["manifest.json"], "clip")


def test_terminating_cancels(long_clip, tmp_path):
    running, folder, children = start_long_job(long_clip, tmp_path)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
    assert read(folder)["error_code"] == "cancelled"
    assert all(is_gone(child) for child in children)
    assert "output.mp4" not in names(folder)


def test_when_its_parent_dies_it_stops_without_a_manifest(long_clip, tmp_path):
    running, folder, children = start_long_job(long_clip, tmp_path)
    running.stdin.close()
    assert running.wait(10) != 0
    wait_for(lambda: all(is_gone(child) for child in children))
    assert "manifest.json" not in names(folder)


def test_nothing_survives_a_kill(long_clip, tmp_path):
    running, folder, children = start_long_job(long_clip, tmp_path)
    os.kill(running.pid, signal.SIGKILL)
    running.wait(10)
    wait_for(lambda: all(is_gone(child) for child in children))
    assert "manifest.json" not in names(folder)


@pytest.mark.parametrize("limit", [{"output_limit_bytes": 50_000}, {"memory_bytes": 700 * 1024**2}])
def test_limits_hold_and_are_not_the_visitors_fault(limit, long_clip, tmp_path):
    running, folder = start_job(
        long_clip, tmp_path, export_type="upscale", params={"factor": 4}, sold_duration_ms=4000, **limit
    )
    assert running.wait(60) == 0
    assert read(folder)["error_code"] == "internal"
    assert "output.mp4" not in names(folder)


def test_the_deadline_is_kept(long_clip, tmp_path):
    running, folder, _ = start_long_job(long_clip, tmp_path, deadline_seconds=1)
    assert running.wait(10) == 0
    assert read(folder)["error_code"] == "timeout"
