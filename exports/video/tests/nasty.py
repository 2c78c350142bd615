"""Clips as phones, cameras and messengers really make them: grey with a red mark, and for a moment white and loud."""

import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path

from exports.video.tests.clips import add_to_sample_entry, lie_about_duration, make_clip, run_ffmpeg

GREY = "color=c=0x404040"
MARK = "drawbox=x=iw*0.6:y=ih*0.2:w=iw*0.2:h=ih*0.2:c=red:t=fill"  # its centre is at (0.7, 0.3)
FLASH = "drawbox=c=white:t=fill:enable='between(t,0.29,0.4)'"
BEEP = ("-af", "volume='6*between(t,0.3,0.4)':eval=frame")
COPY = ("-c", "copy")
H264 = ("libx264", "-preset", "veryfast", "-bf", "2", "-g", "6")
HEVC = ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
TO_HLG = "format=gbrp,zscale=min=gbr:pin=709:tin=709:p=2020:t=arib-std-b67:m=2020_ncl:r=limited:npl=203"
CLEAN_APERTURE = struct.pack(">I4s8I", 40, b"clap", 200, 1, 120, 1, 0, 1, 0, 1)
DOLBY_VISION_8_4 = struct.pack(">I4sBBHB19x", 32, b"dvvC", 1, 0, 8 << 9 | 4 << 3 | 0b101, 4 << 4)

Maker = Callable[[Path], Path]


def filmed(path: Path, **options) -> Path:
    """A clip as make_clip makes it, half a second of what this module's docstring says."""
    filters = f"{options.pop('filters', MARK)},{FLASH}"
    extra = (*(BEEP if options.get("audio", True) else ()), *options.pop("extra", ()))
    return make_clip(path, **{"picture": GREY, "seconds": 0.5, **options, "filters": filters, "extra": extra})


def remade(*arguments: str, first: tuple[str, ...] = ()) -> Maker:
    """Makes `ffmpeg …first -i CLIP …arguments`; CLIP, an ordinary clip, may stand in `arguments` too."""

    def make(path: Path) -> Path:
        plain = str(filmed(path.with_name(f"plain-{path.name}"), codec=H264))
        run_ffmpeg(*first, "-i", plain, *(plain if word == "CLIP" else word for word in arguments), str(path))
        return path

    return make


def boxed(path: Path, box: bytes, **options) -> Path:
    """A clip with one more box about its pictures."""
    return add_to_sample_entry(filmed(path.with_name(f"plain-{path.name}"), **options), path, box)


def jittered(path: Path) -> Path:
    """Frames whenever the camera had one, some only a few milliseconds apart."""
    uneven = "setpts='N*3000+mod(N*7919,2400)'"
    exact = ("-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-video_track_timescale", "90000")
    return filmed(path, filters=f"{MARK},settb=1/90000,{uneven}", codec=H264, extra=exact)


def resized(path: Path) -> Path:
    """Upright from its middle on, as a video call is when somebody turns the phone."""
    parts = [path.with_suffix(f".{number}.h264") for number in (1, 2)]
    for part, size in zip(parts, ((320, 180), (180, 320)), strict=True):
        filmed(part, size=size, audio=False)
    whole = path.with_suffix(".h264")
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    run_ffmpeg("-r", "30", "-i", str(whole), *COPY, "-tag:v", "avc3", str(path))
    return path


def lying(path: Path) -> Path:
    return lie_about_duration(filmed(path.with_name(f"honest-{path.name}")), path, 0.2)


def covered(path: Path) -> Path:
    """With a picture for the shelf before the film, as music and podcast tools write it."""
    cover = path.with_suffix(".png")
    run_ffmpeg("-f", "lavfi", "-i", "color=blue:s=100x100", "-frames:v", "1", str(cover))
    arguments = ("-map", "0", "-map", "1", *COPY, "-disposition:v:0", "attached_pic")
    return remade(*arguments, first=("-i", str(cover)))(path)


CLIPS: dict[str, Maker] = {
    "plain": filmed,
    "portrait": partial(filmed, rotation=90),
    "portrait, left": partial(filmed, rotation=270),
    "upside down": partial(filmed, rotation=180),
    "mirrored": remade(*COPY, first=("-display_hflip",)),
    "one frame": partial(filmed, extra=("-frames:v", "1"), audio=False),
    "silent": partial(filmed, audio=False),
    "variable rate": partial(filmed, vfr=True),
    "uneven": jittered,
    "slow motion": partial(filmed, rate=240),
    "odd": partial(filmed, size=(321, 181), pixel_format="yuv444p"),
    "stretched": partial(filmed, size=(360, 288), filters=f"{MARK},setsar=16/15"),
    "clean aperture": partial(boxed, box=CLEAN_APERTURE),
    "resized": resized,
    "ten bit": partial(filmed, pixel_format="yuv420p10le"),
    "full range": partial(filmed, pixel_format="yuvj420p"),
    "hevc": partial(filmed, codec=HEVC),
    "iphone hdr": partial(
        boxed,
        box=DOLBY_VISION_8_4,
        filters=f"{MARK},{TO_HLG}",
        codec=HEVC,
        pixel_format="yuv420p10le",
        rotation=90,
    ),
    "prores.mov": partial(filmed, codec=("prores_ks",), pixel_format="yuva444p10le"),
    "interlaced": partial(
        filmed, size=(320, 192), codec=(*H264, "-flags", "+ildct+ilme", "-x264opts", "tff=1")
    ),
    "timecode.mov": partial(filmed, extra=("-timecode", "01:00:00:00")),
    "fragmented": partial(filmed, extra=("-movflags", "+frag_keyframe+empty_moov")),
    "lying header": lying,
    "cover": covered,
    "late start": remade(*COPY, "-output_ts_offset", "5"),
    "late picture": remade("-i", "CLIP", "-map", "0:v", "-map", "1:a", *COPY, first=("-itsoffset", "0.1")),
    "late sound": remade("-i", "CLIP", "-map", "1:v", "-map", "0:a", *COPY, first=("-itsoffset", "0.1")),
    "trimmed": remade(*COPY, first=("-ss", "0.1")),
    "long sound": remade("-c:v", "copy", "-af", "apad=pad_dur=0.5"),
    "short sound": remade("-c:v", "copy", "-af", "atrim=0:0.4"),
    "two sounds": remade("-map", "0", "-map", "0:a", "-c:v", "copy", "-filter:a:1", "volume=0", "-shortest"),
    "surround": partial(filmed, extra=("-ac", "6")),
    "telephone sound": partial(filmed, extra=("-ac", "1", "-ar", "8000")),
    "studio sound.mov": remade("-c:v", "copy", "-c:a", "pcm_s24le", "-ar", "96000"),
}


def nasty(name: str, folder: Path) -> Path:
    """The clip of that name, made once in `folder`."""
    path = folder / (name if name.endswith(".mov") else f"{name}.mp4")
    return path if path.exists() else CLIPS[name](path)


def mark_of(name: str) -> tuple[float, float]:
    """Where a viewer sees the middle of the mark, as fractions of the frame."""
    turned = {
        "portrait": (0.7, 0.7),
        "iphone hdr": (0.7, 0.7),
        "portrait, left": (0.3, 0.3),
        "upside down": (0.3, 0.7),
    }
    return {**turned, "mirrored": (0.3, 0.3)}.get(name, (0.7, 0.3))
