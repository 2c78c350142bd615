"""The still picture that stands for a clip, and a short listen to its sound."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from exports.video import blame, process
from exports.video.color import to_bt709
from exports.video.command import SAFE_INPUT, TWO_CHANNELS
from exports.video.facts import ClipFacts, ReaderBroke, TooMuchMemory, TooSlow, UnplayableClip
from exports.video.probe import probe

MEMORY_BYTES = 1024**3
# Larger pictures are shown from the key frame before: the pictures between them would be held too, 0.7 GB of 8K.
MAX_EXACT_PIXELS = 4096 * 2304
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
    keep_open: Sequence[int] = (),
) -> None:
    """Writes a JPEG of the moment 10 % into the clip, upright, its longer side at most `max_side` pixels.

    Raises UnplayableClip when no picture can be had in time (TooSlow) and within the memory (TooMuchMemory), or the
    sound's channels are of an unknown layout; ReaderBroke for a fault of ours. Pass `facts` to save a second probe.
    """
    deadline = time.monotonic() + deadline_seconds
    facts = facts or probe(source_path, deadline_seconds=deadline_seconds)
    source, output = Path(source_path).absolute(), Path(output_path).absolute()
    part = output.with_name(output.name + ".part")
    try:
        # A clip whose header promises more than its packets hold has nothing at 10 %: then its first picture.
        for seconds in (facts.packet_ms / 10_000, 0.0):
            command = _command(source, part, facts, seconds, max_side)
            ended = _run(command, deadline, memory_bytes, keep_open)
            if ended.stopped:
                raise TooSlow(deadline_seconds)
            _raise_for(ended, memory_bytes)
            if ended.exit_code == 0 and part.exists() and part.stat().st_size > 0:
                part.replace(output)
                return
    finally:
        part.unlink(missing_ok=True)
    raise UnplayableClip("No picture of this video can be shown.")


def _raise_for(ended: process.Ended, memory_bytes: int) -> None:
    """Unless it went well, or the clip is to blame and another moment may do."""
    if blame.is_memory(ended):
        raise TooMuchMemory(memory_bytes)
    if blame.is_layout(ended):
        raise UnplayableClip(blame.UNKNOWN_LAYOUT)
    if blame.is_crash(ended):
        raise UnplayableClip(blame.CRASHED)
    if ended.exit_code != 0 and not blame.is_clip(ended):
        raise ReaderBroke(f"exit status {ended.exit_code}\n{ended.stderr_tail}")


def _command(source: Path, part: Path, facts: ClipFacts, seconds: float, max_side: int) -> list[str]:
    filters = ",".join([_fit(facts, max_side), *to_bt709(facts), *JPEG])
    return [
        *(process.ffmpeg_path(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-threads", "1", "-filter_threads", "1", *_seek(facts, seconds)),
        *(*SAFE_INPUT, "-i", f"file:{source}"),
        *("-map", f"0:{facts.video_index}", "-vf", filters, "-frames:v", "1", "-map_metadata", "-1"),
        *("-c:v", "mjpeg", "-threads", "1", "-q:v", "4", "-f", "image2", "-update", "1", f"file:{part}"),
        *_listen(facts),
    ]


def _seek(facts: ClipFacts, seconds: float) -> list[str]:
    is_large = facts.coded_width * facts.coded_height > MAX_EXACT_PIXELS
    key_frames = ["-skip_frame", "nokey", "-noaccurate_seek"] if is_large else []
    return [*key_frames, "-ss", f"{seconds:.3f}"]


def _listen(facts: ClipFacts) -> list[str]:
    """A moment of sound to nowhere, through what an export puts it through."""
    if not facts.has_audio:
        return []
    return ["-map", f"0:{facts.audio_index}", "-af", TWO_CHANNELS, "-t", "0.1", "-f", "null", "-"]


def _run(command: list[str], deadline: float, memory_bytes: int, keep_open: Sequence[int]) -> process.Ended:
    with tempfile.TemporaryDirectory() as folder:
        return process.run(
            command,
            folder=folder,
            deadline=deadline,
            die_with_parent=False,
            memory_bytes=memory_bytes,
            keep_open=keep_open,
        )


def _fit(facts: ClipFacts, max_side: int) -> str:
    ratio = min(1.0, max_side / max(facts.width, facts.height))
    width, height = (2 * max(1, round(side * ratio / 2)) for side in (facts.width, facts.height))
    return f"scale={width}:{height}:flags=area"
