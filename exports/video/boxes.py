"""Reads the boxes of an mp4/mov file, so that garbage never reaches a demuxer.

Costs a few seeks whatever the file's size, and allocates nothing that the file chooses.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from exports.video.facts import MAX_SIDE_PIXELS, UnplayableClip

MAX_INDEX_BYTES = 64 * 1024 * 1024
MAX_VIDEO_SAMPLES = 4_000_000  # four hours at 250 frames a second
MAX_BOXES = 20_000
FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
CONTAINERS = frozenset({b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl"})

NOT_A_VIDEO = "This file is not an mp4 or mov video."
CUT_SHORT = "The file is incomplete: it stops before its end. Try uploading it again."
DAMAGED = "The file is damaged and cannot be read."

Box = tuple[bytes, int, int]  # type, where its body starts, where it ends


def sniff(path: str | os.PathLike[str]) -> None:
    """Raises UnplayableClip unless the file is an mp4/mov with an index of believable size."""
    size_bytes = Path(path).stat().st_size
    if size_bytes == 0:
        raise UnplayableClip("The file is empty.")
    with Path(path).open("rb") as file:
        _check_top_level(file, size_bytes)


def _check_top_level(file: BinaryIO, size_bytes: int) -> None:
    has_index = False
    for number, (kind, start, end) in enumerate(walk(file, 0, size_bytes)):
        if number == 0 and kind not in FIRST_BOXES:
            raise UnplayableClip(NOT_A_VIDEO)
        if end > size_bytes and kind in {b"moov", b"mdat", b"moof"}:
            raise UnplayableClip(CUT_SHORT)
        if kind == b"moov":
            has_index = True
            _check_index(file, start, end, size_bytes)
    if not has_index:
        raise UnplayableClip(_why_without_index(file))


def _why_without_index(file: BinaryIO) -> str:
    """A still picture (heic, avif) has the same family of boxes; a lost recording has no moov."""
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"msf1"}:
        return "This is a still picture, not a video."
    return CUT_SHORT if head[4:8] in FIRST_BOXES else NOT_A_VIDEO


def _check_index(file: BinaryIO, start: int, end: int, size_bytes: int) -> None:
    if end - start > MAX_INDEX_BYTES:
        raise UnplayableClip("The file's index is too large to be a video clip.")
    tracks = [box for box in walk(file, start, end) if box[0] == b"trak"]
    if not tracks:
        raise UnplayableClip("There is no video in this file.")
    for _, track_start, track_end in tracks:
        leaves = dict(leaves_of(file, track_start, track_end))
        if read(file, leaves.get(b"hdlr"), 8, 4) == b"vide":
            _check_video_track(file, leaves, size_bytes)


def _check_video_track(file: BinaryIO, leaves: dict[bytes, tuple[int, int]], size_bytes: int) -> None:
    for width, height in (_track_size(file, leaves.get(b"tkhd")), _entry_size(file, leaves.get(b"stsd"))):
        if width > MAX_SIDE_PIXELS or height > MAX_SIDE_PIXELS:
            raise UnplayableClip(too_large(width, height))
    sizes = read(file, leaves.get(b"stsz"), 4, 8)
    if len(sizes) == 8:
        sample_bytes, count = struct.unpack(">II", sizes)
        # One number could make a demuxer allocate gigabytes of index.
        if count > MAX_VIDEO_SAMPLES or sample_bytes * count > size_bytes:
            raise UnplayableClip(DAMAGED)


def refuse_size(width: int, height: int) -> None:
    """Raises UnplayableClip for a picture too large or too small."""
    if width > MAX_SIDE_PIXELS or height > MAX_SIDE_PIXELS:
        raise UnplayableClip(too_large(width, height))
    if width < 16 or height < 16:
        raise UnplayableClip(f"The picture is too small: {width}×{height} pixels, at least 16×16 are needed.")


def too_large(width: int, height: int) -> str:
    """The sentence for a frame beyond MAX_SIDE_PIXELS."""
    return f"The picture is too large: {width}×{height} pixels; {MAX_SIDE_PIXELS} on each side are allowed."


def _track_size(file: BinaryIO, body: tuple[int, int] | None) -> tuple[int, int]:
    version = read(file, body, 0, 1)
    raw = read(file, body, 88 if version == b"\x01" else 76, 8)
    if len(raw) < 8:
        return 0, 0
    width, height = struct.unpack(">II", raw)
    return width >> 16, height >> 16


def _entry_size(file: BinaryIO, body: tuple[int, int] | None) -> tuple[int, int]:
    raw = read(file, body, 8 + 32, 4)
    return struct.unpack(">HH", raw) if len(raw) == 4 else (0, 0)


def leaves_of(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Every box below `start` that holds data and no boxes: its type, and where its body starts and ends."""
    for kind, body_start, body_end in walk(file, start, end):
        if kind in CONTAINERS:
            yield from leaves_of(file, body_start, min(body_end, end))
        else:
            yield kind, (body_start, body_end)


def read(file: BinaryIO, body: tuple[int, int] | None, offset: int, length: int) -> bytes:
    """So many bytes of a box's body, or none if it is too short."""
    if body is None or body[0] + offset + length > body[1]:
        return b""
    file.seek(body[0] + offset)
    return file.read(length)


def walk(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places of the file; an `end` of theirs may lie beyond. Raises UnplayableClip."""
    for _ in range(MAX_BOXES):
        if start + 8 > end:  # before the seek, which a start of 2^63 would break
            return
        file.seek(start)
        header = file.read(16)
        if len(header) < 8:
            return
        size, kind = struct.unpack(">I4s", header[:8])
        body_start = start + 8
        if size == 1 and len(header) == 16:
            size, body_start = struct.unpack(">Q", header[8:])[0], start + 16
        box_end = end if size == 0 else start + size
        if box_end < body_start:
            return  # trailing junk; what is missing is noticed by whoever looks for it
        yield kind, body_start, box_end
        start = box_end
    raise UnplayableClip(DAMAGED)
