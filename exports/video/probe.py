"""Measures a clip from its packets, because a header may say anything."""

import os
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import av.error

from exports.video import boxes
from exports.video.facts import (
    HDR_TRANSFERS,
    MAX_DURATION_MS,
    MAX_FRAMES_PER_SECOND,
    MAX_SIDE_PIXELS,
    VIDEO_CODECS,
    ClipFacts,
    UnplayableClip,
)

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2"
INPUT_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": DEMUXERS,
    "max_pixels": str(MAX_SIDE_PIXELS**2),
}
PACKETS_TO_FIRST_FRAME = 600
# What numbers that make no sense turn into on their way through the binding.
NONSENSE = (ValueError, ArithmeticError, LookupError, TypeError, MemoryError)
TOO_SLOW = "The file takes too long to read."
NO_VIDEO = "There is no video in this file."


def probe(path: str | os.PathLike[str], *, deadline_seconds: float = 30.0) -> ClipFacts:
    """Facts of the mp4/mov file at `path`, read from every packet; raises UnplayableClip with a plain reason.

    Opens nothing but that one file, decodes at least one frame, and gives up after `deadline_seconds`.
    """
    deadline = time.monotonic() + deadline_seconds
    boxes.sniff(path)
    try:
        with _open(path, deadline_seconds) as container:
            return _measure(container, deadline)
    except (av.error.TimeoutError, av.error.ExitError) as error:
        raise UnplayableClip(TOO_SLOW) from error
    except (av.error.FFmpegError, *NONSENSE) as error:
        raise UnplayableClip(boxes.DAMAGED) from error


def _open(path: str | os.PathLike[str], timeout_seconds: float) -> Any:
    url = f"file:{os.fspath(path)}"
    return av.open(url, options=INPUT_OPTIONS, metadata_errors="replace", timeout=timeout_seconds)


def _measure(container: Any, deadline: float) -> ClipFacts:
    video, audio = _choose_video(container), _choose_audio(container)
    video.codec_context.options = {"max_pixels": INPUT_OPTIONS["max_pixels"]}
    video.codec_context.thread_count = 1  # one frame: threads would only cost memory
    spans, frame = _read_packets(container, video, audio, deadline)
    picture, sound = spans[video.index], spans.get(audio.index) if audio else None
    if frame is None or not picture.count:
        raise UnplayableClip("Not one picture of this video can be decoded.")
    facts = _facts(container, video, audio, frame, picture, sound)
    _refuse_absurd(facts)
    return facts


def _choose_video(container: Any) -> Any:
    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        context = stream.codec_context
        if context is None or _codec_name(context) not in VIDEO_CODECS:
            name = context.name if context else "unknown"
            raise UnplayableClip(f"Videos encoded as {name} are not supported. Use H.264 or HEVC.")
        if context.codec_tag in {"dvh1", "dvhe"}:
            # Dolby Vision without a base layer: every other decoder shows it green and purple.
            raise UnplayableClip(
                "Dolby Vision without a compatible base is not supported. Use H.264 or HEVC."
            )
        _refuse_size(context.width, context.height)
        return stream
    raise UnplayableClip(NO_VIDEO)


def _codec_name(context: Any) -> str:
    """The codec's name, whichever library decodes it."""
    return {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9"}.get(context.name, context.name)


def _choose_audio(container: Any) -> Any:
    """The first sound we can decode; phones add a second, spatial track in formats of their own."""
    streams = [stream for stream in container.streams if stream.type == "audio"]
    for stream in streams:
        if stream.codec_context is not None:
            return stream
    if streams:
        raise UnplayableClip("The sound of this video is in a format that is not supported. Use AAC.")
    return None


@dataclass
class _Span:
    """What the packets of one stream cover, in its own time base.

    A packet's duration is the distance to the next one to be *decoded*. With B-frames and uneven gaps neither the
    time shown plus that nor the span of decoding is the length; both only ever err on the long side.
    """

    time_base: Fraction
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
    def end(self) -> int:
        return max(self.last, min(self.last_end, self.first + self.decoded_to - self.decoded_from))


def _read_packets(container: Any, video: Any, audio: Any, deadline: float) -> tuple[dict[int, _Span], Any]:
    streams = [video, audio] if audio else [video]
    spans = {stream.index: _Span(stream.time_base) for stream in streams}
    frame, tried = None, 0
    for packet in container.demux(*streams):
        if time.monotonic() > deadline:
            raise UnplayableClip(TOO_SLOW)
        if packet.is_corrupt:
            raise UnplayableClip(boxes.CUT_SHORT)
        if packet.size and not packet.is_discard:
            spans[packet.stream_index].add(packet)
        if frame is None and packet.stream_index == video.index and tried < PACKETS_TO_FIRST_FRAME:
            frame, tried = next(iter(packet.decode()), None), tried + 1
    return spans, frame


def _facts(
    container: Any, video: Any, audio: Any, frame: Any, picture: _Span, sound: _Span | None
) -> ClipFacts:
    container_ms = _round_ms(Fraction(container.duration or 0, av.time_base))
    stream_ms = max(_stream_ms(stream) for stream in (video, audio) if stream)
    packet_ms = _packet_ms([span for span in (picture, sound) if span and span.count])
    has_audio = bool(sound and sound.count)
    rotation = round(-frame.rotation) % 360
    if rotation % 90:
        raise UnplayableClip("The video is turned by an odd angle, which is not supported.")
    ratio = Fraction(video.sample_aspect_ratio or 1) or Fraction(1)
    width, height = max(1, round(frame.width * ratio)), frame.height
    return ClipFacts(
        container_ms=container_ms,
        stream_ms=stream_ms,
        packet_ms=packet_ms,
        duration_ms=max(container_ms, stream_ms, packet_ms, 1),
        width=height if rotation % 180 else width,
        height=width if rotation % 180 else height,
        coded_width=frame.width,
        coded_height=frame.height,
        rotation_degrees=rotation,
        has_square_pixels=ratio == 1,
        fps=_frames_per_second(picture, video),
        frame_count=picture.count,
        video_codec=_codec_name(video.codec_context),
        video_index=video.index,
        pixel_format=frame.format.name,
        bit_depth=max(component.bits for component in frame.format.components),
        is_interlaced=frame.interlaced_frame,
        is_hdr=frame.color_trc in HDR_TRANSFERS,
        color_primaries=int(frame.color_primaries),
        color_transfer=int(frame.color_trc),
        color_matrix=int(frame.colorspace),
        is_full_range=int(frame.color_range) == 2 or frame.format.name.startswith("yuvj"),
        has_audio=has_audio,
        audio_codec=audio.codec_context.name if has_audio else "",
        audio_index=audio.index if has_audio else -1,
        audio_channels=audio.codec_context.channels if has_audio else 0,
        audio_rate_hz=audio.codec_context.sample_rate if has_audio else 0,
    )


def _stream_ms(stream: Any) -> int:
    return _round_ms((stream.duration or 0) * stream.time_base)


def _packet_ms(spans: list[_Span]) -> int:
    start = min(span.first * span.time_base for span in spans)
    return _round_ms(max(span.end * span.time_base for span in spans) - start)


def _round_ms(seconds: Fraction) -> int:
    return max(0, int(seconds * 1000 + Fraction(1, 2)))


def _frames_per_second(picture: _Span, video: Any) -> float:
    """The average over the packets; a single frame has only its header's word."""
    if picture.last > picture.first:
        return round(float((picture.count - 1) / ((picture.last - picture.first) * picture.time_base)), 3)
    return round(float(video.average_rate or 0), 3)


def _refuse_size(width: int, height: int) -> None:
    if width > MAX_SIDE_PIXELS or height > MAX_SIDE_PIXELS:
        raise UnplayableClip(boxes.too_large(width, height))
    if width < 16 or height < 16:
        raise UnplayableClip(f"The picture is too small: {width}×{height} pixels, at least 16×16 are needed.")


def _refuse_absurd(facts: ClipFacts) -> None:
    _refuse_size(facts.width, facts.height)
    if facts.duration_ms > MAX_DURATION_MS:
        raise UnplayableClip("The video says it is longer than 4 hours, which is the most we accept.")
    if facts.fps > MAX_FRAMES_PER_SECOND:
        raise UnplayableClip(f"The video has more than {MAX_FRAMES_PER_SECOND} frames a second.")
