"""Measures a clip from its packets, because a header may say anything."""

import contextlib
import os
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.error
import av.logging

from exports.video import boxes, packets, tracks
from exports.video.edits import edit_ends
from exports.video.facts import (
    HDR_TRANSFERS,
    MAX_DURATION_MS,
    MAX_FRAMES_PER_SECOND,
    MAX_SIDE_PIXELS,
    ClipFacts,
    TooSlow,
    UnplayableClip,
)
from exports.video.packets import Span

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2"
INPUT_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": DEMUXERS,
    "max_pixels": str(MAX_SIDE_PIXELS**2),
}
# What numbers that make no sense turn into on their way through the binding. A TypeError is not among them: it is a
# fault of ours (such as an option that another version of the binding lacks), and no clip is damaged by it.
NONSENSE = (ValueError, ArithmeticError, LookupError)
UNSPECIFIED, FULL_RANGE = 2, 2  # ISO/IEC 23091-2, and FFmpeg's range


def probe(path: str | os.PathLike[str], *, deadline_seconds: float = 30.0) -> ClipFacts:
    """Facts of the mp4/mov file at `path`, read from every packet; raises UnplayableClip with a plain reason.

    Opens nothing but that one file, decodes at least one frame, and gives up after `deadline_seconds` (TooSlow).
    MemoryError is left to the caller: only who bounded this process knows whether the clip asks for too much.
    """
    deadline = time.monotonic() + deadline_seconds
    boxes.sniff(path)
    try:
        with open_clip(path, deadline_seconds) as container:
            return _measure(container, edit_ends(path), deadline)
    except MemoryError:
        raise
    except (TimeoutError, av.error.ExitError) as error:
        raise TooSlow(deadline_seconds) from error
    except (av.error.FFmpegError, *NONSENSE) as error:
        raise UnplayableClip(boxes.DAMAGED) from error


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    """What FFmpeg complains of meanwhile, in this whole process."""
    said: list[str] = []
    av.logging.set_level(av.logging.ERROR)
    with av.logging.Capture(local=False) as logs:
        try:
            yield said
        finally:
            said.extend(text for _, _, text in logs)


def open_clip(path: str | os.PathLike[str], timeout_seconds: float) -> Any:
    """The file at `path` and nothing else, for reading."""
    url = f"file:{os.fspath(path)}"
    return av.open(url, options=INPUT_OPTIONS, metadata_errors="replace", timeout=timeout_seconds)


def _measure(container: Any, ends: dict[int, Fraction], deadline: float) -> ClipFacts:
    video, audio = tracks.choose_video(container), tracks.choose_audio(container)
    video.codec_context.options = {"max_pixels": INPUT_OPTIONS["max_pixels"]}
    video.codec_context.thread_count = 1  # one frame: threads would only cost memory
    told = _colors(
        video.codec_context
    )  # the container's word: decoding replaces it by the stream's, even by none
    spans = {stream.index: packets.span_of(stream, ends) for stream in (video, audio) if stream}
    frame = packets.read(container, video, spans, deadline)
    picture, sound = spans[video.index], spans.get(audio.index) if audio else None
    if frame is None or not picture.count:
        raise UnplayableClip("Not one picture of this video can be decoded.")
    facts = ClipFacts(
        **_times(container, video, audio, [span for span in spans.values() if span.count], picture),
        **_picture(frame, video, picture, told),
        **_sound(audio if sound and sound.count else None),
    )
    _refuse_absurd(facts)
    return facts


def _times(container: Any, video: Any, audio: Any, spans: list[Span], picture: Span) -> dict[str, Any]:
    start_seconds = min(span.start_seconds for span in spans)
    container_ms = _round_ms(Fraction(container.duration or 0, av.time_base))
    stream_ms = max(_stream_ms(stream) for stream in (video, audio) if stream)
    packet_ms = _round_ms(max(span.end_seconds for span in spans) - start_seconds)
    return {
        "container_ms": container_ms,
        "stream_ms": stream_ms,
        "packet_ms": packet_ms,
        "duration_ms": max(container_ms, stream_ms, packet_ms, 1),
        "last_picture_ms": _round_ms(picture.last_seconds - start_seconds),
    }


def _picture(frame: Any, video: Any, picture: Span, told: tuple[int, ...]) -> dict[str, Any]:
    rotation = round(-frame.rotation) % 360
    if rotation % 90:
        raise UnplayableClip("The video is turned by an odd angle, which is not supported.")
    ratio = Fraction(video.sample_aspect_ratio or 1) or Fraction(1)
    width, height = max(1, round(frame.width * ratio)), frame.height
    return {
        "width": height if rotation % 180 else width,
        "height": width if rotation % 180 else height,
        "coded_width": frame.width,
        "coded_height": frame.height,
        "rotation_degrees": rotation,
        "has_square_pixels": ratio == 1,
        "fps": _frames_per_second(picture, video),
        "frame_count": picture.count,
        "video_codec": tracks.codec_name(video.codec_context),
        "video_index": video.index,
        "pixel_format": frame.format.name,
        "bit_depth": max(component.bits for component in frame.format.components),
        "is_interlaced": frame.interlaced_frame,
        **_color_facts(frame, told),
    }


def _color_facts(frame: Any, told: tuple[int, ...]) -> dict[str, Any]:
    """Each from the stream where it says something, else from the container's `colr`, as browsers have it."""
    own = _colors(frame)
    primaries, transfer, matrix = (
        said if said != UNSPECIFIED else other for said, other in zip(own[:3], told[:3], strict=True)
    )
    return {
        "is_hdr": transfer in HDR_TRANSFERS,
        "color_primaries": primaries,
        "color_transfer": transfer,
        "color_matrix": matrix,
        "is_full_range": (own[3] or told[3]) == FULL_RANGE or frame.format.name.startswith("yuvj"),
    }


def _colors(source: Any) -> tuple[int, ...]:
    """Primaries, transfer, matrix, range of a frame or a codec context."""
    names = ("color_primaries", "color_trc", "colorspace", "color_range")
    return tuple(int(getattr(source, name)) for name in names)


def _sound(audio: Any) -> dict[str, Any]:
    """Nothing about its channels: the binding frees a layout twice that it did not make itself, and dies."""
    return {
        "has_audio": audio is not None,
        "audio_codec": audio.codec_context.name if audio else "",
        "audio_index": audio.index if audio else -1,
        "audio_rate_hz": audio.codec_context.sample_rate if audio else 0,
    }


def _stream_ms(stream: Any) -> int:
    return _round_ms((stream.duration or 0) * stream.time_base)


def _round_ms(seconds: Fraction) -> int:
    return max(0, int(seconds * 1000 + Fraction(1, 2)))


def _frames_per_second(picture: Span, video: Any) -> float:
    """The average over the packets; a single frame has only its header's word."""
    if picture.last > picture.first:
        return round(float((picture.count - 1) / (picture.last_seconds - picture.start_seconds)), 3)
    return round(float(video.average_rate or 0), 3)


def _refuse_absurd(facts: ClipFacts) -> None:
    boxes.refuse_size(facts.width, facts.height)
    if facts.duration_ms > MAX_DURATION_MS:
        raise UnplayableClip("The video says it is longer than 4 hours, which is the most we accept.")
    if facts.fps > MAX_FRAMES_PER_SECOND:
        raise UnplayableClip(f"The video has more than {MAX_FRAMES_PER_SECOND} frames a second.")
