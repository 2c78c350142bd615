"""Runs exports on this machine: a process per attempt, bounded by cores, that dies with its worker.

The attempt's folder tells everything (progress.json, then manifest.json last), and the call id is the process's pid
and start time: any worker can poll or cancel what another started.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from exports import slots
from exports.attempts import Attempt
from exports.clips import media
from exports.far.orders import order_of, ticket_of
from exports.runners.base import NotSent, Report

THREADS = 2
MEMORY_BYTES = 6 * 1024**3
OUTPUT_LIMIT_BYTES = 4 * 1024**3
# A child keeps its own deadline and ends by itself on SIGTERM; one that hangs is killed this much later.
KILL_GRACE_SECONDS = 15
GONE_SECONDS = 5.0  # a killed process is, but for one stuck in the kernel


@dataclass
class _Child:
    attempt: Attempt
    process: subprocess.Popen[bytes]
    kill_at: float  # time.monotonic()


class LocalRunner:
    poll_every_seconds = 0.0

    def __init__(self, parallel: int | None = None) -> None:
        self.parallel = parallel or max(1, (os.cpu_count() or 2) // 2)
        self._children: dict[str, _Child] = {}

    def has_room(self) -> bool:
        self._reap()
        return slots.any_free(self.parallel, "exports")

    def submit(self, attempt: Attempt) -> str:
        self._reap()
        slot = slots.take(self.parallel, "exports")
        if slot is None:
            raise NotSent("all cores are busy")
        try:
            process = _start(attempt, slot)
        except OSError as error:
            raise NotSent(f"no process: {error}") from error
        finally:
            os.close(slot)  # the child holds it now: a slot is free again when its process is gone
        call_id = f"{process.pid}:{_start_time(process.pid)}"
        kill_at = time.monotonic() + attempt.deadline_seconds + KILL_GRACE_SECONDS
        self._children[call_id] = _Child(attempt, process, kill_at)
        return call_id

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        self._reap()
        folder = _folder_of(attempt)
        # Alive is asked first: a process that writes its manifest and ends between the two looks is not lost.
        is_alive = _is_alive(call_id)
        if (envelope := _read(folder / "manifest.json")) is not None:
            return Report("ended", 1.0, envelope)
        if not is_alive:
            return Report("lost")
        progress = _read(folder / "progress.json") or {}
        return Report("running", float(progress.get("progress", 0)))

    def cancel(self, call_id: str) -> None:
        if not _is_alive(call_id):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(call_id.split(":")[0]), signal.SIGTERM)
        if (child := self._children.get(call_id)) is not None:
            child.kill_at = min(child.kill_at, time.monotonic() + KILL_GRACE_SECONDS)

    def dying_with_us(self) -> list[Attempt]:
        self._reap()
        return [child.attempt for child in self._children.values()]

    def kill(self, attempt: Attempt) -> None:
        """Raises subprocess.TimeoutExpired."""
        for child in self._children.values():
            if child.attempt == attempt:
                child.process.kill()
                child.process.wait(GONE_SECONDS)

    def _reap(self) -> None:
        """Forgets children that ended, kills those that should have."""
        for call_id, child in list(self._children.items()):
            if child.process.poll() is not None:
                del self._children[call_id]
            elif time.monotonic() > child.kill_at:
                child.process.kill()  # its ffmpeg dies with it, by the kernel's hand


def _start(attempt: Attempt, slot: int) -> subprocess.Popen[bytes]:
    folder = _folder_of(attempt)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "progress.json"):  # of the same attempt, taken back from another worker
        (folder / name).unlink(missing_ok=True)
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(_job_of(attempt, folder)))
    # Its standard input is a pipe that nobody writes to: when this process dies, it closes and the child stops.
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "exports.video" if media.is_local() else "exports.far.child",
            str(job_file),
        ],
        cwd=settings.BASE_DIR,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[slot],
        start_new_session=True,
    )


def _folder_of(attempt: Attempt) -> Path:
    """Where the attempt's process works; in the media themselves if they lie on this machine."""
    if media.is_local():
        return media.local_path(attempt.output_prefix)
    return Path(settings.DATA_DIR) / "work" / f"{attempt.job_id}-{attempt.number}"


def _environment() -> dict[str, str]:
    """No secrets: what decodes strangers' files knows nothing worth stealing."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "IMAGEIO_FFMPEG_EXE")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


def _job_of(attempt: Attempt, folder: Path) -> dict[str, object]:
    files: dict[str, object]
    if media.is_local():
        files = {"source": str(media.local_path(attempt.source_path))}
    else:
        files = {"order": {**order_of(attempt, ticket_of(attempt)), "threads": THREADS}}
    return {
        **files,
        "output_dir": str(folder),
        "export_type": attempt.export_type,
        "params": attempt.params,
        "sold_duration_ms": attempt.sold_duration_ms,
        "deadline_seconds": attempt.deadline_seconds,
        "threads": THREADS,
        "memory_bytes": MEMORY_BYTES,
        "output_limit_bytes": OUTPUT_LIMIT_BYTES,
    }


def _read(path: Path) -> dict[str, Any] | None:
    """None too for half a file: a power cut may leave one."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _is_alive(call_id: str) -> bool:
    pid, _, started = call_id.partition(":")
    return pid.isdigit() and _start_time(int(pid)) == started


def _start_time(pid: int) -> str | None:
    """What no other process has in common with this one, before or after a reboot; None if dead or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else f"{fields[19]}-{boot}"
