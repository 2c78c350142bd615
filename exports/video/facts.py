"""What we know of a clip, and what we refuse to open."""

from dataclasses import dataclass

MAX_SIDE_PIXELS = 8192
MAX_DURATION_MS = 4 * 60 * 60 * 1000
MAX_FRAMES_PER_SECOND = 250
VIDEO_CODECS = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4", "prores", "mjpeg"})
HDR_TRANSFERS = frozenset({16, 18})  # ISO/IEC 23091-2: PQ (SMPTE 2084) and HLG (ARIB B67)


class UnplayableClip(Exception):
    """The file is not a clip we can export; `reason` is a sentence for the visitor."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class TooSlow(UnplayableClip):
    """We stopped reading at our own bound of time: about our machine it may say more than about the clip."""

    def __init__(self, allowed_seconds: float):
        super().__init__(f"Reading this file takes longer than the {allowed_seconds:.3g} seconds we allow.")


class TooMuchMemory(UnplayableClip):
    """Reading it ran into the bound of memory that its process was given."""

    def __init__(self, allowed_bytes: int):
        allowed = f"{allowed_bytes / 1024**2:.0f} MB"
        super().__init__(f"Reading this file takes more than the {allowed} of memory we allow.")


class ReaderBroke(Exception):
    """A fault of ours while reading a clip, never the clip's; says what the reader's process left behind."""


@dataclass(frozen=True)
class ClipFacts:
    """One clip as measured, never as promised.

    `width` and `height` are what a viewer sees: after rotation, in square pixels. `coded_*` are the stream's
    own. `duration_ms` is the largest of the three times, as headers lie. `rotation_degrees` is clockwise.
    Colour numbers are ISO/IEC 23091-2 code points, 2 when the file says nothing.
    """

    container_ms: int
    stream_ms: int
    packet_ms: int
    duration_ms: int
    last_picture_ms: int  # when it begins
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation_degrees: int
    has_square_pixels: bool
    fps: float
    frame_count: int
    video_codec: str
    video_index: int
    pixel_format: str
    bit_depth: int
    is_interlaced: bool
    is_hdr: bool
    color_primaries: int
    color_transfer: int
    color_matrix: int
    is_full_range: bool
    has_audio: bool
    audio_codec: str
    audio_index: int
    audio_rate_hz: int

    @property
    def is_hd(self) -> bool:
        """True for frames that players assume to be BT.709 when the file does not say."""
        return self.coded_width >= 1280 or self.coded_height > 576
