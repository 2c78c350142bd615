"""Small clips whose container and stream disagree, and more of their kind made when a test needs them.

The files are a trimmed recording whose last sample still claims 40 s, a picture that stands for 4 s, a one-picture
track before the film's, and two whose colours only the container tells.
"""

import struct
from pathlib import Path

from exports.video.tests.clips import add_to_sample_entry, make_clip, run_ffmpeg

CHANNELS = {"hexadecagonal": 16}
FOLDER = Path(__file__).parent
RED = (192, 33, 34)
SAYS_NOTHING = "setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown:range=unknown"
HEVC = ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:crf=4", "-tag:v", "hvc1")
H264 = ("libx264", "-preset", "ultrafast", "-crf", "4")


def file(name: str) -> Path:
    return FOLDER / name


def with_layout(path: Path, layout: str) -> Path:
    """A second of film with PCM sound whose channels are laid out like that."""
    count = CHANNELS.get(layout, layout.count("+") + 1)
    sounds = "|".join(f"0.1*sin({440 * (n + 1)}*2*PI*t)" for n in range(count))
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=1"),
        *("-f", "lavfi", "-i", f"aevalsrc=exprs={sounds}:s=48000:d=1:c={layout}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", str(path)),
    )
    return path


def with_channels_of_no_layout(path: Path, count: int = 13) -> Path:
    """PCM sound that says how many channels it has, and not which."""
    data = bytearray(with_layout(path, "hexadecagonal").read_bytes().replace(b"chan", b"free"))
    at = data.find(b"lpcm")
    struct.pack_into(">I", data, at + 44, count)
    struct.pack_into(">I", data, at + 60, 2 * count)  # bytes a sample of all of them
    path.write_bytes(data)
    return path


def with_cover(path: Path, film: Path, kind: str) -> Path:
    """One picture in a track of its own before the film's, not marked as a cover."""
    cover = path.with_suffix(f".{kind}")
    run_ffmpeg("-f", "lavfi", "-i", "color=blue:s=100x100", "-frames:v", "1", str(cover))
    run_ffmpeg("-i", str(cover), "-i", str(film), "-map", "0", "-map", "1", "-c", "copy", str(path))
    return path


def standing(path: Path, *, seconds: float, audio: bool) -> Path:
    """Pictures every tenth of a second; the fifth stands until the end."""
    stands = f"setts=pts=PTS:dts=DTS:duration='if(gte(PTS*TB,0.39),{seconds}/TB-PTS,DURATION)'"
    picture = make_clip(path.with_name(f"mute-{path.name}"), rate=10, seconds=0.5, audio=False)
    sound = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={seconds}", "-c:a", "aac") if audio else ()
    run_ffmpeg("-i", str(picture), *sound, "-c:v", "copy", "-bsf:v", stands, str(path))
    return path


def red(path: Path, *, size=(320, 180), matrix="709", full=False, transfer="709", hdr=False) -> Path:
    """Pictures of RED in the colours that `told` puts into the container; the stream says nothing."""
    primaries, depth = ("2020", "yuv420p10le") if hdr else ("709", "yuv420p")
    converted = f"m={matrix}:r={'full' if full else 'limited'}:p={primaries}:t={transfer}:npl=203"
    return make_clip(
        path.with_name(f"untold-{path.name}"),
        size=size,
        picture="color=c=0xC02122",
        seconds=0.3,
        audio=False,
        filters=f"format=gbrp,zscale=min=gbr:rin=full:pin=709:tin=709:{converted},format={depth},{SAYS_NOTHING}",
        pixel_format=depth,
        codec=HEVC if hdr else H264,
    )


def told(untold: Path, primaries: int, transfer: int, matrix: int, *, full: bool = False) -> Path:
    box = struct.pack(">I4s4sHHHB", 19, b"colr", b"nclx", primaries, transfer, matrix, full << 7)
    return add_to_sample_entry(untold, untold.with_name(untold.name.removeprefix("untold-")), box)
