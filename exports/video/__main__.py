"""`python -m exports.video JOB.json`: one export as a process of its own, for whoever must survive it.

Reads the job, writes `progress.json` while it works, then `output.mp4`, and last `manifest.json` (the
envelope), all in the job's `output_dir`. Exit status 0: there is a manifest. SIGTERM cancels (and leaves a
manifest). The end of standard input means that the parent has died: everything stops at once, without one.
"""

import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

PROGRESS_EVERY_SECONDS = 0.25
ORPHANED = 3
NICENESS = 10


def main(arguments: list[str]) -> int:
    """Runs the job described by the one argument; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m exports.video JOB.json\n")
        return 2
    cancelled = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    job = json.loads(Path(arguments[0]).read_text())
    _limit(job)
    folder = Path(job["output_dir"])
    write_json(folder / "manifest.json", _render(job, folder, cancelled))
    return 0


def _render(job: dict[str, Any], folder: Path, cancelled: threading.Event) -> dict[str, Any]:
    from exports.video.render import render  # after the limits, so that they hold for what it loads

    return render(
        job["source"],
        folder / "output.mp4",
        export_type=job["export_type"],
        params=job["params"],
        sold_duration_ms=job["sold_duration_ms"],
        on_progress=Progress(folder / "progress.json"),
        should_cancel=cancelled.is_set,
        deadline_seconds=job["deadline_seconds"],
        threads=job.get("threads", 2),
    )


class Progress:
    """Writes how far we are, at most four times a second, so that a reader never sees half a file."""

    def __init__(self, path: Path):
        self.path, self.written_at = path, float("-inf")

    def __call__(self, fraction: float) -> None:
        now = time.monotonic()
        if fraction < 1 and now - self.written_at < PROGRESS_EVERY_SECONDS:
            return
        self.written_at = now
        write_json(self.path, {"progress": fraction})


def write_json(path: Path, value: dict[str, Any]) -> None:
    """The whole file or none of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(value))
    part.replace(path)


def _limit(job: dict[str, Any]) -> None:
    """Limits of this process, which its ffmpeg inherits."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes := job.get("memory_bytes"):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if output_limit_bytes := job.get("output_limit_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (output_limit_bytes, output_limit_bytes))


def _die_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    if process := sys.modules.get("exports.video.process"):
        process.kill_children()
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
