"""Where the edit lists of an mp4/mov file end: nothing is shown or heard after that."""

import os
import struct
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from exports.video import boxes

MAX_EDITS = 10_000

Body = tuple[int, int]  # of a box: where it starts and ends


def edit_ends(path: str | os.PathLike[str]) -> dict[int, Fraction]:
    """Seconds by track id, only for tracks that have an edit list with an end."""
    with Path(path).open("rb") as file:
        whole = Path(path).stat().st_size
        for kind, start, end in boxes.walk(file, 0, whole):
            if kind == b"moov":
                return _ends(file, start, min(end, whole))
    return {}


def _ends(file: BinaryIO, start: int, end: int) -> dict[int, Fraction]:
    inside = list(boxes.walk(file, start, end))
    if any(kind == b"mvex" for kind, *_ in inside):
        return {}  # fragments follow, which no edit list can have known of
    movie = next(((body, after) for kind, body, after in inside if kind == b"mvhd"), None)
    found = {}
    for _, track_start, track_end in (box for box in inside if box[0] == b"trak"):
        leaves = dict(boxes.leaves_of(file, track_start, min(track_end, end)))
        length = _length(file, leaves.get(b"elst"))
        scale = _number(file, movie, {0: (12, 4), 1: (20, 4)})
        track_id = _number(file, leaves.get(b"tkhd"), {0: (12, 4), 1: (20, 4)})
        if length and scale and track_id:
            found[track_id] = Fraction(length, scale)
    return found


def _length(file: BinaryIO, body: Body | None) -> int:
    """Of all edits together, empty ones included, in the movie's time scale; 0 if one of them has no end."""
    count = _number(file, body, {0: (4, 4), 1: (4, 4)})
    if count > MAX_EDITS:
        return 0
    entry = struct.Struct(">Qq4x" if _version(file, body) == 1 else ">Ii4x")
    raw = boxes.read(file, body, 8, count * entry.size)
    lengths = [length for length, _ in entry.iter_unpack(raw)]
    return sum(lengths) if all(lengths) else 0


def _number(file: BinaryIO, body: Body | None, places: dict[int, tuple[int, int]]) -> int:
    """The unsigned number at an (offset, length) that depends on the box's version; 0 if it is not there."""
    offset, length = places.get(_version(file, body), (0, 0))
    return int.from_bytes(boxes.read(file, body, offset, length), "big")


def _version(file: BinaryIO, body: Body | None) -> int:
    return int.from_bytes(boxes.read(file, body, 0, 1), "big")
