"""Which of a file's tracks are the film and its sound."""

from typing import Any

import av.stream

from exports.video import boxes
from exports.video.facts import VIDEO_CODECS, UnplayableClip

# One picture in a format of its own beside a film is its cover, whether or not the file says so.
PICTURE_CODECS = frozenset({"mjpeg", "png", "bmp", "gif", "tiff", "webp", "jpeg2000", "jpegls", "targa"})
NO_VIDEO = "There is no video in this file."


def choose_video(container: Any) -> Any:
    """The first film; a cover picture only where there is nothing else."""
    shown = [stream for stream in container.streams.video if not _is_attached(stream)]
    stream = next((stream for stream in shown if not _is_one_picture(stream)), next(iter(shown), None))
    if stream is None:
        raise UnplayableClip(NO_VIDEO)
    context = stream.codec_context
    if context is None or codec_name(context) not in VIDEO_CODECS:
        name = context.name if context else "unknown"
        raise UnplayableClip(f"Videos encoded as {name} are not supported. Use H.264 or HEVC.")
    if context.codec_tag in {"dvh1", "dvhe"}:
        # Dolby Vision without a base layer: every other decoder shows it green and purple.
        raise UnplayableClip("Dolby Vision without a compatible base is not supported. Use H.264 or HEVC.")
    boxes.refuse_size(context.width, context.height)
    return stream


def choose_audio(container: Any) -> Any:
    """The first sound we can decode; phones add a second, spatial track in formats of their own."""
    streams = [stream for stream in container.streams if stream.type == "audio"]
    for stream in streams:
        if stream.codec_context is not None:
            return stream
    if streams:
        raise UnplayableClip("The sound of this video is in a format that is not supported. Use AAC.")
    return None


def codec_name(context: Any) -> str:
    """The codec's name, whichever library decodes it."""
    return {"libdav1d": "av1", "libaom-av1": "av1", "libvpx-vp9": "vp9"}.get(context.name, context.name)


def _is_attached(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _is_one_picture(stream: Any) -> bool:
    context = stream.codec_context
    return context is not None and context.name in PICTURE_CODECS and stream.frames <= 1
