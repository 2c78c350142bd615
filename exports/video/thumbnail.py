"""The still picture that stands for a clip."""

import os
import tempfile
import time
from pathlib import Path

from exports.video import process
from exports.video.color import to_bt709
from exports.video.command import SAFE_INPUT
from exports.video.facts import ClipFacts, UnplayableClip
from exports.video.probe import probe

MEMORY_BYTES = 2 * 1024**3  # 8K in ten bits takes 0.6 GB
# A JPEG knows no other colours than these.
JPEG = ("scale=out_color_matrix=bt601:out_range=pc", "format=yuvj420p", "setsar=1")


def make_thumbnail(
    source_path: str | os.PathLike[str],
    output_path: str | os.PathLike[str],
    max_side: int = 640,
    *,
    facts: ClipFacts | None = None,
    deadline_seconds: float = 20.0,
    memory_bytes: int = MEMORY_BYTES,
) -> None:
    """Writes a JPEG of the moment 10 % into the clip, upright, its longer side at most `max_side` pixels.

    Raises UnplayableClip when no picture can be had in time and within the memory. Pass `facts` to save a second probe.
    """
    deadline = time.monotonic() + deadline_seconds
    facts = facts or probe(source_path, deadline_seconds=deadline_seconds)
    source, output = Path(source_path).absolute(), Path(output_path).absolute()
    part = output.with_name(output.name + ".part")
    try:
        # A clip whose header promises more than its packets hold has nothing at 10 %: then its first picture.
        for seconds in (facts.packet_ms / 10_000, 0.0):
            command = _command(source, part, facts, seconds, max_side)
            if _grab(command, part, deadline, memory_bytes):
                part.replace(output)
                return
    finally:
        part.unlink(missing_ok=True)
    raise UnplayableClip("No picture of this video can be shown.")


def _command(source: Path, part: Path, facts: ClipFacts, seconds: float, max_side: int) -> list[str]:
    filters = ",".join([_fit(facts, max_side), *to_bt709(facts), *JPEG])
    return [
        *(process.ffmpeg_path(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-threads", "1", "-filter_threads", "1", "-ss", f"{seconds:.3f}"),
        *(*SAFE_INPUT, "-i", f"file:{source}"),
        *("-map", f"0:{facts.video_index}", "-vf", filters, "-frames:v", "1", "-map_metadata", "-1"),
        *("-c:v", "mjpeg", "-threads", "1", "-q:v", "4", "-f", "image2", "-update", "1", f"file:{part}"),
    ]


def _grab(command: list[str], part: Path, deadline: float, memory_bytes: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        ended = process.run(
            command, folder=folder, deadline=deadline, die_with_parent=False, memory_bytes=memory_bytes
        )
    return ended.exit_code == 0 and part.exists() and part.stat().st_size > 0


def _fit(facts: ClipFacts, max_side: int) -> str:
    ratio = min(1.0, max_side / max(facts.width, facts.height))
    width, height = (2 * max(1, round(side * ratio / 2)) for side in (facts.width, facts.height))
    return f"scale={width}:{height}:flags=area"
