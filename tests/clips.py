"""Clips for journeys: good ones, and one that opens well and breaks in the middle."""

from pathlib import Path

from exports.video.tests.clips import make_clip

__all__ = ["make_broken_clip", "make_clip"]


def make_broken_clip(path: Path) -> Path:
    """A clip whose header and first pictures are fine and whose later pictures are noise."""
    data = bytearray(make_clip(path, seconds=4).read_bytes())
    start = data.index(b"mdat") + 4
    first, last = start + (len(data) - start) // 2, len(data) - (len(data) - start) // 4
    data[first:last] = bytes((7 * i) % 256 for i in range(last - first))
    path.write_bytes(data)
    return path
