"""Reads every packet of a clip's picture and sound, and the first picture that can be decoded."""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exports.video import boxes
from exports.video.facts import UnplayableClip

PACKETS_TO_FIRST_FRAME = 600


@dataclass
class Span:
    """What the packets of one stream cover, in its own time base.

    A packet's duration is the distance to the next one to be *decoded*. With B-frames and uneven gaps neither the
    time shown plus that nor the span of decoding is the length; both only ever err on the long side. So does a last
    sample that claims 40 s where a recording was trimmed: nothing is shown after the end of the edit list.
    """

    time_base: Fraction
    edit_end_seconds: Fraction | None = None
    count: int = 0
    first: int = 0
    last: int = 0
    last_end: int = 0
    decoded_from: int = 0
    decoded_to: int = 0

    def add(self, packet: Any) -> None:
        shown = packet.pts if packet.pts is not None else packet.dts
        if shown is None:
            return
        decoded = packet.dts if packet.dts is not None else shown
        if not self.count:
            self.first, self.last, self.decoded_from, self.decoded_to = shown, shown, decoded, decoded
        self.count += 1
        self.first, self.decoded_from = min(self.first, shown), min(self.decoded_from, decoded)
        self.decoded_to = max(self.decoded_to, decoded + (packet.duration or 0))
        if shown >= self.last:
            self.last, self.last_end = shown, shown + (packet.duration or 0)

    @property
    def start_seconds(self) -> Fraction:
        return self.first * self.time_base

    @property
    def last_seconds(self) -> Fraction:
        """When the last picture begins."""
        return self.last * self.time_base

    @property
    def end_seconds(self) -> Fraction:
        end = max(self.last, min(self.last_end, self.first + self.decoded_to - self.decoded_from))
        seconds = end * self.time_base
        return seconds if self.edit_end_seconds is None else min(seconds, self.edit_end_seconds)


def span_of(stream: Any, edit_ends: dict[int, Fraction]) -> Span:
    """An empty one. A track without a clock cannot be measured."""
    if not stream.time_base:
        raise UnplayableClip(boxes.DAMAGED)
    return Span(stream.time_base, edit_ends.get(stream.id))


def read(container: Any, video: Any, spans: dict[int, Span], deadline: float) -> Any:
    """Fills the spans (by stream index) and returns the first picture, None if there is none. Raises TimeoutError."""
    frame, tried = None, 0
    for packet in container.demux(*(container.streams[index] for index in spans)):
        if time.monotonic() > deadline:
            raise TimeoutError
        if packet.is_corrupt:
            raise UnplayableClip(boxes.CUT_SHORT)
        if packet.size and not packet.is_discard:
            spans[packet.stream_index].add(packet)
        if frame is None and packet.stream_index == video.index and tried < PACKETS_TO_FIRST_FRAME:
            frame, tried = _first_of(packet, video.codec_context), tried + 1
    return frame


def _first_of(packet: Any, context: Any) -> Any:
    """A key frame alone is enough: a decoder that waits for the pictures around it holds room for many."""
    frames = packet.decode()
    if not frames and packet.size and packet.is_keyframe:
        frames = context.decode(None)
        context.flush_buffers()
    return next(iter(frames), None)
