"""CPU seconds of each export type, beside a bare ffmpeg that only re-encodes the same clip: a ratio, not an absolute.

python -m bench.video [seconds of 1080p, default 5]
"""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exports.video.params import EXPORT_TYPES
from exports.video.render import render
from exports.video.tests.clips import make_clip, run_ffmpeg

MOVING: list[dict[str, Any]] = [{"time_seconds": 0, "x": 0.2}, {"time_seconds": 2, "x": 0.8, "y": 0.6}]
PARAMS: dict[str, dict[str, Any]] = {
    "framing": {"keyframes": [{**MOVING[0], "zoom": 1}, {**MOVING[1], "zoom": 2}]},
    "overlay": {"keyframes": [{**MOVING[0], "radius": 0.1}, {**MOVING[1], "radius": 0.2}]},
    "annotate": {"items": [{"kind": "text", "text": "GOAL", "y": 0.2}, {"kind": "circle"}]},
    "upscale": {"factor": 2},
}


def main(seconds: float) -> None:
    """Prints one line for the floor and one for each type."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = make_clip(folder / "clip.mp4", size=(1920, 1080), seconds=seconds)
        floor = cpu_seconds(lambda: bare(clip, folder / "bare.mp4"))
        print(f"{'bare re-encode':15} {floor:6.2f} s CPU")
        for export_type in EXPORT_TYPES:
            cost = cpu_seconds(lambda kind=export_type: export(clip, folder / "out.mp4", kind, seconds))
            print(f"{export_type:15} {cost:6.2f} s CPU  {cost / floor:5.2f} × bare")


def bare(clip: Path, out: Path) -> None:
    """The same encoder and settings, nothing else."""
    encode = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-threads", "2")
    run_ffmpeg("-i", str(clip), *encode, "-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", str(out))


def export(clip: Path, out: Path, export_type: str, seconds: float) -> None:
    """Everything that a job does: probe, plan, ffmpeg, probe."""
    options = {
        "export_type": export_type,
        "params": PARAMS[export_type],
        "sold_duration_ms": int(seconds * 1000),
    }
    envelope = render(clip, out, **options)  # type: ignore[arg-type]
    assert envelope["ok"], json.dumps(envelope)


def cpu_seconds(work: Callable[[], None]) -> float:
    """User and system time of this process and of the children it waited for."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_utime + resource.getrusage(kind).ru_stime for kind in kinds)


if __name__ == "__main__":
    os.nice(5)
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
