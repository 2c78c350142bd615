"""The ffmpeg command around an export's filters: what goes in, how it is encoded, what is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from exports.video.facts import MAX_SIDE_PIXELS, ClipFacts
from exports.video.probe import DEMUXERS

GRAPH_FILE = "graph.txt"
SAFE_INPUT = (
    "-protocol_whitelist",
    "file",
    "-format_whitelist",
    DEMUXERS,
    "-max_pixels",
    str(MAX_SIDE_PIXELS**2),
    # Browsers ignore a clean aperture (Chromium was asked), and a visitor's fractions are of what they show.
    "-apply_cropping",
    "codec",
)
X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p")
AAC_RATES_HZ = (44_100, 48_000)
TWO_CHANNELS = "aformat=channel_layouts=stereo|mono"


@dataclass(frozen=True)
class Plan:
    """One export, decided: filters from the clip to `[video]`, the size that comes out, and files they need.

    `files` (name → what makes its content, since all of them together may be large) are written to the folder
    that ffmpeg runs in.
    """

    graph: str
    width: int
    height: int
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


def chain(source: str, filters: list[str], target: str) -> str:
    """One line of a filter graph."""
    return f"[{source}]{','.join(filters)}[{target}]"


def upright(facts: ClipFacts) -> tuple[list[str], int, int]:
    """Filters to whole frames, square pixels and even sides, and the size after them; ffmpeg itself turns the frame."""
    width, height = facts.width, facts.height
    # A clip may change its size midway: ffmpeg then starts the filters anew, and they still promise the first one.
    filters = [f"scale={width}:{height}"]
    if facts.has_square_pixels:
        filters = [
            f"scale={width}:{height}:force_original_aspect_ratio=decrease",
            f"pad={width}:{height}:-1:-1",
        ]
    if facts.is_interlaced:
        filters.insert(0, "bwdif=mode=send_frame:deint=interlaced")
    if width % 2 or height % 2:
        width, height = width - width % 2, height - height % 2
        filters.append(f"crop={width}:{height}:0:0")
    return [*filters, "setsar=1"], width, height


def build_command(
    ffmpeg: str,
    facts: ClipFacts,
    plan: Plan,
    *,
    source: str,
    output: str,
    start_seconds: float,
    length_ms: int,
    last_picture_ms: int,
    threads: int,
) -> list[str]:
    """The arguments of one export of the clip from `start_seconds` on, `length_ms` long.

    `last_picture_ms` is when the film's last picture begins. Paths must be absolute: ffmpeg runs in the folder of the
    plan's files.
    """
    return [
        *(ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-y", "-progress", "pipe:1"),
        *("-filter_complex_threads", str(threads), "-threads", str(threads)),
        # From the key frame before; what is not shown of it is left out by the filters.
        *(("-noaccurate_seek", "-ss", f"{start_seconds:.6f}") if start_seconds else ()),
        *SAFE_INPUT,
        *("-i", f"file:{source}"),
        *("-/filter_complex", GRAPH_FILE, "-map", "[video]"),
        *_sound(facts, start_seconds),
        *X264,
        *("-threads", str(threads), "-t", f"{length_ms / 1000:.3f}"),
        # Every frame at its very own time: phones film when they can, not by the clock.
        *("-fps_mode", "vfr", "-enc_time_base:v", "filter", *_last_picture(last_picture_ms, length_ms)),
        # Nothing of the phone comes along: no place, no device, no timecode, no chapters.
        *("-map_metadata", "-1", "-map_chapters", "-1", "-write_tmcd", "0", "-fflags", "+bitexact"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{output}"),
    ]


def _last_picture(last_picture_ms: int, length_ms: int) -> tuple[str, ...]:
    """The last picture stands until the film ends, no shorter and no longer.

    Left alone its packet claims what the source's did: 40 s in a trimmed recording. It is a key frame, so that it is
    decoded last too, and as long before it is shown as the first one: only then do the lengths of the track, of its
    edit list and of its samples agree.
    """
    from_seconds = f"{max(0, last_picture_ms - 1) / 1000:.3f}"
    is_last, left = f"gte(PTS*TB,{from_seconds})", f"{length_ms / 1000:.3f}/TB-PTS"
    decoded = f"if({is_last},max(PREV_OUTDTS+1,PTS-STARTPTS+STARTDTS),DTS)"
    duration = f"max(1,if({is_last},{left},min(DURATION,{left})))"
    return (
        *("-force_key_frames", from_seconds),  # a time and no expression: its t counts from the first picture
        *("-bsf:v", f"setts=pts=PTS:dts='{decoded}':duration='{duration}'"),
    )


def _sound(facts: ClipFacts, start_seconds: float) -> list[str]:
    """The clip's first sound as AAC, mono or stereo, gaps filled with silence so that it stays in sync."""
    if not facts.has_audio:
        return ["-an"]
    cut = "atrim=start=0," if start_seconds else ""
    rate_hz = facts.audio_rate_hz if facts.audio_rate_hz in AAC_RATES_HZ else 48_000
    return [
        *("-map", f"0:{facts.audio_index}", "-af", f"{cut}aresample=async=1:first_pts=0,{TWO_CHANNELS}"),
        *("-c:a", "aac", "-b:a", "160k", "-ar", str(rate_hz)),
    ]
