"""Runs ffmpeg as a child that cannot outlive us, and can always be stopped."""

import ctypes
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

STDERR_TAIL_BYTES = 4000
POLL_SECONDS = 0.1
TERM_GRACE_SECONDS = 3.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)
_children: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True)
class Ended:
    """How a run ended: `stopped` is "cancelled" or "timeout" when we ended it, else empty."""

    exit_code: int
    stopped: str
    stderr_tail: str


def ffmpeg_path() -> str:
    """The pinned ffmpeg that comes with imageio-ffmpeg."""
    import imageio_ffmpeg  # slow to import, needed only here

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def run(
    command: Sequence[str],
    *,
    folder: str | os.PathLike[str],
    on_line: Callable[[str], None] = lambda line: None,
    should_cancel: Callable[[], bool] = lambda: False,
    deadline: float,
    die_with_parent: bool = True,
    memory_bytes: int | None = None,
    keep_open: Sequence[int] = (),
) -> Ended:
    """Runs `command` in `folder` until it ends, is cancelled, or `deadline` (time.monotonic()) passes.

    `on_line` gets each line of its standard output. Returns only when the child is gone, also when a callback
    raises. `die_with_parent` has the kernel kill the child with us; that runs code between fork and exec, which
    a server with many threads should avoid. `memory_bytes` bounds the child's address space. The descriptors in
    `keep_open` stay open in the child too: a lock on one is held until both are gone.
    """
    child = _start(_bounded(command, memory_bytes), folder, die_with_parent, keep_open)
    _children.add(child)
    try:
        return _follow(child, on_line, should_cancel, deadline)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()
        _children.discard(child)


def kill_children() -> None:
    """Ends every running child at once; for a process that is about to die itself."""
    for child in list(_children):
        child.kill()


def _bounded(command: Sequence[str], memory_bytes: int | None) -> list[str]:
    """By a shell that becomes the command, so that no code of ours runs between fork and exec."""
    if memory_bytes is None:
        return list(command)
    return ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', str(memory_bytes // 1024), *command]


def _start(
    command: list[str], folder: str | os.PathLike[str], die_with_parent: bool, keep_open: Sequence[int]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=Path(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=keep_open,
        # Each malloc arena reserves 64 MB of address space per thread, which a memory limit would count.
        env={"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"},
        preexec_fn=partial(_die_with, os.getpid()) if die_with_parent else None,
    )


def _die_with(parent_pid: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it died before the kernel knew
        os._exit(1)


def _follow(
    child: subprocess.Popen[bytes],
    on_line: Callable[[str], None],
    should_cancel: Callable[[], bool],
    deadline: float,
) -> Ended:
    lines, tail = _Lines(on_line), bytearray()
    stopped, kill_at = "", float("inf")
    with _selector(child) as selector:
        while selector.get_map():
            for key, _ in selector.select(POLL_SECONDS):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.data == "stdout":
                    lines.feed(chunk)
                else:
                    tail = (tail + chunk)[-STDERR_TAIL_BYTES:]
            if not stopped and (stopped := why_stop(should_cancel, deadline)):
                child.terminate()
                kill_at = time.monotonic() + TERM_GRACE_SECONDS
            if time.monotonic() > kill_at:
                child.kill()
    return Ended(child.wait(), stopped, tail.decode("utf-8", "replace"))


def why_stop(should_cancel: Callable[[], bool], deadline: float) -> str:
    """ "cancelled", "timeout", or nothing: go on."""
    if should_cancel():
        return "cancelled"
    return "timeout" if time.monotonic() > deadline else ""


def _selector(child: subprocess.Popen[bytes]) -> selectors.BaseSelector:
    selector = selectors.DefaultSelector()
    selector.register(child.stdout, selectors.EVENT_READ, "stdout")  # type: ignore[arg-type]
    selector.register(child.stderr, selectors.EVENT_READ, "stderr")  # type: ignore[arg-type]
    return selector


class _Lines:
    """Cuts a stream of bytes into lines."""

    def __init__(self, on_line: Callable[[str], None]):
        self.on_line, self.rest = on_line, b""

    def feed(self, chunk: bytes) -> None:
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        for line in whole:
            self.on_line(line.decode("ascii", "replace").strip())
