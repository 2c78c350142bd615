"""Runs exports on this machine: a process per attempt, bounded by cores, that dies with its worker.

The attempt's folder tells everything (progress.json, then manifest.json last), and the call id is the process's pid
and start time: any worker can poll or cancel what another started.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from exports import media
from exports.runners.base import Attempt, NotSent, Report

MEMORY_BYTES = 6 * 1024**3
OUTPUT_LIMIT_BYTES = 4 * 1024**3


class LocalRunner:
    def __init__(self, parallel: int | None = None) -> None:
        self.parallel = parallel or max(1, (os.cpu_count() or 2) // 2)
        self._children: list[subprocess.Popen[bytes]] = []

    def has_room(self) -> bool:
        self._reap()
        return len(self._children) < self.parallel

    def submit(self, attempt: Attempt) -> str:
        if not self.has_room():
            raise NotSent("all cores are busy")
        folder = media.local_path(attempt.output_prefix)
        folder.mkdir(parents=True, exist_ok=True)
        job_file = folder / "job.json"
        job_file.write_text(json.dumps(_job_of(attempt, folder)))
        # Its standard input is a pipe that nobody writes to: when this process dies, it closes and the child stops.
        child = subprocess.Popen(
            [sys.executable, "-m", "exports.video", str(job_file)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._children.append(child)
        return f"{child.pid}:{_start_time(child.pid)}"

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        self._reap()
        folder = media.local_path(attempt.output_prefix)
        # Alive is asked first: a process that writes its manifest and ends between the two looks is not lost.
        is_alive = _is_alive(call_id)
        if (envelope := _read(folder / "manifest.json")) is not None:
            return Report("ended", 1.0, envelope)
        if not is_alive:
            return Report("lost")
        progress = _read(folder / "progress.json") or {}
        return Report("running", float(progress.get("progress", 0)))

    def cancel(self, call_id: str, attempt: Attempt) -> None:
        if _is_alive(call_id):
            os.kill(int(call_id.split(":")[0]), signal.SIGTERM)

    def _reap(self) -> None:
        self._children = [child for child in self._children if child.poll() is None]


def _job_of(attempt: Attempt, folder: Path) -> dict[str, object]:
    return {
        "source": str(media.local_path(attempt.source_path)),
        "output_dir": str(folder),
        "export_type": attempt.export_type,
        "params": attempt.params,
        "sold_duration_ms": attempt.sold_duration_ms,
        "deadline_seconds": attempt.deadline_seconds,
        "threads": 2,
        "memory_bytes": MEMORY_BYTES,
        "output_limit_bytes": OUTPUT_LIMIT_BYTES,
    }


def _read(path: Path) -> dict[str, object] | None:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


def _is_alive(call_id: str) -> bool:
    pid, _, started = call_id.partition(":")
    return _start_time(int(pid)) == started


def _start_time(pid: int) -> str | None:
    """Field 22 of /proc/<pid>/stat, which no later process with the same pid shares; None if dead or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]
