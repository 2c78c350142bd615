"""Small clips, made when a test needs them: honest ones by ffmpeg, dishonest ones by patching bytes.

For other tests too: `make_clip(tmp_path / "a.mp4", seconds=1)`.
"""

import struct
import subprocess
from pathlib import Path

from exports.video.process import ffmpeg_path

FFMPEG = [ffmpeg_path(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]


def make_clip(
    path: Path,
    *,
    seconds: float = 1.0,
    size: tuple[int, int] = (320, 180),
    rate: int | str = 30,
    audio: bool = True,
    rotation: int = 0,
    vfr: bool = False,
    codec: tuple[str, ...] = ("libx264", "-preset", "ultrafast"),
    pixel_format: str = "yuv420p",
    picture: str = "testsrc2",
    filters: str = "null",
    extra: tuple[str, ...] = (),
) -> Path:
    """A clip at `path` (mp4 or mov by its suffix); `rotation` is clockwise and written in its header."""
    source = f"{picture}{'=' if '=' not in picture else ':'}s={size[0]}x{size[1]}:r={rate}:d={seconds}"
    if vfr:
        filters += ",select='not(between(mod(n,10),2,6))'"
    sound = ["-f", "lavfi", "-i", f"sine=440:r=48000:d={seconds}"] if audio else []
    upright = path.with_name(f"upright-{path.name}") if rotation else path
    run_ffmpeg(
        *("-f", "lavfi", "-i", source, *sound, "-vf", filters, "-fps_mode", "vfr", "-pix_fmt", pixel_format),
        *("-c:v", *codec, "-c:a", "aac", "-threads", "2", *extra, str(upright)),
    )
    if rotation:
        turned = ("-display_rotation", str(-rotation), "-i", str(upright), "-c", "copy", str(path))
        run_ffmpeg(*turned)
        upright.unlink()
    return path


def make_beeping_clip(path: Path, *, at_seconds: float = 1.0, seconds: float = 2.0) -> Path:
    """Black and silent but for 0.2 s of white and of a beep, both starting at `at_seconds`."""
    shown = f"between(t,{at_seconds},{at_seconds + 0.2})"
    run_ffmpeg(
        *("-f", "lavfi", "-i", f"color=black:s=320x180:r=30:d={seconds}"),
        *("-f", "lavfi", "-i", f"sine=1000:r=48000:d={seconds}"),
        *("-vf", f"drawbox=c=white:t=fill:enable='{shown}'", "-af", f"volume='{shown}':eval=frame"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    )
    return path


def make_interlaced_clip(path: Path) -> Path:
    """A white bar that crosses the frame, its two halves of each picture a fiftieth of a second apart."""
    bar = "geq=lum='16+219*between(X,T*400,T*400+40)':cb=128:cr=128"
    return make_clip(
        path,
        size=(320, 192),
        rate=50,
        picture="color=c=black",
        filters=f"{bar},tinterlace=interleave_top",
        codec=("libx264", "-preset", "veryfast", "-flags", "+ildct+ilme", "-x264opts", "tff=1"),
    )


def run_ffmpeg(*arguments: str) -> None:
    subprocess.run([*FFMPEG, *arguments], check=True, stdin=subprocess.DEVNULL)


def lie_about_duration(source: Path, path: Path, seconds: float) -> Path:
    """A copy whose movie, track and media headers all claim `seconds`, and whose edit lists are gone."""
    data = bytearray(source.read_bytes())
    for kind, scale_at, duration_at in ((b"mvhd", 12, 16), (b"mdhd", 12, 16)):
        for at in _boxes(data, kind):
            scale = struct.unpack_from(">I", data, at + 4 + scale_at)[0]
            struct.pack_into(">I", data, at + 4 + duration_at, int(scale * seconds))
    for at in _boxes(data, b"tkhd"):
        struct.pack_into(">I", data, at + 4 + 20, int(1000 * seconds))
    for at in _boxes(data, b"edts"):
        data[at : at + 4] = b"free"
    path.write_bytes(data)
    return path


def claim_size(source: Path, path: Path, width: int, height: int) -> Path:
    """A copy whose track header and sample entry claim another size than its pictures have."""
    data = bytearray(source.read_bytes())
    at = _boxes(data, b"tkhd")[0]
    struct.pack_into(">II", data, at + 4 + 76, width << 16, height << 16)
    at = _boxes(data, b"avc1")[-1]
    struct.pack_into(">HH", data, at + 4 + 24, width, height)
    path.write_bytes(data)
    return path


def add_to_sample_entry(source: Path, path: Path, box: bytes) -> Path:
    """A copy with one more box in its first sample entry; the index must be behind the media."""
    data = bytearray(source.read_bytes())
    assert data.find(b"mdat") < data.find(b"moov")
    entry = _boxes(data, b"stsd")[0] + 12
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        _grow(data, data.find(kind) - 4, len(box))
    end = entry + _grow(data, entry, len(box))
    data[end:end] = box
    path.write_bytes(data)
    return path


def _grow(data: bytearray, at: int, by: int) -> int:
    """Makes the box at `at` claim more; returns what it claimed before."""
    size = int(struct.unpack_from(">I", data, at)[0])
    struct.pack_into(">I", data, at, size + by)
    return size


def _boxes(data: bytearray, kind: bytes) -> list[int]:
    """Where each box's four letters are; good enough for the small clips made here."""
    found, at = [], data.find(kind)
    while at >= 0:
        found.append(at)
        at = data.find(kind, at + 4)
    return found
