"""Running a child: stopped when asked, gone whatever happens to us."""

import os
import signal
import subprocess
import sys
import time

import pytest

from exports.video import process
from exports.video.tests.test_job import ROOT, children_of, is_gone, wait_for

STUBBORN = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]


def test_a_child_that_ignores_us_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "TERM_GRACE_SECONDS", 0.2)
    ended = process.run(STUBBORN, folder=tmp_path, deadline=time.monotonic() + 0.3)
    assert (ended.stopped, ended.exit_code) == ("timeout", -signal.SIGKILL)


def test_a_failing_callback_leaves_no_child(tmp_path):
    before = set(children_of(os.getpid()))  # another test's servers may run in this process
    with pytest.raises(ZeroDivisionError):
        process.run(STUBBORN, folder=tmp_path, on_line=lambda _: 1 / 0, deadline=time.monotonic() + 9)
    assert set(children_of(os.getpid())) <= before


def test_only_the_end_of_what_it_complained_is_kept(tmp_path):
    noisy = ["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo the end >&2"]
    ended = process.run(noisy, folder=tmp_path, deadline=time.monotonic() + 9)
    assert ended.stderr_tail.endswith("the end\n")
    assert len(ended.stderr_tail) <= process.STDERR_TAIL_BYTES


PARENT_KILLED_BETWEEN_FORK_AND_EXEC = """
import os, pathlib, signal, sys, time
from exports.video import process

def too_late(*arguments):
    pathlib.Path(folder, "pid").write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    while os.getppid() == parent_pid:
        time.sleep(0.01)
    return prctl(*arguments)

folder, parent_pid, prctl = sys.argv[1], os.getpid(), process._libc.prctl
process._libc.prctl = too_late
process.run(["touch", "lives"], folder=folder, deadline=1e12)
"""


def test_a_child_whose_parent_dies_at_its_birth_never_begins(tmp_path):
    command = [sys.executable, "-c", PARENT_KILLED_BETWEEN_FORK_AND_EXEC, str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    child = int((tmp_path / "pid").read_text())
    wait_for(lambda: is_gone(child))
    assert not (tmp_path / "lives").exists()


def test_a_silent_child_dies_with_its_killed_parent(tmp_path):
    """One that never writes, so that no broken pipe ends it."""
    code = f"from exports.video import process; process.run(['sleep', '60'], folder={str(tmp_path)!r}, deadline=1e12)"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    wait_for(lambda: children_of(parent.pid))
    children = children_of(parent.pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(5)
    wait_for(lambda: all(is_gone(child) for child in children), seconds=5)
