"""CPU seconds of each export type, beside plain ffmpeg that reads the film which came out and encodes it again.

python -m bench.video [seconds of 1080p, default 5] [rounds, of which the cheapest counts, default 3]

So the floor has the very same pictures, size, sound and encoder settings: what is above it is ours.
"""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exports.video.command import X264
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


def main(seconds: float, rounds: int) -> None:
    """Prints one line for each type."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = make_clip(folder / "clip.mp4", size=(1920, 1080), seconds=seconds)
        for export_type in EXPORT_TYPES:
            cost = cheapest(rounds, lambda kind=export_type: export(clip, kind))
            floor = cheapest(rounds, lambda: encode_again(folder / "out.mp4", folder / "again.mp4"))
            print(f"{export_type:9} {cost:6.2f} s CPU, floor {floor:6.2f} s: {cost / floor:5.2f} ×")


def encode_again(film: Path, out: Path) -> None:
    sound = ("-c:a", "aac", "-b:a", "160k")
    run_ffmpeg(
        *("-threads", "2", "-i", str(film), *X264, "-threads", "2", *sound),
        *("-movflags", "+faststart", str(out)),
    )


def export(clip: Path, export_type: str) -> None:
    """Everything that a job does: probe, plan, ffmpeg, probe."""
    envelope = render(
        clip,
        clip.with_name("out.mp4"),
        export_type=export_type,
        params=PARAMS[export_type],
        sold_duration_ms=4 * 3600 * 1000,
    )
    assert envelope["ok"], json.dumps(envelope)


def cheapest(rounds: int, work: Callable[[], None]) -> float:
    return min(cpu_seconds(work) for _ in range(rounds))


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
    main(
        float(sys.argv[1]) if len(sys.argv) > 1 else 5.0,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
